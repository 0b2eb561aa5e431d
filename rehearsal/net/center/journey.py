"""How does one dossier go its whole way, and is every step proven by what is stored?

submit -> receive -> process -> sign -> pay -> return -> look_up. A record is touched only
after it was read and found to be ours.
"""

from __future__ import annotations

import functools
import hashlib
import secrets
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field

from rehearsal.model import Failure, Step, Target
from rehearsal.net.center.catalogue import Procedure
from rehearsal.net.center.desk import Desk, Draft, desk_of
from rehearsal.net.center.dialect import MOVES
from rehearsal.net.center.paying import pay
from rehearsal.net.center.proof import REPLY, known, prove, settled
from rehearsal.net.center.reading import Dossier
from rehearsal.net.door import Door
from rehearsal.net.trail import Stopped, Stopwatch, step, stop

STORE = "dossiers"
STEPS = ("submit", "receive", "process", "sign", "pay", "return", "look_up")
# A lost reply, the search for what became of it, and two readings: each as long as one.
STEP_TAKES = 4


@dataclass(frozen=True, slots=True)
class Route:
    """Which unit takes the dossier in, whose citizen hands it in, which gives it back."""

    receiving: Target
    home: str
    returning: Target


@dataclass(frozen=True, slots=True)
class Care:
    """What is proven beside the way itself.

    `reads_back`: what each step stored; at the first and the last step that is always
    done. `searches`: whether the marker leads to it, and to nothing else.
    """

    reads_back: bool = True
    searches: bool = False


EACH_STEP = Care()
ENDS_ONLY = Care(reads_back=False)


@dataclass(frozen=True, slots=True)
class Passed:
    """A step that is proven done; `learned`: by its reply, or how else."""

    step: str
    took_s: float
    learned: str = REPLY


@dataclass(frozen=True, slots=True)
class Searched:
    """What a search for the marker found; `after_s` is None when it never found ours."""

    after_s: float | None
    copies: int
    strangers: int


@dataclass(frozen=True, slots=True)
class Journey:
    """How far a dossier came. `whole_s` is from handing in to giving back.

    With `trouble` it ended in the step `stopped_at`, at the desk of the unit `stopped_by`;
    `landed` is the code of the unit that got it instead of the right one.
    """

    field: str
    field_name: str
    procedure: str
    passed: tuple[Passed, ...]
    whole_s: float = 0.0
    searched: Searched | None = None
    trouble: Failure | None = None
    stopped_at: str = ""
    stopped_by: str = ""
    landed: str = ""

    @property
    def flaw(self) -> Failure | None:
        """What is wrong with it: what ended it, or a step that gave no reply of its own."""
        return self.trouble or unanswered(self.passed)

    @property
    def flawed_at(self) -> str:
        """In which step that was."""
        lost = (p.step for p in self.passed if p.learned != REPLY)
        return self.stopped_at or next(lost, "")


def at_home(target: Target) -> Route:
    """The way of most: everything at one unit."""
    return Route(target, target.code, target)


def unanswered(passed: Sequence[Passed]) -> Failure | None:
    """The failure that a lost reply is, though all was done."""
    lost = [p for p in passed if p.learned != REPLY]
    if not lost:
        return None
    told = ", ".join(f"{p.step}: {p.learned}" for p in lost)
    return Failure(Step.TRANSACTION, lost[0].learned, told)


def raise_shared(journeys: Sequence[Journey]) -> None:
    """Stopped, if all of them failed alike: that is the system's failure, and no field's."""
    flaws = [gone.flaw for gone in journeys]
    first = flaws[0]
    if first is not None and all(f is not None and f.kind == first.kind for f in flaws):
        at = journeys[0].stopped_at
        raise stop(first.step, first.kind, f"{at}: {first.detail}" if at else first.detail)


async def journey(
    door: Door, procedure: Procedure, route: Route, care: Care = EACH_STEP
) -> Journey:
    """Take one dossier of a procedure its whole way; what stops it is told in the journey."""
    trip = Trip(door, procedure, route, care)
    trouble: Failure | None = None
    try:
        await trip.go()
    except Stopped as ended:
        trouble = ended.failure
    return Journey(
        field=procedure.field,
        field_name=procedure.field_name,
        procedure=procedure.code,
        passed=tuple(trip.passed),
        whole_s=sum(p.took_s for p in trip.passed if p.step != STEPS[-1]),
        searched=trip.searched,
        trouble=trouble,
        stopped_at=trip.at if trouble else "",
        stopped_by=trip.desk.unit if trouble else "",
        landed=trip.landed,
    )


def draft_of(procedure: Procedure, route: Route, marker: str) -> Draft:
    """A dossier with every document that its procedure asks for, each of its own content."""
    papers = tuple(
        (name, hashlib.sha256(f"{marker} {name}".encode()).hexdigest())
        for name in procedure.documents or ("Tờ khai",)
    )
    codes = route.receiving.code, route.returning.code, route.home
    return Draft(marker, secrets.token_hex(8), procedure.code, *codes, papers)


