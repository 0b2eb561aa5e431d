"""Does the peer take up a WebSocket, and what does it say there?"""

from __future__ import annotations

import asyncio
import ssl
from collections import deque
from dataclasses import dataclass, field
from types import TracebackType
from typing import Self

from websockets.client import ClientProtocol
from websockets.exceptions import (
    InvalidHeader,
    InvalidHeaderValue,
    InvalidMessage,
    InvalidStatus,
    NegotiationError,
    PayloadTooBig,
)
from websockets.frames import Frame, Opcode
from websockets.protocol import State
from websockets.typing import Subprotocol
from websockets.uri import parse_uri

from rehearsal.model import Failure, Step
from rehearsal.net import looks
from rehearsal.net.door import Door, Opened
from rehearsal.net.tls import alert_kind, page_wants_certificate
from rehearsal.net.trail import Stopped, step, stop
from rehearsal.net.wire import TooMuch

FRAGMENTS = 4096  # of one message; an empty one costs us far more than the peer
CONTROL_FRAMES = 64  # between two messages; more is a flood
STREAMED_FRAMES = 64  # of one TLS record: who streams has no use for smaller ones
ABNORMAL = 1006  # RFC 6455 7.1.5: the connection ended without a Close frame
_BROKEN = (ssl.SSLError, OSError, EOFError, TooMuch)


@dataclass(slots=True)
class WebSocket:
    """An open WebSocket (RFC 6455): whole text messages, capped, pings answered."""

    opened: Opened
    protocol: ClientProtocol
    upgrade_s: float
    received: int = 0
    _messages: deque[str] = field(default_factory=deque)
    _partial: bytearray = field(default_factory=bytearray)
    _controls: int = 0
    _fragments: int = 0

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        problem: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.opened.stream.abort()

    def send(self, text: str) -> None:
        """Send one text message without waiting; Stopped if nobody is there to take it."""
        self._be_open()
        self.protocol.send_text(text.encode())
        self.flush()

    async def receive(self) -> str:
        """The next text message; Stopped with `closed_<code>` once the peer has left."""
        while not self._messages:
            data = await self._more()
            self.take()
            self.flush()
            if not self._messages and (not data or self.protocol.close_rcvd):
                raise self._ended("the connection ended")
        self.opened.wire.renew()
        self._controls = 0
        return self._messages.popleft()

    async def stream(self) -> list[Frame]:
        """The frames that the next bytes complete, often none; none is kept here.

        For who measures a flow of bytes: `received` grows also within a frame, and all of
        it counts against the caps. Stopped with `closed_<code>` once the peer has left.
        """
        if self.protocol.close_rcvd is not None:
            raise self._ended("the peer has closed")
        data = await self._more()
        events = self.protocol.events_received()
        self._doubt_parser()
        self.flush()
        if len(events) > STREAMED_FRAMES:
            told = f"{len(events)} frames in {len(data)} bytes"
            raise stop(Step.SIGNALLING, "malformed_message", told)
        if not data:
            raise self._ended("the connection ended")
        return [event for event in events if isinstance(event, Frame)]

    async def pour(self, data: bytes) -> None:
        """Send one binary message as soon as the kernel takes it; Stopped if nobody does."""
        try:
            await self.opened.wire.drained()
        except OSError as problem:
            raise self._ended(f"{type(problem).__name__}: {problem}") from problem
        self._be_open()
        self.protocol.send_binary(data)
        self.flush()

    def ping(self, payload: bytes) -> None:
        """Ask for a pong with the same payload (RFC 6455 5.5.2), without waiting."""
        self._be_open()
        self.protocol.send_ping(payload)
        self.flush()

    def _be_open(self) -> None:
        if self.protocol.state is not State.OPEN:
            raise self._ended("the peer has closed")

    async def _more(self) -> bytes:
        """The next bytes, fed; Stopped when the stream broke or was too long."""
        try:
            return await self.feed()
        except TooMuch as problem:
            raise stop(Step.SIGNALLING, "response_too_large", problem) from problem
        except _BROKEN as problem:
            raise self._ended(f"{type(problem).__name__}: {problem}") from problem

    def late(self) -> str:
        """What a deadline means now: nothing came, or it stopped coming."""
        return "response_stalled" if self.received else "response_timeout"

    async def feed(self) -> bytes:
        """Hand the next bytes to the protocol; empty at the end of the stream."""
        data = await self.opened.stream.read()
        self.received += len(data)
        if data:
            self.protocol.receive_data(data)
        else:
            self.protocol.receive_eof()
        return data

    def take(self) -> None:
        """Sort out the frames that have arrived; Stopped when they are no messages."""
        for event in self.protocol.events_received():
            if isinstance(event, Frame):
                self._accept(event)
        self._doubt_parser()

    def _doubt_parser(self) -> None:
        problem = self.protocol.parser_exc
        if isinstance(problem, PayloadTooBig):
            raise stop(Step.SIGNALLING, "response_too_large", problem)
        if problem is not None and not isinstance(problem, EOFError):
            told = f"{type(problem).__name__}: {problem}"
            raise stop(Step.SIGNALLING, "malformed_message", told)

    def _accept(self, frame: Frame) -> None:
        if frame.opcode in (Opcode.TEXT, Opcode.BINARY, Opcode.CONT):
            self._partial += frame.data
            self._fragments += 1
            if self._fragments > FRAGMENTS:
                told = f"over {FRAGMENTS} fragments of one message"
                raise stop(Step.SIGNALLING, "response_too_large", told)
            if frame.fin:
                self._fragments = 0
                self._messages.append(self._partial.decode("utf-8", errors="replace"))
                self._partial.clear()
            return
        self._controls += 1
        if self._controls > CONTROL_FRAMES:
            told = f"over {CONTROL_FRAMES} control frames without a message"
            raise stop(Step.SIGNALLING, "malformed_message", told)

    def _ended(self, detail: str) -> Stopped:
        closed = self.protocol.close_rcvd
        if closed is None:
            return stop(Step.SIGNALLING, f"closed_{ABNORMAL}", detail)
        return stop(Step.SIGNALLING, f"closed_{closed.code}", closed.reason or detail)

    def flush(self) -> None:
        """Send what the protocol has to say: messages, pongs, Close frames."""
        for data in self.protocol.data_to_send():
            if data:
                self.opened.stream.write(data)


