"""Where are letters of a rehearsal found again, and taken out?"""

from __future__ import annotations

from collections.abc import Sequence

from rehearsal.model import Target
from rehearsal.net.door import Door
from rehearsal.net.ledger import Found, Store
from rehearsal.net.mail import letter
from rehearsal.net.mail.imap import Imap, key_for, mailbox
from rehearsal.net.mail.party import party_of

STORE = "letters"


class LetterStore:
    """The inbox that our letters arrive in; also those that came back undelivered.

    An id is `UIDVALIDITY:UID`: when the first changes, old numbers mean other letters.
    """

    def __init__(self, target: Target, door: Door) -> None:
        self._party = party_of(target)
        self._door = door

    async def find(self, marker: str) -> Sequence[Found]:
        """Every letter in which the marker stands, and the marker that it really carries."""
        async with mailbox(self._door, self._party) as imap:
            uids = await imap.search(key_for(marker, anywhere=True))
            found = [await _found(imap, uid) for uid in uids]
        return [one for one in found if one is not None]

    async def read(self, record_id: str) -> Found | None:
        """One letter as it lies there now."""
        async with mailbox(self._door, self._party) as imap:
            uid = _uid(imap, record_id)
            return await _found(imap, uid) if uid else None

    def elsewhere(self) -> Sequence[Store]:
        """It is in one place, whoever it is meant for."""
        return ()

    async def remove(self, found: Found) -> None:
        """Take it out, if it still carries its marker under its number."""
        async with mailbox(self._door, self._party) as imap:
            uid = _uid(imap, found.id)
            seen = await _found(imap, uid) if uid else None
            if seen is not None and seen.marker == found.marker:
                await imap.remove(uid)


def record_id(imap: Imap, uid: int) -> str:
    """What a letter is called, as long as the mailbox keeps its numbers."""
    return f"{imap.inbox.validity}:{uid}"


def _uid(imap: Imap, name: str) -> int:
    """Its number there today; 0 when the mailbox was numbered anew."""
    validity, _, uid = name.partition(":")
    return int(uid) if uid.isdigit() and validity == str(imap.inbox.validity) else 0


async def _found(imap: Imap, uid: int) -> Found | None:
    header = await imap.header(uid)
    if header is None:
        return None
    marker = letter.read(header).marker or letter.mark_in(await imap.text(uid) or b"")
    return Found(record_id(imap, uid), marker)
