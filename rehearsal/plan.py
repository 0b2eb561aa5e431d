"""What is measured in a trial, in which order, and how much of it at once?

Every limit on concurrency and load stands here, and nowhere else.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Collection
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

from rehearsal.check import Check, Registry
from rehearsal.model import USUAL_LOADS, Inventory, Loads, Target
from rehearsal.model.run import phases_of
from rehearsal.net.ndt7.budget import Budget

MEASURING = (
    *("bridges", "media", "lines", "roll_call", "systems"),
    *("sign_on", "transactions", "surge"),
)
_BEFORE = ("preflight", "selftest")
CLOSING = ("cleanup", "judge", "reports")  # whatever happened before
STAGES = {
    "phase-1": (*_BEFORE, "bridges", "media", "lines", "roll_call", "systems", *CLOSING[1:]),
    "phase-2": (*_BEFORE, "bridges", "systems", "sign_on", "transactions", "surge", *CLOSING),
}
AT_ONCE = "roll_call"  # one piece: its barrier is half a millisecond inside one event loop
RUSH = "surge"  # one piece, and no slots: what is tried is that all come at once
RUSH_LEAD_S, RUSH_LEAD_EACH_S = 2.0, 0.03  # before its start each reads what is on offer there
RECHECK = "recheck"  # what is asked again of a run, and the flow that does so
CONCURRENCY = 32  # 16 keep one core busy; each more makes the event loop 3 ms later
JOINS_PER_S = 30.0  # a hall presses "join" when it is told to: 116 do so within four seconds
AT_MOST = {
    "media": 32,  # full-rate sound and a small picture: half a core, 3 Mbit/s at the bridges
    "lines": 4,  # each fills a line: all together they would fill the centre's
}
PACE_S = {"media": 0.08}  # what setting out costs our core: a wave of handshakes delays sound
LINE_BYTES_PER_S = 5_000_000  # 40 Mbit/s: whatever is faster need not be known any better
IN_FLIGHT = 512  # with those that only wait: about 0.1 MB each
PATIENCE_S = 0.5  # a check that takes longer waits for its peer, and gives its slot back
QUEUE_MAX_S = 900.0  # a check that never gets a slot is our failure, not its target's
PIECES_MAX = 300  # beyond that many owners a piece is a shard: an orchestrated task costs 35 ms
SHARDS = 128
PIECE_PACE_S = 0.005  # what a task costs to start: 116 at once stop the loop for half a second


def stage_name(stage: str, round_no: int = 0) -> str:
    """How a stage of a round is called in the journal; the trial's own by its bare name."""
    return f"{RECHECK}-{round_no}/{stage}" if round_no else stage


def is_of_trial(stage: str) -> bool:
    """Whether a stage in the journal is the trial's own, and no recheck's."""
    return not stage.startswith(f"{RECHECK}-")


@dataclass(frozen=True, slots=True)
class PlannedCheck:
    """One check on one target; `is_held` where the inventory has only a placeholder."""

    check_id: str
    target: Target
    is_held: bool = False


@dataclass(frozen=True, slots=True)
class Piece:
    """What one task of the orchestrator does: the checks of one owner in one stage."""

    stage: str
    name: str
    checks: tuple[PlannedCheck, ...]


@dataclass(frozen=True, slots=True)
class Plan:
    """The whole trial: its pieces by stage, and what its transactions may ask."""

    pieces: tuple[Piece, ...]
    loads: Loads = USUAL_LOADS

    def of(self, stage: str) -> tuple[Piece, ...]:
        """The pieces of one stage."""
        return tuple(piece for piece in self.pieces if piece.stage == stage)

    def checks(self) -> tuple[PlannedCheck, ...]:
        """Every planned check."""
        return tuple(check for piece in self.pieces for check in piece.checks)


def line_budget(seconds: float) -> Budget:
    """What measuring one way of a line may cost it: so long, and so many bytes."""
    return Budget(seconds, int(seconds * LINE_BYTES_PER_S))


def make_plan(
    inventory: Inventory, registry: Registry, phase: str, only: Collection[str] = ()
) -> Plan:
    """Which checks are put to which targets in a phase; `only` narrows the checks.

    A review's is what both phases ask.
    """
    phases = phases_of(phase)
    asked = [c for c in registry.values() if not c.phases.isdisjoint(phases)]
    wanted = [check for check in asked if not only or check.id in only]
    known = {stage for name in phases for stage in STAGES.get(name, ())}
    stages = [stage for stage in MEASURING if stage in known]
    pieces = [p for stage in stages for p in _pieces(stage, inventory, wanted)]
    return Plan(tuple(pieces), inventory.loads)


