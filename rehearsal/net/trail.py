"""Which step has an attempt reached, how long did each take, and what did it see?"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any, Self

from rehearsal.model import Failure, Rung, Step

HELD_UP_MAX_S = 1.0  # an attempt that waited longer for itself had no fair chance
Late = str | Callable[[], str]


class Stopped(Exception):  # noqa: N818 - it carries a failure, and is none of ours
    """An attempt ended without evidence; the failure says on which step and why."""

    def __init__(self, failure: Failure) -> None:
        super().__init__(f"{failure.step}/{failure.kind}: {failure.detail}")
        self.failure = failure


def stop(step: Step, kind: str, detail: object = "") -> Stopped:
    """The exception that ends an attempt on that step for that reason."""
    return Stopped(Failure(step, kind, str(detail)))


@dataclass(slots=True)
class Trail:
    """The ladder of one attempt; the open steps tell where a deadline struck.

    `was_elsewhere`: another process measured, and has doubted itself already. `is_brief`:
    of thousands of exchanges only those that failed are kept. `held_up_s`: how long it
    waited at our own gate, which is nobody's slowness but ours.
    """

    rungs: list[Rung] = field(default_factory=list)
    open_steps: list[step] = field(default_factory=list)
    send_late_s: float = 0.0
    was_elsewhere: bool = False
    is_brief: bool = False
    held_up_s: float = 0.0
    was_cut_waiting: bool = False

    def addresses(self) -> tuple[str, ...]:
        """Every address that this attempt tried to connect to."""
        tried = [
            rung.facts.get("addresses") for rung in self.rungs if rung.step is Step.CONNECT
        ]
        return tuple(str(a) for facts in tried if isinstance(facts, dict) for a in facts)

    def overdue(self) -> Failure:
        """The failure to report when the whole attempt's deadline strikes now."""
        if self.was_cut_waiting or self.held_up_s > HELD_UP_MAX_S:
            told = f"held up at our own gate for {self.held_up_s:.1f} s"
            return Failure(Step.OBSERVE, "deadline_in_queue", told)
        if not self.open_steps:
            return Failure(Step.OBSERVE, "deadline_in_queue", "no step had begun")
        return self.open_steps[-1].overdue()


_trail: ContextVar[Trail | None] = ContextVar("trail", default=None)


def begin_trail() -> Trail:
    """Start the ladder of a new attempt in this context."""
    trail = Trail()
    _trail.set(trail)
    apart()
    return trail


def brief_trail() -> Trail:
    """From here on keep only what fails; for those who speak thousands of times."""
    trail = begin_trail()
    trail.is_brief = True
    return trail


def keep_brief() -> None:
    """From here on this attempt keeps only what fails: it asks hundreds of times."""
    (_trail.get() or begin_trail()).is_brief = True


@contextmanager
def held_up() -> Iterator[None]:
    """While we keep ourselves from asking, no step's deadline comes any nearer."""
    trail = _trail.get() or begin_trail()
    began_s = time.perf_counter()
    mine = asyncio.current_task()
    left = [(one, one.pause()) for one in trail.open_steps if one.task is mine]
    try:
        yield
    except asyncio.CancelledError:
        trail.was_cut_waiting = True
        raise
    finally:
        waited_s = time.perf_counter() - began_s
        trail.held_up_s += waited_s
        if (held := _held.get()) is not None:
            held.for_s += waited_s
        for one, left_s in left:
            one.go_on(left_s)


class _Held:
    """How long one thread of an attempt was held up, in seconds."""

    def __init__(self) -> None:
        self.for_s = 0.0


_held: ContextVar[_Held | None] = ContextVar("held", default=None)


def apart() -> None:
    """From here on this task's waits are its own: an attempt does several things at once."""
    _held.set(_Held())


def their_clock() -> Callable[[], float]:
    """A clock in seconds by which a system is judged: it stands still at our own gate."""
    held = _held.get()
    if held is None:
        held = _Held()
        _held.set(held)

    def now_s() -> float:
        return time.perf_counter() - held.for_s

    return now_s


class Stopwatch:
    """How long something takes a system, by its clock."""

    def __init__(self) -> None:
        self._now_s = their_clock()
        self._began_s = self._now_s()

    def elapsed_s(self) -> float:
        """Seconds until now."""
        return self._now_s() - self._began_s


def set_off_late(late_s: float) -> None:
    """Note how late we sent what was to be sent at a given moment."""
    trail = _trail.get() or begin_trail()
    trail.send_late_s = max(trail.send_late_s, late_s)


def adopt(rungs: Iterable[Rung]) -> None:
    """Add the ladder that another process climbed for this attempt."""
    trail = _trail.get() or begin_trail()
    trail.rungs.extend(rungs)
    trail.was_elsewhere = True


def addresses_tried() -> tuple[str, ...]:
    """Every address that the attempt in this context tried to connect to."""
    return (_trail.get() or begin_trail()).addresses()


class step:  # noqa: N801 - reads as the statement it is: `async with step(...)`
    """One step of an attempt, under its own deadline in seconds.

    `late` is the failure's kind when the deadline strikes, or a function that decides
    it then, from what had arrived. Facts noted with `note` travel with the measurement.
    """

    __slots__ = (
        *("_began_s", "_late", "_timeout", "_trail"),
        *("deadline_s", "facts", "name", "task"),
    )

    def __init__(self, name: Step, deadline_s: float, late: Late) -> None:
        self.name = name
        self.deadline_s = deadline_s
        self.facts: dict[str, object] = {}
        self.task: asyncio.Task[Any] | None = None
        self._late = late
        self._began_s = 0.0
        self._timeout = asyncio.timeout(deadline_s)
        self._trail = _trail.get() or begin_trail()

    @property
    def is_forgotten(self) -> bool:
        """Whether nobody reads what it notes, unless it fails: then less need be drawn up."""
        return self._trail.is_brief

    def note(self, **facts: object) -> None:
        """Keep what this step saw."""
        self.facts.update(facts)

    def overdue(self) -> Failure:
        """What it means that time ran out in this step."""
        kind = self._late if isinstance(self._late, str) else self._late()
        waited_s = time.perf_counter() - self._began_s
        return Failure(self.name, kind, f"nothing more after {waited_s:.2f} s")

    def pause(self) -> float:
        """Stop its clock; gives what is left of its deadline, in seconds."""
        when = self._timeout.when()
        self._timeout.reschedule(None)
        return 0.0 if when is None else when - asyncio.get_running_loop().time()

    def go_on(self, left_s: float) -> None:
        """Let its clock run again."""
        if not self._timeout.expired():
            self._timeout.reschedule(asyncio.get_running_loop().time() + left_s)

    async def __aenter__(self) -> Self:
        self._began_s = time.perf_counter()
        self.task = asyncio.current_task()
        self._trail.open_steps.append(self)
        await self._timeout.__aenter__()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        problem: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        overdue = self.overdue() if problem is not None else None
        self.task = None
        try:
            await self._timeout.__aexit__(kind, problem, traceback)
        except TimeoutError:
            if overdue is None:
                raise
            raise Stopped(overdue) from None
        finally:
            self._close(problem)

    def _close(self, problem: BaseException | None) -> None:
        if not isinstance(problem, asyncio.CancelledError) or self._timeout.expired():
            self._trail.open_steps.remove(self)
        if problem is None and self._trail.is_brief and self.name is not Step.CONNECT:
            return
        elapsed_s = time.perf_counter() - self._began_s
        self._trail.rungs.append(Rung(self.name, elapsed_s, problem is None, self.facts))
