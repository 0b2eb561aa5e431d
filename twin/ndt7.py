"""How wide is a unit's line? An ndt7 server behind a line that this module makes narrow.

Source: spec/ndt7-protocol.md of m-lab/ndt-server, version 0.11.0. One object is one line:
all connections share its width. `up` and `down` are seen from the unit: it sends upwards.
"""

from __future__ import annotations

import asyncio
import json
import math
import os
import socket
import struct
import time
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from aiohttp import WSMsgType, web

from rehearsal.model import Line
from twin.narrows import Pace, Valve

SUBPROTOCOL = "net.measurementlab.ndt.v7"
TESTS = DOWNLOAD, UPLOAD = "download", "upload"
PLAYED_MBIT = 20.0  # where the inventory declares nothing: a modest office line
TELL_EVERY_S = 0.25
MESSAGE_MAX = 1 << 24
MESSAGE_S = 0.05  # no message takes longer, or the line would come in jerks
MESSAGE_FIRST, MESSAGE_LARGEST, SCALING = 1 << 13, 1 << 20, 16
_NOISE = os.urandom(MESSAGE_LARGEST)
# Where the fields of the protocol stand in struct tcp_info (linux/tcp.h), and how wide.
_TCP_FIELDS = {
    "RTT": (68, "=I"),
    "RTTVar": (72, "=I"),
    "BytesAcked": (120, "=Q"),
    "BytesReceived": (128, "=Q"),
    "MinRTT": (148, "=I"),
    "BusyTime": (168, "=Q"),
    "RWndLimited": (176, "=Q"),
    "SndBufLimited": (184, "=Q"),
    "BytesSent": (200, "=Q"),
    "BytesRetrans": (208, "=Q"),
}
_TCP_BYTES = 216


@dataclass(frozen=True, slots=True)
class Width:
    """What is wrong with a line; nothing, by default.

    The uplink carries `up_share` of what the unit declares, and each way at most so much;
    a loaded uplink keeps every other answer for `queue_s`, and falls silent for `pause_s`
    at the end of every cycle. The server ends each test after `lasts_s`.
    """

    up_share: float = 1.0
    up_max_mbit: float = math.inf
    down_max_mbit: float = math.inf
    queue_s: float = 0.0
    pause_s: float = 0.0
    cycle_s: float = 2.0
    lasts_s: float = 10.0  # "up to ten seconds"


@dataclass(eq=False, slots=True)
class Ndt7:
    """The measuring server at the far end of one line."""

    declared: Line
    rtt_s: float = 0.0
    width: Width = field(default_factory=Width)
    loads: int = 0
    up: Pace = field(init=False)
    down: Pace = field(init=False)

    def __post_init__(self) -> None:
        """Make the line as wide as it is declared, or as its fault has it."""
        width, declared = self.width, self.declared
        up_mbit = width.up_share * (declared.up_mbit or PLAYED_MBIT)
        self.up = Pace(min(up_mbit, width.up_max_mbit))
        self.down = Pace(min(declared.down_mbit or PLAYED_MBIT, width.down_max_mbit))

    async def receive(self, request: web.BaseRequest) -> web.StreamResponse:
        """One test, named by the last word of the path."""
        offered = request.headers.get("Sec-WebSocket-Protocol", "")
        if SUBPROTOCOL not in (word.strip() for word in offered.split(",")):
            return web.Response(status=400, text="not ndt7")
        test = request.path.rpartition("/")[2]
        line = web.WebSocketResponse(
            protocols=(SUBPROTOCOL,),
            autoping=False,
            compress=False,
            max_msg_size=MESSAGE_MAX,
            timeout=1.0,
        )
        if test == UPLOAD and not math.isinf(self.down.bytes_per_s):
            _narrow(request, self.down)
        await line.prepare(request)
        await Visit(self, line, request, test).last()
        return line