def _pieces(stage: str, inventory: Inventory, wanted: list[Check[Any]]) -> list[Piece]:
    asked = _in_order([check for check in wanted if check.stage == stage])
    owned: dict[str, list[PlannedCheck]] = {}
    for target in inventory.targets():
        planned = [
            PlannedCheck(check.id, target, check.is_held(target))
            for check in asked
            if check.covers(target)
        ]
        if planned:
            owned.setdefault(target.owner, []).extend(planned)
    if stage in {AT_ONCE, RUSH}:
        everybody = tuple(check for checks in owned.values() for check in checks)
        return [Piece(stage, stage, everybody)] if everybody else []
    return _sharded(stage, owned)


def _sharded(stage: str, owned: dict[str, list[PlannedCheck]]) -> list[Piece]:
    if len(owned) <= PIECES_MAX:
        return [Piece(stage, f"{stage}/{name}", tuple(c)) for name, c in owned.items()]
    shards: list[list[PlannedCheck]] = [[] for _ in range(SHARDS)]
    for number, checks in enumerate(owned.values()):
        shards[number % SHARDS].extend(checks)
    return [Piece(stage, f"{stage}/shard-{n:03}", tuple(s)) for n, s in enumerate(shards)]


def _in_order(checks: list[Check[Any]]) -> list[Check[Any]]:
    """Checks after those that they require."""
    here = {check.id for check in checks}
    ordered: list[Check[Any]] = []
    waiting = list(checks)
    while waiting:
        done = {check.id for check in ordered}
        ready = [c for c in waiting if set(c.requires) & here <= done]
        if not ready:
            circle = ", ".join(check.id for check in waiting)
            raise ValueError(f"checks require one another in a circle: {circle}")
        ordered += ready
        waiting = [check for check in waiting if check not in ready]
    return ordered


class Slots:
    """Bounds how many checks run at once, and lets those that only wait step aside.

    A dead target is waited for beside the others, so that many of them cost one
    time-out and not one a batch; but only while we are fit, or we would choke.
    """

    def __init__(
        self, is_fit: Callable[[], bool], at_most: int | None = None, pace_s: float = 0.0
    ) -> None:
        """With `at_most` the bound is firm: who holds a slot uses it to the end.

        `pace_s` is the least time between two who set out.
        """
        self._pace_s, self._free_at = pace_s, 0.0
        self._is_fit = is_fit if at_most is None else _never
        self._active = asyncio.Semaphore(at_most or CONCURRENCY)
        self._in_flight = asyncio.Semaphore(IN_FLIGHT)

    @asynccontextmanager
    async def turn(self) -> AsyncIterator[float]:
        """Wait for a slot, at most QUEUE_MAX_S (TimeoutError); yields how long it took."""
        loop = asyncio.get_running_loop()
        began_s = loop.time()
        async with asyncio.timeout(QUEUE_MAX_S):
            await self._in_flight.acquire()
            try:
                await self._active.acquire()
            except BaseException:
                self._in_flight.release()
                raise
            try:
                await self._set_out(loop)
            except BaseException:
                self._active.release()
                self._in_flight.release()
                raise
        slot = _Slot(self._active, self._is_fit)
        try:
            yield loop.time() - began_s
        finally:
            slot.give_back()
            self._in_flight.release()

    async def _set_out(self, loop: asyncio.AbstractEventLoop) -> None:
        """Wait for one's moment, if starts are paced."""
        at = max(loop.time(), self._free_at)
        self._free_at = at + self._pace_s
        await asyncio.sleep(max(0.0, at - loop.time()))


def _never() -> bool:
    return False


class _Slot:
    """One running check's slot; given back once, at the end or when patience ends."""

    def __init__(self, active: asyncio.Semaphore, is_fit: Callable[[], bool]) -> None:
        self._active: asyncio.Semaphore | None = active
        self._is_fit = is_fit
        self._timer = asyncio.get_running_loop().call_later(PATIENCE_S, self._step_aside)

    def give_back(self) -> None:
        self._timer.cancel()
        if self._active is not None:
            self._active.release()
            self._active = None

    def _step_aside(self) -> None:
        if self._is_fit():
            self.give_back()
            return
        self._timer = asyncio.get_running_loop().call_later(PATIENCE_S, self._step_aside)
