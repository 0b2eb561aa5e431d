"""Which letters lie in a unit's mailbox, and what becomes of one on its way there?"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterator
from email.parser import BytesParser
from email.policy import compat32

from twin.records import Record, Records

STORE = "letters"
SLOW_S = 7.0
_MARKER = "X-Dien-Tap"
_FULL = "<{to}>: 5.2.2 Hộp thư đầy (quota exceeded)"
_RETURNED = """\
From: MAILER-DAEMON@twin.example\r
Subject: Undelivered Mail Returned to Sender\r
Auto-Submitted: auto-replied\r
\r
{why}\r
\r
"""


class Letters:
    """One mailbox: its letters stand in the twin's records, by their number."""

    def __init__(self, records: Records, owner: str) -> None:
        """The mailbox of that owner."""
        self._records = records
        self._owner = owner
        self._coming: set[asyncio.Task[None]] = set()

    def __iter__(self) -> Iterator[tuple[int, bytes]]:
        """Number and text of each letter, oldest first."""
        for record in self._records.all(STORE, self._owner):
            yield int(record.id), record.body["text"].encode("latin-1")

    @property
    def next_uid(self) -> int:
        """A number below which no letter will come."""
        return self._records.next_number()

    def take(self, text: bytes, receiver: str, lapse: str) -> None:
        """A letter was handed in: deliver it, or do with it what the lapse does."""
        if lapse == "lost":
            return
        if lapse == "returned":
            why = _RETURNED.format(why=_FULL.format(to=receiver))
            self._keep(why.encode() + text)
            return
        changed = _changed(text, lapse)
        if lapse == "slow":
            task = asyncio.create_task(self._later(changed))
            self._coming.add(task)
            task.add_done_callback(self._coming.discard)
            return
        for _ in range(2 if lapse == "twice" else 1):
            self._keep(changed)

    def remove(self, uid: int) -> None:
        """Take a letter out."""
        if record := self._records.get(STORE, self._owner, str(uid)):
            self._records.remove(record)

    async def _later(self, text: bytes) -> None:
        await asyncio.sleep(SLOW_S)
        self._keep(text)

    def _keep(self, text: bytes) -> None:
        marker = BytesParser(policy=compat32).parsebytes(text, headersonly=True)[_MARKER]
        uid = str(self._records.next_number())
        body = {"text": text.decode("latin-1")}
        at = asyncio.get_running_loop().time()
        self._records.add(Record(STORE, self._owner, uid, str(marker or ""), at, body))


def _changed(text: bytes, lapse: str) -> bytes:
    """The letter of another moment, or for another unit, that looks like this one."""
    if lapse == "other":
        return re.sub(rb"(?m)^(X-Dien-Tap-Nonce:).*$", rb"\1 0123456789abcdef\r", text)
    if lapse == "other-unit":
        return re.sub(rb"(?m)^(X-Dien-Tap-Unit:).*$", rb"\1 99999\r", text)
    return text
