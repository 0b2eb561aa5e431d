"""When must something happen? One timer for everything that waits, however much it is."""

from __future__ import annotations

import asyncio
import heapq
import itertools
import math
from collections.abc import Callable
from typing import Any

GRAIN_S = 0.001  # what is due within a millisecond leaves together: 1,000 wake-ups a second
_NEVER_S = math.inf


class Timetable:
    """Calls in the order of their times, on the clock of the running event loop."""

    def __init__(self) -> None:
        """Needs a running event loop."""
        self._loop = asyncio.get_running_loop()
        self._waiting: list[tuple[float, int, Callable[..., object], tuple[Any, ...]]] = []
        self._numbers = itertools.count()  # of two calls for one moment the older goes first
        self._wakes_s = _NEVER_S
        self._timer: asyncio.TimerHandle | None = None

    def now_s(self) -> float:
        """The clock that all times here are told by."""
        return self._loop.time()

    def at(self, due_s: float, act: Callable[..., object], *given: Any) -> None:
        """Call it at that time, or as soon after as the grain allows."""
        heapq.heappush(self._waiting, (due_s, next(self._numbers), act, given))
        if due_s < self._wakes_s:
            self._wake_for(due_s)

    def _wake_for(self, due_s: float) -> None:
        if self._timer:
            self._timer.cancel()
        self._wakes_s = math.ceil(due_s / GRAIN_S) * GRAIN_S
        self._timer = self._loop.call_at(self._wakes_s, self._catch_up)

    def _catch_up(self) -> None:
        """Do what is due; the timer is set before it, so that a bug in one harms no other."""
        now_s = max(self._loop.time(), self._wakes_s)
        due = []
        while self._waiting and self._waiting[0][0] <= now_s:
            due.append(heapq.heappop(self._waiting))
        self._timer, self._wakes_s = None, _NEVER_S
        if self._waiting:
            self._wake_for(self._waiting[0][0])
        for _, _, act, given in due:
            act(*given)
