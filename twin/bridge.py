"""How does a caller meet in a bridge? A gateway behind a WebSocket, and its bad habits."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import dataclass, field
from typing import Any

from aiohttp import WSMsgType, web

from twin.janus import SESSION_LASTS_S, Janus, Message
from twin.moves import for_ever
from twin.seating import Line

SUBPROTOCOL = "janus-protocol"


@dataclass(eq=False, slots=True)
class Caller:
    """One upgraded connection, its line to the gateway and the bridge it came to."""

    bridge: Bridge
    socket: web.WebSocketResponse
    transport: asyncio.Transport
    line: Line = field(default_factory=Line)
    chores: set[asyncio.Task[None]] = field(default_factory=set)

    def start(self, chore: Coroutine[Any, Any, None]) -> None:
        """Do something beside the conversation; it ends with the connection."""
        self.chores.add(asyncio.create_task(chore))

    async def tell(self, message: Message | str) -> None:
        """Send one message; text goes out as it is."""
        text = message if isinstance(message, str) else _compact(message)
        if not self.socket.closed and not self.transport.is_closing():
            await self.socket.send_str(text)


def _compact(message: Message) -> str:
    return json.dumps(message, ensure_ascii=False, separators=(",", ":"))


Edit = Callable[[Message, Message], Message | str | None]


def unchanged(_request: Message, answer: Message) -> Message | str | None:
    """Let the gateway's answer through."""
    return answer


async def _nothing(_caller: Caller, _request: Message) -> None:
    """Do nothing more than Janus does."""


@dataclass(frozen=True, slots=True)
class Script:
    """What a bridge does otherwise than Janus.

    `edit` turns each answer to a request into what is sent instead (None: nothing);
    `after` acts on the connection once the request is answered; `greet` runs beside the
    whole conversation; `delay_s` is added to the round trip of every answer.
    """

    edit: Edit = unchanged
    after: Callable[[Caller, Message], Awaitable[None]] = _nothing
    greet: Callable[[Caller], Coroutine[Any, Any, None]] | None = None
    delay_s: float = 0.0


@dataclass(eq=False, slots=True)
class Bridge:
    """The meeting bridge of one host. `is_shut`: it takes no caller any more."""

    gateway: Janus
    rtt_s: float
    script: Script
    callers: dict[Line, Caller] = field(default_factory=dict)
    has_cut: bool = False
    is_shut: bool = False

    async def receive(self, request: web.BaseRequest) -> web.StreamResponse:
        """Upgrade, then talk until either side goes."""
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
        answers = self.gateway.receive(caller.line, text, clock())
        request = _request_of(text)
        await self._deliver(request, answers, caller)
        await self.script.after(caller, request)

    async def _deliver(
        self, request: Message, answers: list[tuple[Line, Message]], caller: Caller
    ) -> None:
        for line, answer in answers:
            whom = self.callers.get(line)
            edited = self.script.edit(request, answer) if whom is caller else answer
            if whom and edited is not None:
                await whom.tell(edited)

    async def _part(self, caller: Caller) -> None:
        del self.callers[caller.line]
        for chore in caller.chores:
            chore.cancel()
        await self._deliver({}, self.gateway.hang_up(caller.line), caller)


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