@dataclass(eq=False, slots=True)
class Visit:
    """One caller's test."""

    server: Ndt7
    line: web.WebSocketResponse
    request: web.BaseRequest
    test: str
    began_s: float = field(default_factory=time.monotonic)
    moved: int = 0

    async def last(self) -> None:
        """Load, tell and listen until the time is up or the caller has gone."""
        hearing = asyncio.create_task(self._hear())
        chores = [hearing, asyncio.create_task(self._tell())]
        if self.test == DOWNLOAD:
            chores.append(asyncio.create_task(self._load()))
        try:
            await asyncio.wait({hearing}, timeout=self.server.width.lasts_s)
        finally:
            for chore in chores:
                chore.cancel()
            await asyncio.gather(*chores, return_exceptions=True)
        await self.line.close(message=b"Done")

    async def _load(self) -> None:
        """Send random bytes at the uplink's width, in messages that grow."""
        size, most = MESSAGE_FIRST, self.server.up.bytes_per_s * MESSAGE_S
        self.server.loads += 1
        try:
            while True:
                await asyncio.sleep(self._pause_s())
                await self.server.up.take(size)
                await self.line.send_bytes(_NOISE[:size])
                self.moved += size
                if size * 2 <= min(most, MESSAGE_LARGEST, self.moved // SCALING * 2):
                    size *= 2
        finally:
            self.server.loads -= 1

    def _pause_s(self) -> float:
        """How much of the silence at the end of each cycle is still to come."""
        width = self.server.width
        at_s = (time.monotonic() - self.began_s) % width.cycle_s
        return width.cycle_s - at_s if at_s > width.cycle_s - width.pause_s else 0.0

    async def _hear(self) -> None:
        """Take what comes; answer pings when the queue lets us."""
        async with asyncio.TaskGroup() as answers:
            async for message in self.line:
                if message.type is WSMsgType.PING:
                    answers.create_task(self._answer(message.data))
                elif message.type is WSMsgType.BINARY:
                    if self.test == DOWNLOAD:
                        break  # "SHOULD close the underlying TLS connection"
                    self.moved += len(message.data)

    async def _answer(self, payload: bytes) -> None:
        queue_s = self.server.width.queue_s if self.server.loads else 0.0
        await asyncio.sleep(self.server.rtt_s + queue_s)
        with suppress(ConnectionError):
            await self.line.pong(payload)

    async def _tell(self) -> None:
        """A measurement four times a second, the kernel's own counters among it."""
        while True:
            await asyncio.sleep(TELL_EVERY_S)
            await self.line.send_str(json.dumps(self._measured()))

    def _measured(self) -> dict[str, object]:
        elapsed_us = int((time.monotonic() - self.began_s) * 1e6)
        counters = self._counters()
        return {
            "AppInfo": {"ElapsedTime": elapsed_us, "NumBytes": self.moved},
            "ConnectionInfo": {
                "Client": _endpoint(self._fact("peername")),
                "Server": _endpoint(self._fact("sockname")),
            },
            "Origin": "server",
            "Test": self.test,
            **({"TCPInfo": {"ElapsedTime": elapsed_us, **counters}} if counters else {}),
        }

    def _counters(self) -> dict[str, int]:
        """What this kernel counts; fields that it lacks "SHOULD NOT" be told."""
        if not hasattr(socket, "TCP_INFO"):
            return {}
        raw = self._fact("socket").getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, _TCP_BYTES)
        return {
            name: struct.unpack_from(form, raw, at)[0]
            for name, (at, form) in _TCP_FIELDS.items()
            if at + struct.calcsize(form) <= len(raw)
        }

    def _fact(self, name: str) -> Any:
        assert self.request.transport is not None
        return self.request.transport.get_extra_info(name)


def _narrow(request: web.BaseRequest, pace: Pace) -> None:
    """Before the caller knows that it may send."""
    transport = request.transport
    assert isinstance(transport, asyncio.Transport)
    Valve(transport, transport.get_protocol(), pace)


def _endpoint(address: tuple[Any, ...]) -> str:
    host, port = address[:2]
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
