"""How does a caller meet in a bridge? A gateway behind a WebSocket, and its bad habits."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import dataclass, field
from typing import Any

from aiohttp import WSMsgType, web

from twin.janus import SESSION_LASTS_S, Janus
from twin.media.port import Port
from twin.moves import cut, for_ever
from twin.seating import Line, Message

SUBPROTOCOL = "janus-protocol"
UNREAD_MAX_BYTES = 8 << 20  # whoever leaves so much news unread is no longer listening


@dataclass(eq=False, slots=True)
class Caller:
    """One upgraded connection, its line to the gateway and the bridge it came to."""

    bridge: Bridge
    socket: web.WebSocketResponse
    transport: asyncio.Transport
    line: Line = field(default_factory=Line)
    chores: set[asyncio.Task[None]] = field(default_factory=set)

    def __post_init__(self) -> None:
        """Be told what others do."""
        self.line.tell = self.hear_news

    def start(self, chore: Coroutine[Any, Any, None]) -> None:
        """Do something beside the conversation; it ends with the connection."""
        _start(self.chores, chore)

    def hear_news(self, message: Message) -> None:
        """Be told something without having asked; nobody waits until it is read."""
        if self.transport.get_write_buffer_size() > UNREAD_MAX_BYTES:
            cut(self.transport)
        else:
            self.start(self._hear_news(message))

    async def _hear_news(self, message: Message) -> None:
        await asyncio.sleep(self.bridge.rtt_s / 2)
        await self.tell(message)

    async def tell(self, message: Message | str) -> None:
        """Send one message; text goes out as it is."""
        await self.bridge.line_is_up.wait()
        text = message if isinstance(message, str) else _compact(message)
        if not self.socket.closed and not self.transport.is_closing():
            await self.socket.send_str(text)


def _compact(message: Message) -> str:
    return json.dumps(message, ensure_ascii=False, separators=(",", ":"))


Edit = Callable[[Message, Message], Message | str | None]


def unchanged(_request: Message, answer: Message) -> Message | str | None:
    """Let the gateway's answer through."""
    return answer


def as_said(request: Message) -> Message:
    """Let the caller's request through."""
    return request


def _start(chores: set[asyncio.Task[None]], chore: Coroutine[Any, Any, None]) -> None:
    task = asyncio.create_task(chore)
    chores.add(task)
    task.add_done_callback(chores.discard)


async def _nothing(_caller: Caller, _request: Message) -> None:
    """Do nothing more than Janus does."""


@dataclass(frozen=True, slots=True)
class Script:
    """What a bridge does otherwise than Janus.

    `edit` turns each answer to a request into what is sent instead (None: nothing);
    `after` acts on the connection once the request is answered; `greet` runs beside the
    whole conversation; `delay_s` is added to the round trip of every answer; `alter` turns
    each request into what the gateway hears instead.
    """

    edit: Edit = unchanged
    alter: Callable[[Message], Message] = as_said
    after: Callable[[Caller, Message], Awaitable[None]] = _nothing
    greet: Callable[[Caller], Coroutine[Any, Any, None]] | None = None
    delay_s: float = 0.0


