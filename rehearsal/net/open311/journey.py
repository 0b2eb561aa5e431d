"""How far does a ticket come: number, the right unit's queue, acknowledged, answered, closed?

Each step has its deadline, and each reading is believed only if it shows our own marker,
nonce and unit: a hotline may answer with an old page, or with somebody else's ticket.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from types import MappingProxyType
from typing import TypeVar

from rehearsal.model import Failure, Step, Target
from rehearsal.net.door import Door
from rehearsal.net.open311.answers import Row
from rehearsal.net.open311.dialect import STEPS
from rehearsal.net.open311.hotline import Hotline
from rehearsal.net.open311.store import STORE
from rehearsal.net.open311.ticket import Draft, draft
from rehearsal.net.trail import Stopped, apart, step, stop, their_clock

FIRST_WAIT_S, LONGEST_WAIT_S, SLOWER = 0.15, 5.0, 1.3
SEARCHED_S = 3.0  # how long a search index may be behind what was stored
REPLIES_S = 90.0  # what the requests of a step may take beside its waiting, at the very most
# After these nobody knows whether the request was heard.
_REPLY_LOST = frozenset(
    {"connection_closed_early", "connection_reset", "response_timeout"}
    | {"response_stalled", "response_truncated"}
)
_BOOKED = {"acknowledged": "requested", "answered": "acknowledged", "closed": "answered"}
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Journey:
    """One ticket's way. `failure` says why it ended at `ended_at`, if it did.

    `took_s` is what each step took from the one before: by our clock, or by the hotline's
    own books where those say longer.
    """

    channel: str
    applicant: str
    unit: str
    took_s: Mapping[str, float] = field(default_factory=lambda: MappingProxyType({}))
    ended_at: str = ""
    failure: Failure | None = None


async def travel(
    hotline: Hotline,
    target: Target,
    door: Door,
    *,
    unit: str,
    channel: str,
    applicant: str,
    steps: Sequence[str] = STEPS,
) -> Journey:
    """Hand one ticket in and follow it to its end; what stops it is part of the journey."""
    apart()
    marker = await door.ledger.intend(target, STORE)
    way = _Way(hotline, door, draft(marker, unit, channel, applicant))
    took_s: dict[str, float] = {}
    for name in steps:
        try:
            took_s[name] = await way.go(name)
        except Stopped as ended:
            where = f"{channel}/{applicant}, {unit}, {name}"
            failure = replace(ended.failure, detail=f"{where}: {ended.failure.detail}")
            return Journey(channel, applicant, unit, took_s, name, failure)
    return Journey(channel, applicant, unit, took_s)


class _Way:
    """Walks one ticket's steps; knows its number after the first."""

    def __init__(self, hotline: Hotline, door: Door, own: Draft) -> None:
        self._hotline = hotline
        self._dialect = hotline.dialect
        self._door = door
        self._own = own
        self._clock = their_clock()
        self._ends_at = 0.0
        self._number = ""
        self._seen: Row = {}
        self._queued = 0

    async def go(self, name: str) -> float:
        """Take one step; how long it took by our clock, or by the hotline's books if longer."""
        deadline_s = self._dialect.deadlines_s[name]
        async with step(Step.TRANSACTION, deadline_s + REPLIES_S, "step_timeout") as rung:
            rung.note(step=name, unit=self._own.unit, channel=self._own.channel)
            began_s = self._clock()
            self._ends_at = began_s + deadline_s
            if name == "number":
                await self._be_numbered()
            elif name == "queue":
                await self._be_queued()
            else:
                await self._reach(name)
            return max(self._clock() - began_s, self._booked_s(name))

    async def _be_numbered(self) -> None:
        try:
            token, self._number = await self._hotline.create(self._own)
        except Stopped as ended:
            raise await self._after_lost_reply(ended) from ended
        if not self._number and not token:
            raise stop(Step.TRANSACTION, "step_rejected", "neither token nor number came")
        if not self._number:
            late = stop(Step.TRANSACTION, "step_timeout", "the token leads to no number")
            self._number = await self._until(lambda: self._hotline.number(token), lambda: late)
        await self._door.ledger.acknowledge(self._own.marker, self._number)

    async def _after_lost_reply(self, ended: Stopped) -> Stopped:
        """A request is never sent again: whether it was heard tells its marker."""
        if ended.failure.kind not in _REPLY_LOST:
            return ended
        if not (found := await self._searched(SEARCHED_S)):
            return ended
        await self._door.ledger.acknowledge(self._own.marker, found)
        why = f"{ended.failure.kind}, but it is stored as {found}"
        return stop(Step.TRANSACTION, "reply_lost", why)

    async def _searched(self, patience_s: float = 0.0) -> str:
        """The number under which a search finds our ticket; empty when it does not."""
        ends_at = self._clock() + patience_s
        for wait_s in _waits():
            try:
                rows = await self._hotline.search(self._own.marker)
            except Stopped:
                return ""
            for row in rows:
                if self._own.is_in(self._dialect.value(row, "description")):
                    return self._dialect.value(row, "id")
            if self._clock() >= ends_at:
                return ""
            await asyncio.sleep(wait_s)
        return ""

    async def _be_queued(self) -> None:
        """At the unit by the ticket's own words, and in what the unit looks at."""
        try:
            await self._until(self._routed, self._unrouted)
        except Stopped as ended:
            if ended.failure.kind == "not_stored" and (other := await self._searched()):
                why = f"the number is {other}, and the hotline said {self._number}"
                raise stop(Step.TRANSACTION, "wrong_record", why) from ended
            raise
        await self._until(self._listed, self._unlisted)

    async def _routed(self) -> bool:
        shown = await self._hotline.show(self._number)
        self._seen = shown.row if shown else {}
        return bool(self._seen) and bool(self._unit_of(self._seen))

    def _unrouted(self) -> Stopped:
        if self._seen:
            return stop(Step.TRANSACTION, "not_routed", f"{self._number} has no unit")
        return stop(Step.TRANSACTION, "not_stored", f"{self._number} is not found")

    async def _listed(self) -> bool:
        rows = await self._hotline.queue(self._own.unit)
        self._queued = len(rows)
        ours = [row for row in rows if self._dialect.value(row, "id") == self._number]
        return any(self._unit_of(row) for row in ours)

    def _unlisted(self) -> Stopped:
        why = f"{self._number} is none of the {self._queued} in the unit's queue"
        return stop(Step.TRANSACTION, "not_routed", why)

    async def _reach(self, state: str) -> None:
        async def look() -> bool:
            shown = await self._hotline.show(self._number)
            if shown is None:
                raise stop(Step.TRANSACTION, "not_stored", f"{self._number} is there no more")
            self._unit_of(shown.row)
            self._seen = shown.row
            return self._is_at(state)

        def late() -> Stopped:
            said = self._dialect.value(self._seen, "state")
            kind = "not_acknowledged" if state == "acknowledged" else "overdue"
            return stop(Step.TRANSACTION, kind, f"{self._number} is still {said!r}")

        await self._until(look, late)

    def _is_at(self, state: str) -> bool:
        """Whether the unit has done that; an answer without words is none."""
        has_answer = bool(self._dialect.value(self._seen, "answer").strip())
        if state != "acknowledged" and not has_answer:
            if self._dialect.has_reached(self._seen, "closed"):
                raise stop(Step.TRANSACTION, "closed_unanswered", f"{self._number} is closed")
            return False
        return self._dialect.has_reached(self._seen, state)

    def _unit_of(self, row: Row) -> str:
        """Who has it; Stopped unless the row is our ticket, and at our unit if at any."""
        text = self._dialect.value(row, "description")
        if self._own.is_cut_in(text):
            why = f"of {len(self._own.description)} characters {len(text)} are left"
            raise stop(Step.TRANSACTION, "text_cut", why)
        if not self._own.is_in(text):
            raise stop(Step.TRANSACTION, "wrong_record", f"{self._number} is not our text")
        unit = self._dialect.value(row, "unit")
        if unit not in ("", self._own.unit):
            sent, got = self._named(self._own.unit), self._named(unit)
            why = f"gửi cho / sent to {sent}; đến / went to {got}"
            raise stop(Step.TRANSACTION, "wrong_unit", why)
        return unit

    def _named(self, code: str) -> str:
        """A unit's code, and whose it is where the inventory knows."""
        every = (target for peers in self._door.peers.values() for target in peers)
        owner = next((target.owner for target in every if target.code == code), "")
        return f"{code} ({owner})" if owner else code

    def _booked_s(self, name: str) -> float:
        """How long the step took by the hotline's books; 0 where they are silent."""
        if name not in _BOOKED:
            return 0.0
        began = _moment(self._dialect.value(self._seen, _BOOKED[name]))
        ended = _moment(self._dialect.value(self._seen, name))
        return (ended - began).total_seconds() if began and ended else 0.0

    async def _until(self, look: Callable[[], Awaitable[T]], late: Callable[[], Stopped]) -> T:
        """Look again and again, the last time when the step's deadline has come."""
        for wait_s in _waits():
            left_s = self._ends_at - self._clock()
            if found := await look():
                return found
            if left_s <= 0:
                break
            await asyncio.sleep(min(wait_s, left_s))
        raise late()


def _waits() -> Iterator[float]:
    """Often at first, seldom later: who waits for people need not ask every second."""
    wait_s = FIRST_WAIT_S
    while True:
        yield wait_s
        wait_s = min(wait_s * SLOWER, LONGEST_WAIT_S)


def _moment(written: str) -> datetime | None:
    """A point in time; None for what is none, or lacks its zone."""
    try:
        found = datetime.fromisoformat(written)
    except ValueError:
        return None
    return found if found.tzinfo else None
