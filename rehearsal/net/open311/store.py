"""Where are our tickets found again at a hotline, and how are they taken out?"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from typing import TypeVar

from rehearsal.model import Step, Target
from rehearsal.net.door import Door
from rehearsal.net.ledger import MARKER, Found, Store
from rehearsal.net.open311.answers import Row
from rehearsal.net.open311.dialect import JSON, XML
from rehearsal.net.open311.hotline import Hotline
from rehearsal.net.open311.ticket import marker_in
from rehearsal.net.trail import Stopped, stop

STORE = "tickets"
T = TypeVar("T")
_OF_THE_FORMAT = frozenset({"malformed_response", "step_rejected", "wrong_content"})


class TicketStore:
    """The tickets of one hotline."""

    def __init__(self, target: Target, door: Door) -> None:
        """Needs a target with an interface."""
        self._first = Hotline(target, door)
        self._second = Hotline(target, door, JSON if self._first.suffix == XML else XML)

    async def find(self, marker: str) -> Sequence[Found]:
        """What the hotline finds for the marker, and what each of them really carries."""
        rows = await self._spoken(lambda hotline: hotline.search(marker))
        return [self._found(row) for row in rows]

    async def read(self, record_id: str) -> Found | None:
        """One ticket as it is now; Stopped where a text that begins like ours is cut."""
        shown = await self._spoken(lambda hotline: hotline.show(record_id))
        if shown is None:
            return None
        found = self._found(shown.row, shown.tag)
        text = self._first.dialect.value(shown.row, "description")
        if not found.marker and text.startswith(f"[{MARKER}-"):
            raise stop(Step.CLEANUP, "text_cut", f"{found.id}: of a rehearsal's, but which?")
        return found

    def elsewhere(self) -> Sequence[Store]:
        """It is in one place, whoever it is meant for."""
        return ()

    async def remove(self, found: Found) -> None:
        """Withdraw it, if it has not changed since it was read."""
        if not found.version:
            why = f"{found.id} has no entity tag: it may have become another's since"
            raise stop(Step.CLEANUP, "step_rejected", why)
        await self._spoken(lambda hotline: hotline.withdraw(found.id, found.version))

    async def _spoken(self, act: Callable[[Hotline], Awaitable[T]]) -> T:
        """In the first format; in the other one where a hotline fails in that."""
        try:
            return await act(self._first)
        except Stopped as ended:
            if ended.failure.kind not in _OF_THE_FORMAT:
                raise
            return await act(self._second)

    def _found(self, row: Row, tag: str = "") -> Found:
        dialect = self._first.dialect
        marker = marker_in(dialect.value(row, "description"))
        return Found(dialect.value(row, "id"), marker, tag)