@dataclass(eq=False, slots=True)
class Bridge:
    """The meeting bridge of one host. `is_shut`: it takes no caller any more.

    `port`: where sound and picture arrive; `line_is_up` is clear while everything is cut.
    """

    gateway: Janus
    port: Port
    rtt_s: float
    script: Script
    callers: dict[Line, Caller] = field(default_factory=dict)
    has_cut: bool = False
    is_shut: bool = False
    line_is_up: asyncio.Event = field(default_factory=asyncio.Event)
    _chores: set[asyncio.Task[None]] = field(default_factory=set)

    def __post_init__(self) -> None:
        """The line is up at first."""
        self.line_is_up.set()

    def cut_line(self, after_s: float, gap_s: float | None) -> None:
        """Let nothing pass any more, once: no message, no sound; back after the gap, if any."""
        if not self.has_cut:
            self.has_cut = True
            _start(self._chores, self._cut_line(after_s, gap_s))

    async def _cut_line(self, after_s: float, gap_s: float | None) -> None:
        await asyncio.sleep(after_s)
        self.line_is_up.clear()
        self.port.is_cut = True
        for caller in self.callers.values():
            caller.transport.pause_reading()
        if gap_s is None:
            return
        await asyncio.sleep(gap_s)
        self.port.is_cut = False
        self.line_is_up.set()
        for caller in self.callers.values():
            caller.transport.resume_reading()

    async def receive(self, request: web.BaseRequest) -> web.StreamResponse:
        """Upgrade, then talk until either side goes."""
        await self.line_is_up.wait()
        if self.is_shut:
            return web.Response(status=503, text="Service Unavailable")
        if "upgrade" not in request.headers.get("Connection", "").lower():
            return web.Response(status=403, text="<h1>403</h1>", content_type="text/html")
        if not _speaks_janus(request):
            return await _slam(request)  # libwebsockets closes without a word
        socket = web.WebSocketResponse(protocols=(SUBPROTOCOL,), timeout=1.0, compress=False)
        await socket.prepare(request)
        assert isinstance(request.transport, asyncio.Transport)
        caller = Caller(self, socket, request.transport)
        self.callers[caller.line] = caller
        try:
            await self._converse(caller)
        finally:
            await self._part(caller)
        return socket

    async def _converse(self, caller: Caller) -> None:
        if self.script.greet:
            caller.start(self.script.greet(caller))
        while (text := await self._hear(caller)) is not None:
            await asyncio.sleep(self.rtt_s + self.script.delay_s)
            await self._answer(caller, text)

    async def _hear(self, caller: Caller) -> str | None:
        """The next message, or None at the end; silent sessions expire meanwhile."""
        clock = asyncio.get_running_loop().time
        while True:
            try:
                heard = await caller.socket.receive(timeout=SESSION_LASTS_S)
            except TimeoutError:
                await self._deliver({}, self.gateway.expire(caller.line, clock()), caller)
                continue
            if heard.type not in {WSMsgType.TEXT, WSMsgType.BINARY}:
                return None
            return (
                heard.data
                if isinstance(heard.data, str)
                else heard.data.decode("utf-8", "replace")
            )

    async def _answer(self, caller: Caller, text: str) -> None:
        clock = asyncio.get_running_loop().time
        said = _request_of(text)
        request = self.script.alter(said)
        heard = text if request is said else json.dumps(request)
        answers = self.gateway.receive(caller.line, heard, clock())
        await self._deliver(request, answers, caller)
        await self.script.after(caller, request)

    async def _deliver(
        self, request: Message, answers: list[tuple[Line, Message]], caller: Caller
    ) -> None:
        for line, answer in answers:
            if line is not caller.line:
                line.tell(answer)
            elif (edited := self.script.edit(request, answer)) is not None:
                await caller.tell(edited)

    async def _part(self, caller: Caller) -> None:
        del self.callers[caller.line]
        caller.line.tell = _to_nobody
        for chore in tuple(caller.chores):
            chore.cancel()
        for line, news in self.gateway.part(caller.line):
            line.tell(news)


def _to_nobody(_message: Message) -> None:
    """The caller is gone."""


def _speaks_janus(request: web.BaseRequest) -> bool:
    offered = request.headers.get("Sec-WebSocket-Protocol", "")
    return SUBPROTOCOL in (word.strip() for word in offered.split(","))


async def _slam(request: web.BaseRequest) -> web.StreamResponse:
    assert request.transport is not None
    request.transport.close()
    return await for_ever()


def _request_of(text: str) -> Message:
    try:
        request = json.loads(text)
    except ValueError:
        return {}
    return request if isinstance(request, dict) else {}
