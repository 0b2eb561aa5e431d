"""What is handed in at the hotline, and is what comes back the same?"""

from __future__ import annotations

import re
import secrets
from dataclasses import dataclass

from rehearsal.net.ledger import MARKER

MARKED = re.compile(rf"\[({MARKER}-[^\[\]\s]+)\]")
_TEXT = (
    "Diễn tập vận hành, không phải phản ánh của người dân. Đề nghị đơn vị tiếp nhận, trả lời "
    "và đóng phiếu như thật; phiếu sẽ được rút sau diễn tập."
)


@dataclass(frozen=True, slots=True)
class Draft:
    """One ticket to be handed in. `unit` is the code of who must get it.

    The nonce is known to nobody but us and this ticket: what shows it was read from it.
    """

    marker: str
    nonce: str
    unit: str
    channel: str
    applicant: str

    @property
    def description(self) -> str:
        """Marker and nonce come first: a text that is cut keeps them longest."""
        return f"[{self.marker}] [{self.nonce}] {_TEXT}"

    def is_in(self, text: str) -> bool:
        """Whether a text is this ticket's own."""
        return f"[{self.marker}]" in text and f"[{self.nonce}]" in text

    def is_cut_in(self, text: str) -> bool:
        """Whether a text is only this one's beginning."""
        return bool(text) and not self.is_in(text) and self.description.startswith(text)


def draft(marker: str, unit: str, channel: str, applicant: str) -> Draft:
    """A ticket with a nonce of its own."""
    return Draft(marker, secrets.token_hex(8), unit, channel, applicant)


def marker_in(text: str) -> str:
    """The marker that a text carries, whole; empty when it carries none."""
    found = MARKED.search(text)
    return found[1] if found else ""