async def connect(
    door: Door, url: str, subprotocol: str, *, message_bytes: int | None = None
) -> WebSocket:
    """Open a WebSocket that speaks that subprotocol; Stopped with the step that failed.

    `message_bytes` is the longest message that is taken: the door's cap, if not given.
    """
    opened = await door.open(url)
    try:
        longest = message_bytes or door.caps.wire_bytes
        return await _upgraded(door, opened, subprotocol, longest)
    except Stopped as ended:
        raise Stopped(await _second_opinion(door, opened, ended.failure)) from ended
    except BaseException:
        opened.stream.abort()
        raise


async def _second_opinion(door: Door, opened: Opened, failure: Failure) -> Failure:
    opened.stream.abort()
    if opened.place.is_secure:
        return failure
    return await looks.again_with_tls(failure, opened.wire, opened.place.host, door.tls)


async def _upgraded(
    door: Door, opened: Opened, subprotocol: str, message_bytes: int
) -> WebSocket:
    protocol = ClientProtocol(
        parse_uri(opened.place.url),
        subprotocols=[Subprotocol(subprotocol)],
        max_size=message_bytes,
    )
    socket = WebSocket(opened, protocol, 0.0)
    async with step(Step.WS_UPGRADE, door.deadlines.upgrade_s, socket.late) as rung:
        loop = asyncio.get_running_loop()
        began_s = loop.time()
        await _shake(socket, door.marker)
        socket.upgrade_s = loop.time() - began_s
        rung.note(subprotocol=protocol.subprotocol)
        if protocol.subprotocol != subprotocol:
            told = f"offered {subprotocol!r}, the peer chose {protocol.subprotocol!r}"
            raise stop(Step.WS_UPGRADE, "wrong_subprotocol", told)
    return socket


async def _shake(socket: WebSocket, marker: str) -> None:
    """Send the request and read until the peer has said yes or no to it."""
    protocol = socket.protocol
    request = protocol.connect()
    request.headers["User-Agent"] = f"rehearsal ({marker})"
    protocol.send_request(request)
    socket.flush()
    while protocol.state is State.CONNECTING and protocol.handshake_exc is None:
        try:
            await socket.feed()
        except _BROKEN as problem:
            raise _broken(problem) from problem
    if protocol.handshake_exc is not None:
        raise _refused(socket, protocol.handshake_exc)
    socket.take()


def _not_switched(problem: InvalidStatus) -> Stopped:
    answer = problem.response
    if page_wants_certificate(answer.status_code, bytes(answer.body or b"")):
        return stop(Step.TLS_HANDSHAKE, "client_certificate_required", problem)
    told = f"status {answer.status_code} instead of 101"
    return stop(Step.WS_UPGRADE, "upgrade_refused", told)


def _refused(socket: WebSocket, problem: Exception) -> Stopped:
    if isinstance(problem, InvalidStatus):
        return _not_switched(problem)
    if isinstance(problem, NegotiationError):
        return stop(Step.WS_UPGRADE, "wrong_subprotocol", problem)
    if isinstance(problem, InvalidHeaderValue | InvalidHeader):
        is_accept = problem.name.lower() == "sec-websocket-accept"
        kind = "wrong_accept" if is_accept else "upgrade_refused"
        return stop(Step.WS_UPGRADE, kind, problem)
    if not isinstance(problem, InvalidMessage):
        return stop(Step.WS_UPGRADE, "upgrade_refused", problem)
    if not isinstance(problem.__cause__, EOFError):
        return stop(Step.WS_UPGRADE, "malformed_response", problem.__cause__)
    kind = "response_truncated" if socket.received else "connection_closed_early"
    return stop(Step.WS_UPGRADE, kind, problem)


def _broken(problem: Exception) -> Stopped:
    if isinstance(problem, TooMuch):
        return stop(Step.WS_UPGRADE, "response_too_large", problem)
    if isinstance(problem, ssl.SSLError):
        kind, detail = alert_kind(problem, asked=False)
        if kind == "client_certificate_required":
            return stop(Step.TLS_HANDSHAKE, kind, detail)
    return stop(Step.WS_UPGRADE, "connection_reset", problem)