@dataclass(slots=True)
class Trip:
    """A journey that is under way."""

    door: Door
    procedure: Procedure
    route: Route
    care: Care
    at: str = ""
    landed: str = ""
    record_id: str = ""
    receipt: str = ""
    passed: list[Passed] = field(default_factory=list)
    searched: Searched | None = None
    draft: Draft = field(init=False)
    desk: Desk = field(init=False)
    patience_s: float = field(init=False)

    def __post_init__(self) -> None:
        self.desk = desk_of(self.route.receiving, self.door)
        self.patience_s = self.door.deadlines.http_s

    async def go(self) -> None:
        """Every step in turn, each under its own deadline."""
        await self.timed("submit", self.submit)
        if self.care.searches:
            self.searched = await self.search()
        for action in ("receive", "process", "sign"):
            await self.timed(action, functools.partial(self.move, action))
        await self.timed("pay", self.pay)
        await self.timed("return", self.give_back)
        await self.timed("look_up", self.look_up)

    async def timed(self, name: str, act: Callable[[], Awaitable[str]]) -> None:
        """One step; how long it took and how it was learned is kept in `passed`."""
        self.at = name
        watch = Stopwatch()
        deadline_s = STEP_TAKES * self.patience_s
        async with step(Step.TRANSACTION, deadline_s, "step_timeout") as rung:
            rung.note(action=name, field=self.procedure.field, unit=self.desk.unit)
            learned = await act()
        self.passed.append(Passed(name, watch.elapsed_s(), learned))

    async def submit(self) -> str:
        """Hand it in, and read what was stored."""
        marker = await self.door.ledger.intend(self.route.receiving, STORE)
        self.draft = draft_of(self.procedure, self.route, marker)
        asking = self.desk.hand_in(self.draft)
        told, learned = await known(asking, self._ours, self.patience_s)
        await self.door.ledger.acknowledge(marker, told.id)
        prove(told, self.draft, self.desk.unit)
        self.record_id, self.receipt = told.id, told.receipt
        await self.reached("submitted", told)
        return learned

    async def search(self) -> Searched:
        """Ask for the marker until it leads to ours, or patience ends."""
        watch = Stopwatch()
        marker = self.draft.marker

        def is_there(found: object) -> bool:
            return any(one.marker == marker for one in found)  # type: ignore[attr-defined]  # of dossiers

        found = await settled(lambda: self.desk.search(marker), is_there, self.patience_s)
        copies = sum(one.marker == marker for one in found)
        after_s = watch.elapsed_s() if copies else None
        return Searched(after_s, copies, len(found) - copies)

    async def move(self, action: str, payment: str = "") -> str:
        """One step on, and read what was stored."""
        reached = MOVES[action][1]

        async def done() -> Dossier | None:
            seen = await self.desk.read(self.record_id)
            return seen if seen is not None and seen.state == reached else None

        asking = self.desk.move(self.record_id, action, payment)
        told, learned = await known(asking, done, self.patience_s)
        prove(told, self.draft, self.desk.unit, self.record_id)
        if self.care.reads_back or told.state != reached:
            await self.reached(reached, told)
        return learned

    async def pay(self) -> str:
        """Pay what the procedure costs, if anything, and have it entered."""
        if not self.procedure.fee:
            return await self.move("pay")
        paid = await pay(
            self.door,
            self.route.receiving,
            self.desk,
            self.record_id,
            self.procedure.fee,
            reads_back=self.care.reads_back,
        )
        learned = await self.move("pay", paid.payment.id)
        return paid.learned if learned == REPLY else learned

    async def give_back(self) -> str:
        """The result is given out where it was asked for: it must have come there."""
        if self.route.returning is not self.route.receiving:
            receiving, self.desk = self.desk, desk_of(self.route.returning, self.door)
            seen = await settled(self._ours, lambda s: s is not None, self.patience_s)
            if seen is None:
                self.desk = receiving  # who sent it elsewhere
                raise await self._lost()
            self.record_id = prove(seen, self.draft, self.route.returning.code).id
        return await self.move("return")

    async def look_up(self) -> str:
        """What the citizen sees: it was given back."""
        await self.reached("returned", None, self.shown)
        return REPLY

    async def _ours(self) -> Dossier | None:
        found = await self.desk.search(self.draft.marker)
        return next((one for one in found if one.marker == self.draft.marker), None)

    async def _stored(self) -> Dossier | None:
        return await self.desk.read(self.record_id)

    async def shown(self) -> Dossier | None:
        """What a citizen sees for the receipt."""
        return await self.desk.look_up(self.receipt)

    async def reached(
        self,
        state: str,
        told: Dossier | None,
        look: Callable[[], Awaitable[Dossier | None]] | None = None,
    ) -> None:
        """Stopped unless what is stored is ours, and in that state before patience ends."""

        def is_so(seen: Dossier | None) -> bool:
            return seen is not None and seen.state == state

        seen = await settled(look or self._stored, is_so, self.patience_s)
        proven = prove(seen, self.draft, self.desk.unit, self.record_id)
        if proven.state != state:
            is_promised = told is None or told.state == state
            kind = "stale_record" if is_promised else "overdue"
            raise stop(Step.TRANSACTION, kind, f"{proven.state}, not {state}")

    async def _lost(self) -> Stopped:
        """Who has it, if the unit that should has not?"""
        marker = self.draft.marker
        for peer in self.door.peers.get(self.route.receiving.key, ()):
            if peer.api is None or peer in (self.route.receiving, self.route.returning):
                continue
            try:
                found = await desk_of(peer, self.door).search(marker)
            except Stopped:
                continue  # this one cannot be asked; another may have it
            if any(one.marker == marker for one in found):
                self.landed = peer.code
                break
        told = f"not at {self.route.returning.code} but at {self.landed or 'nobody knows'}"
        return stop(Step.TRANSACTION, "wrong_unit", told)
