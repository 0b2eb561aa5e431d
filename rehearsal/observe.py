"""Are we ourselves fit to judge others just now?"""

from __future__ import annotations

import asyncio
import gc
import time
from contextlib import suppress
from types import TracebackType
from typing import Self

from rehearsal.model import Failure, Observer, Step

BEAT_S = 0.02
# Offset of the barrier's starts that we cause ourselves; above it "at once" is not true.
SEND_LATE_MAX_S = 0.5


class Watch:
    """Measures how late the event loop runs, all the time, from inside it."""

    def __init__(self) -> None:
        self._worst: list[tuple[float, float]] = []  # when and how late; later ones are better
        self._due_s = 0.0
        self._task: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Self:
        self._due_s = time.perf_counter() + BEAT_S
        self._task = asyncio.create_task(self._beat())
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        problem: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        if self._task is not None:
            self._task.cancel()
            with suppress(asyncio.CancelledError):
                await self._task

    def worst_lag_s(self, since_s: float) -> float:
        """The worst lateness since that `time.perf_counter()`, a running one included."""
        running_s = max(0.0, time.perf_counter() - self._due_s)
        past_s = next((lag_s for at_s, lag_s in self._worst if at_s >= since_s), 0.0)
        return max(running_s, past_s)

    async def _beat(self) -> None:
        while True:
            self._due_s = time.perf_counter() + BEAT_S
            await asyncio.sleep(BEAT_S)
            now_s = time.perf_counter()
            self._remember(now_s, max(0.0, now_s - self._due_s))

    def _remember(self, at_s: float, lag_s: float) -> None:
        """Whoever asks about an earlier and better beat asks about this one too: forget it.

        So a dozen beats tell the worst of any meeting, from its beginning, however long.
        """
        while self._worst and self._worst[-1][1] <= lag_s:
            self._worst.pop()
        self._worst.append((at_s, lag_s))


def settle() -> None:
    """Take what is loaded out of the garbage collector's sight.

    None of it will ever be garbage; to look through it takes 0.1 s and more once Prefect
    is imported, and stops the event loop meanwhile.
    """
    gc.collect()
    gc.freeze()


def doubt(health: Observer, lag_max_s: float) -> Failure | None:
    """The failure that replaces a measurement taken while we were unfit, if we were."""
    if health.loop_lag_s > lag_max_s:
        detail = f"event loop {health.loop_lag_s:.2f} s late, limit {lag_max_s} s"
        return Failure(Step.OBSERVE, "observer_overloaded", detail)
    if health.send_late_s > SEND_LATE_MAX_S:
        detail = f"set off {health.send_late_s:.2f} s late, limit {SEND_LATE_MAX_S} s"
        return Failure(Step.OBSERVE, "observer_overloaded", detail)
    if health.uplink_up is False:
        detail = "others that had just answered could not be reached either"
        return Failure(Step.OBSERVE, "observer_offline", detail)
    return None
