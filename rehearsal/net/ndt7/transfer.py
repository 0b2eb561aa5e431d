"""What comes through when a line is loaded one way, and whose fault is it if little does?"""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import AsyncIterator, Coroutine, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from websockets.frames import Opcode

from rehearsal.model import Step
from rehearsal.net.ndt7 import kernel
from rehearsal.net.ndt7.budget import Budget, Way
from rehearsal.net.ndt7.course import TICK_S, Course
from rehearsal.net.ndt7.said import Said
from rehearsal.net.trail import Stopped, stop
from rehearsal.net.websocket import WebSocket

# "initially 1 << 13", doubled while below a sixteenth of what came through (appendix).
MESSAGE_FIRST, MESSAGE_LARGEST, SCALING = 1 << 13, 1 << 20, 16
ENOUGH_S = 1.0  # a server may end when it likes, but what it ends sooner says nothing
TIME, BYTES = "time", "bytes"
_LOAD = (Opcode.BINARY, Opcode.CONT)


@dataclass(slots=True)
class Transfer:
    """One direction under load. `ended`: by `time`, by `bytes`, or what the peer did."""

    socket: WebSocket
    way: Way
    budget: Budget
    course: Course = field(default_factory=Course)
    said: Said = field(default_factory=Said)
    ended: str = TIME
    tcp: kernel.Tcp | None = None
    own_cpu: float = 0.0
    _poured: int = 0
    _talk: int = 0

    async def carry(self) -> None:
        """Load the line until the budget is used up; Stopped where nothing is learnt."""
        began_s, computed_s = time.perf_counter(), time.thread_time()
        self._look()
        async with meanwhile(self._keep_looking()):
            await self._pump()
        self._look()
        computed_s = time.thread_time() - computed_s
        self.own_cpu = computed_s / (time.perf_counter() - began_s)
        self._learnt()

    async def _pump(self) -> None:
        pumps = [self._receive()] if self.way is Way.UP else [self._receive(), self._send()]
        tasks = [asyncio.create_task(pump) for pump in pumps]
        try:
            done, _ = await asyncio.wait(
                tasks, timeout=self.budget.seconds, return_when=asyncio.FIRST_COMPLETED
            )
        finally:
            results = await _end(tasks)
        if done:
            stops = [result for result in results if isinstance(result, Stopped)]
            self.ended = stops[0].failure.kind if stops else BYTES

    async def _receive(self) -> None:
        """Take what the server sends, its load and its measurements, up to the budget."""
        while self.socket.received < self.budget.bytes:
            for frame in await self.socket.stream():
                if frame.opcode in _LOAD:
                    continue
                self._talk += _framed(len(frame.data))
                if frame.opcode is Opcode.TEXT:
                    self.said.hear(bytes(frame.data))

    async def _send(self) -> None:
        """Pour random bytes into the line, and see them through, up to the budget."""
        noise = os.urandom(MESSAGE_LARGEST)
        size = MESSAGE_FIRST
        while self._poured < self.budget.bytes:
            await self.socket.pour(noise[:size])
            self._poured += size
            if size < MESSAGE_LARGEST and size <= self._come_through() // SCALING:
                size *= 2
        while self._come_through() < self._poured:  # noqa: ASYNC110 - the kernel must be asked
            await asyncio.sleep(TICK_S)

    def _come_through(self) -> int:
        """Bytes of load that have arrived: what we read, or what the other side confirmed.

        Where the kernel does not tell, what it took from us: its buffer fills up first.
        """
        if self.way is Way.UP:
            return self.socket.received - self._talk
        self.tcp = kernel.ask(self.socket.opened.wire.sock) or self.tcp
        return self.tcp.acked_bytes if self.tcp else self._poured

    def _look(self, late_s: float = 0.0) -> None:
        self.course.note(asyncio.get_running_loop().time(), self._come_through(), late_s)

    async def _keep_looking(self) -> None:
        loop = asyncio.get_running_loop()
        while True:
            due_s = loop.time() + TICK_S
            await asyncio.sleep(TICK_S)
            self._look(loop.time() - due_s)

    def _learnt(self) -> None:
        told = f"{self.course.moved} bytes in {self.course.lasted_s:.1f} s, ended: {self.ended}"
        if self.course.moved <= 0:
            raise stop(Step.MEDIA, "transfer_silent", told)
        is_over = self.ended in (TIME, BYTES)
        if not is_over and self.course.lasted_s < ENOUGH_S:
            raise stop(Step.MEDIA, "transfer_broken", told)


def _framed(size: int) -> int:
    """The bytes of a frame with that payload, from a server (RFC 6455 5.2)."""
    return size + (2 if size < 126 else 4 if size < 1 << 16 else 10)  # noqa: PLR2004 - the RFC's


@asynccontextmanager
async def meanwhile(*chores: Coroutine[Any, Any, None]) -> AsyncIterator[None]:
    """Do these beside the block; unlike a TaskGroup it lets a Stopped through as it is."""
    tasks = [asyncio.create_task(chore) for chore in chores]
    try:
        yield
    finally:
        await _end(tasks)


async def _end(tasks: Iterable[asyncio.Task[None]]) -> list[object]:
    """Cancel them all and see them out; raises what is a bug, and returns the rest."""
    for task in tasks:
        task.cancel()
    results = await asyncio.gather(*tasks, return_exceptions=True)
    for result in results:
        if isinstance(result, Exception) and not isinstance(result, Stopped):
            raise result
    return list(results)
