"""How do SIP messages travel: in datagrams, a stream, TLS, or a WebSocket? (RFC 7118)"""

from __future__ import annotations

import ssl
from collections import deque
from dataclasses import dataclass, field, replace
from typing import Protocol

from rehearsal.model import Failure, Step
from rehearsal.net import looks, udp
from rehearsal.net.door import Door, Opened
from rehearsal.net.sip.framing import Framer
from rehearsal.net.sip.message import MalformedMessage, Message, parse
from rehearsal.net.sip.uri import Way
from rehearsal.net.tls import alert_kind, looks_like_tls
from rehearsal.net.trail import Stopped, stop
from rehearsal.net.udp import Datagrams
from rehearsal.net.websocket import WebSocket, connect
from rehearsal.net.wire import TooMuch

SUBPROTOCOL = "sip"  # RFC 7118 4
_BROKEN = (ssl.SSLError, OSError, EOFError, TooMuch)
_KEEPALIVE = b"\r\n\0 "  # what keeps a NAT's mapping alive says nothing


class Channel(Protocol):
    """Whole messages both ways. `peer` is an address; `local` None behind a WebSocket."""

    @property
    def local(self) -> tuple[str, int] | None:
        """Our own address and port."""

    @property
    def peer(self) -> str:
        """The address of the other side."""

    def send(self, data: bytes) -> None:
        """Send one message without waiting."""

    async def receive(self) -> Message:
        """The next message; Stopped when there can be none."""

    def abort(self) -> None:
        """Drop the connection."""


@dataclass(frozen=True, slots=True)
class DatagramChannel:
    """UDP: each message is a datagram."""

    datagrams: Datagrams

    @property
    def local(self) -> tuple[str, int]:
        """Our own address and port."""
        return self.datagrams.local

    @property
    def peer(self) -> str:
        """The address of the other side."""
        return self.datagrams.peer[0]

    def send(self, data: bytes) -> None:
        """Send one message without waiting."""
        self.datagrams.send(data)

    async def receive(self) -> Message:
        """The next message; Stopped when there can be none."""
        data = b""
        while not data.strip(_KEEPALIVE):
            data = (await self.datagrams.receive()).data
        return _parsed(data)

    def abort(self) -> None:
        """Drop the connection."""
        self.datagrams.abort()


@dataclass(slots=True)
class StreamChannel:
    """TCP or TLS: messages are cut from a stream."""

    opened: Opened
    tls: ssl.SSLContext
    _framer: Framer = field(default_factory=Framer)
    _messages: deque[Message] = field(default_factory=deque)
    _failure: Failure | None = None

    @property
    def local(self) -> tuple[str, int] | None:
        """Our own address and port."""
        sock = self.opened.wire.sock
        host, port, *_ = sock.getsockname() if sock else ("", 0)
        return (host, port) if host else None

    @property
    def peer(self) -> str:
        """The address of the other side."""
        return self.opened.wire.peer[0]

    def send(self, data: bytes) -> None:
        """Send one message without waiting."""
        try:
            self.opened.stream.write(data)
        except ssl.SSLError:
            return  # the next reading tells why

    async def receive(self) -> Message:
        """The next message; Stopped when there can be none."""
        while not self._messages:
            data = await self._read()
            try:
                self._messages.extend(self._framer.feed(data))
            except MalformedMessage as problem:
                raise Stopped(self._nonsense(problem)) from problem
        self.opened.wire.renew()
        return self._messages.popleft()

    def abort(self) -> None:
        """Drop the connection."""
        self.opened.stream.abort()

    async def _read(self) -> bytes:
        if self._failure is not None:
            raise Stopped(self._failure)
        told = "the other side closed the connection"
        failure = Failure(Step.SIGNALLING, "connection_closed_early", told)
        try:
            if data := await self.opened.stream.read():
                return data
        except _BROKEN as problem:
            failure = _broken(problem)
        self._failure = failure  # also while we look again: nothing more is to be read
        self._failure = await self._second_opinion(failure)
        raise Stopped(self._failure)

    async def _second_opinion(self, failure: Failure) -> Failure:
        """Why a stream ended that never said a word: is another language spoken there?"""
        place, wire = self.opened.place, self.opened.wire
        if place.is_secure or wire.received:
            return failure
        second = await looks.again_with_tls(failure, wire, place.host, self.tls)
        if second.step is Step.HTTP_EXCHANGE:
            return replace(second, step=Step.SIGNALLING)
        return second

    def _nonsense(self, problem: MalformedMessage) -> Failure:
        is_tls = not self.opened.place.is_secure and looks_like_tls(self.opened.wire.head)
        kind = "peer_is_tls" if is_tls else "malformed_message"
        return Failure(Step.SIGNALLING, kind, str(problem))


@dataclass(frozen=True, slots=True)
class WebSocketChannel:
    """WS or WSS: each message is a WebSocket's (RFC 7118 5)."""

    socket: WebSocket

    @property
    def local(self) -> None:
        """A WebSocket's client cannot be reached otherwise (RFC 7118 5.1)."""
        return

    @property
    def peer(self) -> str:
        """The address of the other side."""
        return self.socket.opened.wire.peer[0]

    def send(self, data: bytes) -> None:
        """Send one message without waiting."""
        self.socket.send(data.decode())

    async def receive(self) -> Message:
        """The next message; Stopped when there can be none."""
        text = ""
        while not text.strip("\r\n"):  # RFC 7118 6: keep-alives
            text = await self.socket.receive()
        return _parsed(text.encode())

    def abort(self) -> None:
        """Drop the connection."""
        self.socket.opened.stream.abort()


async def reach(door: Door, way: Way) -> Channel:
    """Connect by that way; Stopped with the step that failed."""
    if way.url:
        return WebSocketChannel(await connect(door, way.url, SUBPROTOCOL))
    if not way.is_reliable:
        return DatagramChannel(await udp.datagrams(door, way.host, way.port))
    opened = await door.dial(way.host, way.port, secure=way.transport == "TLS")
    return StreamChannel(opened, door.tls)


def _parsed(data: bytes) -> Message:
    try:
        return parse(data)
    except MalformedMessage as problem:
        raise stop(Step.SIGNALLING, "malformed_message", problem) from problem


def _broken(problem: Exception) -> Failure:
    if isinstance(problem, TooMuch):
        return Failure(Step.SIGNALLING, "response_too_large", str(problem))
    if isinstance(problem, ssl.SSLError):
        kind, detail = alert_kind(problem, asked=False)
        if kind == "client_certificate_required":  # TLS 1.3 tells only after the handshake
            return Failure(Step.TLS_HANDSHAKE, kind, detail)
    return Failure(Step.SIGNALLING, "connection_reset", str(problem))
