"""How long does a quiet caller wait for an answer while the line is loaded?

Its own connection, so that it feels the line's queue as a meeting does, and not the
server's send buffer; an ndt7 upload that uploads nothing, asked by pings (RFC 6455 5.5.2).
"""

from __future__ import annotations

import asyncio
import itertools
import math
import statistics
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field

from websockets.frames import Opcode

from rehearsal.net.trail import Stopped
from rehearsal.net.websocket import WebSocket

PING_EVERY_S = 0.05  # 20 packets of a hundred bytes a second: no load beside the load
IDLE_TRIPS = 10
IDLE_S = 1.5  # for them; on the slowest line that could hold a meeting they take 1 s
LAST_WORDS_S = 1.0  # how long the answers of a full queue are waited for afterwards
TRIPS_MIN = 5  # fewer say nothing


@dataclass(frozen=True, slots=True)
class Waits:
    """Round trips of a quiet caller, in seconds."""

    p50_s: float
    p95_s: float


@dataclass(slots=True)
class Ear:
    """Asks all the time how long a round trip takes, and keeps when each was asked."""

    socket: WebSocket
    trips: list[tuple[float, float]] = field(default_factory=list)
    _asked: dict[bytes, float] = field(default_factory=dict)
    _heard: asyncio.Event = field(default_factory=asyncio.Event)
    _is_asking: bool = True

    async def ask(self) -> None:
        """Ping, until told to stop or nobody is there any more."""
        loop = asyncio.get_running_loop()
        numbers = itertools.count()
        while self._is_asking:
            payload = next(numbers).to_bytes(4, "big")
            self._asked[payload] = loop.time()
            self.socket.ping(payload)
            await asyncio.sleep(PING_EVERY_S)

    async def listen(self) -> None:
        """Take the answers down, until nobody is there any more."""
        loop = asyncio.get_running_loop()
        try:
            while True:
                for frame in await self.socket.stream():
                    asked_s = self._asked.pop(bytes(frame.data), None)
                    if frame.opcode is Opcode.PONG and asked_s is not None:
                        self.trips.append((asked_s, loop.time() - asked_s))
                        self._heard.set()
        except Stopped:
            self._is_asking = False
            self._asked.clear()  # nobody waits for these any more

    async def idle(self) -> Waits | None:
        """The round trips before there is any load."""
        await self._until(lambda: len(self.trips) >= IDLE_TRIPS, IDLE_S)
        return _waits([took_s for _, took_s in self.trips])

    async def loaded(self, from_s: float, until_s: float) -> Waits | None:
        """The round trips asked for in that time; one without an answer waited until now."""
        self._is_asking = False
        await self._until(lambda: not self._asked, LAST_WORDS_S)
        now_s = asyncio.get_running_loop().time()
        silent = [(asked_s, now_s - asked_s) for asked_s in self._asked.values()]
        every = (*self.trips, *silent)
        return _waits([took_s for asked_s, took_s in every if from_s <= asked_s <= until_s])

    async def _until(self, is_enough: Callable[[], bool], limit_s: float) -> None:
        """Wait for answers as long as they are worth it."""
        with suppress(TimeoutError):
            async with asyncio.timeout(limit_s):
                while not is_enough():
                    self._heard.clear()
                    await self._heard.wait()


def _waits(trips_s: Sequence[float]) -> Waits | None:
    if len(trips_s) < TRIPS_MIN:
        return None
    ordered = sorted(trips_s)
    at = math.ceil(0.95 * len(ordered)) - 1  # the nearest rank
    return Waits(statistics.median(ordered), ordered[at])
