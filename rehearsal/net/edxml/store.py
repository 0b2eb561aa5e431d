"""Where are our packets found again in a document system, and how are they taken out?"""

from __future__ import annotations

from collections.abc import Sequence

from rehearsal.model import Step, Target
from rehearsal.net.door import Door
from rehearsal.net.edxml.mailroom import Mailroom
from rehearsal.net.ledger import Found, Store
from rehearsal.net.trail import stop

STORE = "packets"


class PacketStore:
    """The packets of one unit's system: ours, and those that answer them."""

    def __init__(self, target: Target, door: Door) -> None:
        """Needs a target with an interface."""
        self._mailroom = Mailroom(target, door)

    async def find(self, marker: str) -> Sequence[Found]:
        """What the system finds for the marker, in both directions."""
        listed = await self._mailroom.search(marker)
        return [Found(one.id, one.marker, one.version) for one in listed]

    async def read(self, record_id: str) -> Found | None:
        """One packet as it is now; what answers to the number must bear it."""
        seen = await self._mailroom.show(record_id)
        if seen is None:
            return None
        return Found(seen.record.id, seen.record.marker, seen.tag or seen.record.version)

    def elsewhere(self) -> Sequence[Store]:
        """It is in one place, whoever it is meant for."""
        return ()

    async def remove(self, found: Found) -> None:
        """Withdraw it, if it has not changed since it was read."""
        if not found.version:
            told = f"{found.id} has no version: it may have become another's since"
            raise stop(Step.CLEANUP, "step_rejected", told)
        await self._mailroom.withdraw(found.id, found.version)
