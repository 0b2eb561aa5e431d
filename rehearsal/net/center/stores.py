"""Where are dossiers and payments found again and taken out, after a rehearsal?"""

from __future__ import annotations

import functools
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

from rehearsal.model import Step, Target
from rehearsal.net.center.desk import Desk, desk_of
from rehearsal.net.center.reading import Dossier, Payment
from rehearsal.net.door import Door
from rehearsal.net.ledger import Found, Store
from rehearsal.net.trail import stop

Shown = Dossier | Payment
StoreOf = Callable[[Target, Door], Store]


@dataclass(frozen=True, slots=True)
class Shelf:
    """One store of a centre, for the clean-up (`rehearsal.net.ledger.Store`)."""

    name: str
    desk: Desk
    search: Callable[[str], Awaitable[Sequence[Shown]]]
    fetch: Callable[[str], Awaitable[Shown | None]]
    others: Callable[[], Sequence[Store]] = tuple

    def elsewhere(self) -> Sequence[Store]:
        """The other units' centres: a dossier may be sent astray."""
        return self.others()

    async def find(self, marker: str) -> Sequence[Found]:
        """Everything that the system finds for that marker, also what it finds wrongly."""
        return [_found(one) for one in await self.search(marker)]

    async def read(self, record_id: str) -> Found | None:
        """One record as it is now; None when the system says that there is none."""
        shown = await self.fetch(record_id)
        return None if shown is None else _found(shown)

    async def remove(self, found: Found) -> None:
        """Take it out, unless it has changed since it was read (RFC 9110 13.1.1)."""
        if not found.version:
            told = f"{found.id} has no entity tag: nobody can say that it is what was read"
            raise stop(Step.CLEANUP, "step_rejected", told)
        await self.desk.remove(self.name, found.id, found.version)


def dossiers_of(target: Target, door: Door) -> Shelf:
    """The dossiers at a unit's centre."""
    desk = desk_of(target, door)
    others = functools.partial(_others, dossiers_of, target, door)
    return Shelf("dossiers", desk, desk.search, desk.read, others)


def payments_of(target: Target, door: Door) -> Shelf:
    """The payments at a unit's centre."""
    desk = desk_of(target, door)
    others = functools.partial(_others, payments_of, target, door)
    return Shelf("payments", desk, desk.search_payments, desk.read_payment, others)


def _others(shelf_of: StoreOf, target: Target, door: Door) -> Sequence[Store]:
    """The same shelf at every other unit that has such an interface."""
    peers = [peer for peer in door.peers.get(target.key, ()) if peer.id != target.id]
    return [shelf_of(peer, door) for peer in peers if peer.api is not None]


def _found(shown: Shown) -> Found:
    return Found(shown.id, shown.marker, shown.version)
