"""How does a trial gather everybody in one meeting, and hear from each what became of it?"""

from __future__ import annotations

import asyncio
import sys
import time
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from types import TracebackType
from typing import Self

from rehearsal.model import Failure, Rung, Target
from rehearsal.net.meeting import Meeting
from rehearsal.net.rollcall.evidence import Attended
from rehearsal.net.rollcall.outcome import outcomes
from rehearsal.net.rollcall.recipe import CENTRAL, Recipe
from rehearsal.net.rollcall.tongue import (
    LINE_BYTES,
    ORDER,
    SAID,
    Account,
    Errand,
    Feed,
    News,
    Opening,
    Order,
    Published,
    Ready,
    Said,
    Silent,
    line,
)
from rehearsal.net.trail import Stopped, adopt, set_off_late

CROWD_MAX = 60  # participants of one process: 40 % of a core at 60 ms a packet
START_S = 60.0  # imports take 2 s, on a crowded machine ten times that
LEAVE_S = 40.0  # past the meeting's end: the last return, its steps, and the farewell
END_S = 5.0
PROGRAM = (sys.executable, "-m", "rehearsal.net.rollcall.worker")


@dataclass(slots=True)
class Worker:
    """One media process and what it said last."""

    own: tuple[int, ...]
    child: asyncio.subprocess.Process
    ready: asyncio.Event = field(default_factory=asyncio.Event)
    account: Account | None = None

    def tell(self, order: Order) -> None:
        """Give an order, if it is still there to hear it."""
        if self.child.stdin is not None and not self.child.stdin.is_closing():
            self.child.stdin.write(line(ORDER, order))


class Assembly:
    """Everybody of a recipe, in processes of our own, from the barrier to the farewell.

    `on_silence` is told while the meeting lasts who hears whom no more, and since when;
    `crowd_max` is the most participants of one process, `program` what such a process runs.
    """

    def __init__(
        self,
        recipe: Recipe,
        on_silence: Callable[[Silent], None] = lambda _: None,
        *,
        crowd_max: int = CROWD_MAX,
        program: Sequence[str] = PROGRAM,
    ) -> None:
        self.recipe = recipe
        self._program = program
        self._crowd_max = crowd_max
        self.workers: list[Worker] = []
        self._on_silence = on_silence
        self._feeds: dict[str, Feed] = {}
        self._opens_at: float | None = None
        self._heeding: list[asyncio.Task[None]] = []
        self._over: asyncio.Task[dict[str, Attended | Failure]] | None = None

    async def __aenter__(self) -> Self:
        try:
            for own in shares(self.recipe, self._crowd_max):
                await self._start(own)
            async with asyncio.timeout(START_S):
                await asyncio.gather(*(worker.ready.wait() for worker in self.workers))
        except BaseException:
            await self._end()
            raise
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        problem: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        await self._end()

    def open(self, at: float) -> None:
        """Tell everybody when the meeting opens, by `time.monotonic()`."""
        self._opens_at = at
        for worker in self.workers:
            worker.tell(Opening(at))
        self._over = asyncio.create_task(self._accounts())

    def seats(self, target: Target) -> bool:
        """Whether that bridge takes part here."""
        return any(seat.target.id == target.id for seat in self.recipe.seats)

    async def attend(self, target: Target) -> Attended:
        """What became of that participant, once the meeting is over; Stopped if it failed."""
        if self._over is None:
            raise ValueError("the meeting has not been opened")
        slug = next(s.slug for s in self.recipe.seats if s.target.id == target.id)
        found = (await asyncio.shield(self._over))[slug]
        adopt(self._rungs(slug))
        if isinstance(found, Failure):
            raise Stopped(found)
        set_off_late(found.started_s - found.due_s)
        return found

    async def _start(self, own: tuple[int, ...]) -> None:
        child = await asyncio.create_subprocess_exec(
            *self._program,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            limit=LINE_BYTES,
        )
        worker = Worker(own, child)
        self.workers.append(worker)
        self._heeding.append(asyncio.create_task(self._heed(worker)))
        worker.tell(Errand(self.recipe, own, listens_to_all=self._is_centre(own)))

    def _is_centre(self, own: tuple[int, ...]) -> bool:
        return self.recipe.seats[own[0]].role == CENTRAL

    async def _heed(self, worker: Worker) -> None:
        """Take in what a process says, until it has given its account or is gone."""
        if worker.child.stdout is None:
            raise ValueError("a process without a voice")
        while words := await worker.child.stdout.readline():
            said: Said = SAID.validate_json(words)
            match said:
                case Ready():
                    worker.ready.set()
                case Published():
                    self._spread({said.slug: said.feed})
                case Silent():
                    self._on_silence(said)
                case Account():
                    worker.account = said
        worker.ready.set()  # nobody need wait for it any more

    def _spread(self, feeds: dict[str, Feed]) -> None:
        self._feeds.update(feeds)
        for worker in self.workers:
            worker.tell(News(feeds))

    async def _accounts(self) -> dict[str, Attended | Failure]:
        """What became of each, when all have spoken or nobody need be waited for."""
        closes_at = (self._opens_at or 0.0) + self.recipe.hold_s
        await asyncio.wait(
            self._heeding, timeout=max(0.0, closes_at + LEAVE_S - time.monotonic())
        )
        return outcomes(self.recipe, [worker.account for worker in self.workers], self._feeds)

    def _rungs(self, slug: str) -> tuple[Rung, ...]:
        accounts = [worker.account for worker in self.workers if worker.account]
        sides = [side for account in accounts for side in account.sides]
        return next((side.rungs for side in sides if side.slug == slug), ())

    async def _end(self) -> None:
        """Let every process go; who does not go by itself is ended."""
        if self._over is not None:
            self._over.cancel()
        await asyncio.gather(*(_end(worker.child) for worker in self.workers))
        for task in self._heeding:
            task.cancel()
        await asyncio.gather(*self._heeding, return_exceptions=True)


@asynccontextmanager
async def gathered(
    recipe: Recipe | None, hold_s: float, barrier_s: float
) -> AsyncIterator[Meeting]:
    """The meeting of a recipe, which opens in `barrier_s`; without one, nobody has sound."""
    if recipe is None:
        yield Meeting(time.monotonic() + barrier_s, hold_s)
        return
    async with Assembly(recipe) as assembly:
        opens_at = time.monotonic() + barrier_s
        assembly.open(opens_at)
        yield Meeting(opens_at, hold_s, assembly)


async def _end(child: asyncio.subprocess.Process) -> None:
    if child.stdin is not None:
        child.stdin.close()
    try:
        async with asyncio.timeout(END_S):
            await child.wait()
    except TimeoutError:
        child.kill()
        await child.wait()


def shares(recipe: Recipe, crowd_max: int) -> list[tuple[int, ...]]:
    """Which numbers sit in which process: the centre alone, the others in even crowds."""
    centre = [seat.number for seat in recipe.seats if seat.role == CENTRAL]
    others = [seat.number for seat in recipe.seats if seat.role != CENTRAL]
    crowds = -(-len(others) // crowd_max)
    split = [tuple(others[first::crowds]) for first in range(crowds)]
    return [tuple(centre), *split] if centre else split
