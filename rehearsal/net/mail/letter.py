"""What stands in a letter of a rehearsal, and is the one that arrived that very letter?"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from email.parser import BytesHeaderParser
from email.policy import SMTP, compat32
from email.utils import format_datetime

MARKER, NONCE, UNIT = "X-Dien-Tap", "X-Dien-Tap-Nonce", "X-Dien-Tap-Unit"
HEADER_BYTES = 32 * 1024
_MARK = re.compile(rb"DIENTAP-[A-Za-z0-9-]{1,120}")
# A marker that is folded onto a line of its own is not found by every server's search.
_UNFOLDED = SMTP.clone(cte_type="7bit", max_line_length=900)
_BODY = """\
Thư diễn tập, không cần trả lời. Hệ thống diễn tập sẽ tự xóa thư này.
A letter of a rehearsal: no answer is needed, and it is removed by itself.

{marker}
"""


@dataclass(frozen=True, slots=True)
class Letter:
    """What makes one letter of ours known: its marker, its nonce, its unit's code."""

    marker: str
    nonce: str
    unit: str


def written(letter: Letter, sender: str, receiver: str, now: datetime) -> bytes:
    """The letter as it is sent, in ASCII (RFC 5322)."""
    message = EmailMessage(policy=_UNFOLDED)
    message["From"] = sender
    message["To"] = receiver
    message["Subject"] = f"[DIEN TAP] {letter.marker}"
    message["Date"] = format_datetime(now)
    message["Message-ID"] = f"<{letter.marker.lower()}@{sender.partition('@')[2]}>"
    message["Auto-Submitted"] = "auto-generated"  # RFC 3834: nobody's robot answers it
    message[MARKER] = letter.marker
    message[NONCE] = letter.nonce
    message[UNIT] = letter.unit or "-"
    message.set_content(_BODY.format(marker=letter.marker))
    return message.as_bytes()


def read(header: bytes) -> Letter:
    """What a letter's header says; empty where it says nothing."""
    found = BytesHeaderParser(policy=compat32).parsebytes(header[:HEADER_BYTES])
    marker, nonce, unit = (str(found.get(name, "")).strip() for name in (MARKER, NONCE, UNIT))
    return Letter(marker, nonce, "" if unit == "-" else unit)


def mark_in(text: bytes) -> str:
    """The first marker in some text, such as a returned letter's; empty if none."""
    found = _MARK.search(text)
    return found[0].decode() if found else ""
