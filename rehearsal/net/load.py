"""How much do we ask of a system, and when do we stop because we hurt it?

Real citizens are there. What a trial may ask stands in its plan: a rate, so many at
once and so many in all, of each host and of the city. A host that answers with errors, or
far too late, is left alone for a while, and then tried by one request.

All requests of a transaction pass here, so here it is known when nobody at all answers:
then it may be our own line that is down, and no host's fault.
"""

from __future__ import annotations

import asyncio
from collections import Counter, deque
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from dataclasses import dataclass, field

from rehearsal.model import Load, Step
from rehearsal.net.pulse import may_be_offline
from rehearsal.net.trail import Stopped, held_up, stop

RECENT = 20  # requests by which a host is judged: fewer prove nothing
HURT_SHARE = 0.5  # of them that fail: it is not one unlucky request
REST_S = 5.0  # before a host that hurts is tried again by one request
ERROR = 500
SILENCE_S = 1.0  # hundreds of requests pass in it: no answer to any is no chance
SILENT_HOSTS = 3  # as many must have been asked in vain: a city has no three dead ones at once


@dataclass(slots=True)
class _Flow:
    """What one host, or the city, is being asked; `asked` counts all of it.

    `leaving` is held by the next request to go out.
    """

    load: Load
    slots: asyncio.Semaphore
    leaving: asyncio.Lock = field(default_factory=asyncio.Lock)
    asked: int = 0
    free_at: float = 0.0
    recent: deque[bool] = field(default_factory=lambda: deque(maxlen=RECENT))
    rests_until: float = 0.0
    is_tried: bool = False

    async def turn(self, clock: Callable[[], float]) -> None:
        """Take the next moment and wait for it: requests leave one by one, at the rate."""
        at = max(clock(), self.free_at)
        self.left(at)
        await asyncio.sleep(max(0.0, at - clock()))

    async def moment(self, clock: Callable[[], float]) -> None:
        """Wait until the next may leave; whoever does says so by `left`."""
        await asyncio.sleep(max(0.0, self.free_at - clock()))

    def left(self, now: float) -> None:
        """One has left: for the next it is too early yet."""
        self.free_at = now + 1.0 / self.load.per_s

    def seen(self, *, hurt: bool, now: float) -> None:
        """Judge the host by its latest answers."""
        self.is_tried = False
        self.recent.append(hurt)
        if hurt and self.rests_until:
            self.rests_until = now + REST_S  # it was tried again, and is no better
        elif not hurt and self.rests_until:
            self.rests_until = 0.0
            self.recent.clear()
        elif len(self.recent) == RECENT and sum(self.recent) > HURT_SHARE * RECENT:
            self.rests_until = now + REST_S

    def refuses(self, now: float) -> bool:
        """Whether it is left alone now; one request at a time finds out whether it heals."""
        return bool(self.rests_until) and (now < self.rests_until or self.is_tried)


class Gate:
    """Through which every request of a transaction goes; bounded by host and for the city."""

    def __init__(self, host: Load | None = None, city: Load | None = None) -> None:
        """Without a load nothing is bounded: for peers of our own."""
        self._host = host
        self._city = _flow(city) if city else None
        self._hosts: dict[str, _Flow] = {}
        self._waiting: Counter[str] = Counter()
        self._heard_at = 0.0
        self._unheard: set[str] = set()  # who was asked since anybody answered, or before it
        self._silences: deque[float] = deque(maxlen=RECENT)  # when each ended
        self.is_cleaning = False

    @property
    def asked(self) -> int:
        """How many requests have gone out."""
        return self._city.asked if self._city else 0

    @property
    def asked_of(self) -> dict[str, int]:
        """The same by host."""
        return {host: flow.asked for host, flow in self._hosts.items()}

    @asynccontextmanager
    async def passing(self, host: str) -> AsyncIterator[Callable[[int], None]]:
        """Wait for one's turn; tell what is yielded the status of the answer.

        Stopped with `budget_spent` or `host_spared`, which are ours. The clean-up keeps
        rate and number at once, but neither budget nor rest keeps it from asking.
        """
        if self._host is None or self._city is None:
            yield _unheard
            return
        flow = self._hosts.setdefault(host, _flow(self._host))
        clock = asyncio.get_running_loop().time
        async with AsyncExitStack() as stack:
            with held_up():
                await stack.enter_async_context(flow.slots)
                async with flow.leaving:
                    await self._leave(host, flow, stack)
            tell = await stack.enter_async_context(_judged(flow, clock, self._heard))
            stack.enter_context(self._asking(host, clock()))
            yield tell

    def is_silent(self, now: float) -> bool:
        """Whether nobody has answered for long, although several hosts were asked."""
        return len(self._unheard) >= SILENT_HOSTS and now - self._heard_at >= SILENCE_S

    def was_silent(self, since_s: float, now: float) -> bool:
        """Whether it was so at any time since then; both on the event loop's clock."""
        return self.is_silent(now) or any(ended > since_s for ended in self._silences)

    @contextmanager
    def _asking(self, host: str, now: float) -> Iterator[None]:
        if not self._unheard:
            self._heard_at = now  # before this nobody was asked anything
        self._unheard.add(host)
        self._waiting[host] += 1
        try:
            yield
        finally:
            self._waiting[host] -= 1

    def _heard(self, now: float) -> None:
        """Somebody answered, be it by a refusal: our line is up."""
        if self.is_silent(now):
            self._silences.append(now)
        self._heard_at = now
        self._waiting = +self._waiting
        self._unheard = set(self._waiting)

    async def _leave(self, host: str, flow: _Flow, stack: AsyncExitStack) -> None:
        """Wait for the host's moment, then for the city's: one host's queue is no other's."""
        assert self._city is not None
        clock = asyncio.get_running_loop().time
        await flow.moment(clock)
        await stack.enter_async_context(self._city.slots)
        if not self.is_cleaning:
            self._refuse(host, flow, clock())
        self._city.asked += 1
        flow.asked += 1
        await self._city.turn(clock)
        flow.left(clock())

    def _refuse(self, host: str, flow: _Flow, now: float) -> None:
        for bound in (flow, self._city):
            if bound is not None and bound.asked >= bound.load.in_all:
                told = f"{bound.load.in_all} requests were all that the plan allows"
                raise stop(Step.OBSERVE, "budget_spent", told)
        if flow.refuses(now):
            told = f"{host} answered most of its last {RECENT} requests badly or too late"
            raise stop(Step.OBSERVE, "host_spared", told)


@asynccontextmanager
async def _judged(
    flow: _Flow, clock: Callable[[], float], heard: Callable[[float], None]
) -> AsyncIterator[Callable[[int], None]]:
    """Whether the host answered well enough: no answer, or a 5xx, hurt as much as waiting."""
    statuses: list[int] = []
    began = clock()
    has_failed = False
    flow.is_tried = bool(flow.rests_until)  # who was cut off before this has tried nothing
    try:
        yield statuses.append
    except Stopped as ended:
        has_failed = ended.failure.step is not Step.OBSERVE
        if has_failed and not may_be_offline(ended.failure):
            heard(clock())
        raise
    finally:
        if statuses:
            heard(clock())
        is_bad = has_failed or any(status >= ERROR for status in statuses)
        if statuses or has_failed:
            flow.seen(hurt=is_bad or clock() - began > flow.load.slow_s, now=clock())
        else:
            flow.is_tried = False


def _flow(load: Load) -> _Flow:
    return _Flow(load, asyncio.Semaphore(load.at_once))


def _unheard(status: int) -> None:
    del status
