"""How is a line of a mail server read, before and after it begins to encrypt?"""

from __future__ import annotations

import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from typing import Self

from rehearsal.model import Step
from rehearsal.net.door import Door
from rehearsal.net.mail.party import Server
from rehearsal.net.tls import TlsWire, secure
from rehearsal.net.trail import stop
from rehearsal.net.wire import TooMuch, Wire

LINE_BYTES = 8 * 1024  # RFC 5321 4.5.3.1.5 asks for 512, RFC 7162 4 for 8,192
_BROKEN = (OSError, EOFError, ssl.SSLError, TooMuch)


@lru_cache(maxsize=8)
def _without_protocol(tls: ssl.SSLContext) -> ssl.SSLContext:
    """The same trust, but no ALPN: a strict server hangs up on who offers HTTP (RFC 7301)."""
    made = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    made.minimum_version = tls.minimum_version
    made.verify_flags = tls.verify_flags
    made.load_default_certs()
    for anchor in tls.get_ca_certs(binary_form=True):
        made.load_verify_locations(cadata=anchor)
    return made


class Lines:
    """Lines both ways over one connection, as far as our caps go."""

    def __init__(self, door: Door, server: Server, wire: Wire) -> None:
        self._door = door
        self._server = server
        self._wire = wire
        self._stream: Wire | TlsWire = wire
        self._read = bytearray()
        self.is_secure = False

    @classmethod
    async def to(cls, door: Door, server: Server) -> Self:
        """Connect, and shake hands where TLS is spoken from the start."""
        opened = await door.dial(server.host, server.port, secure=False)
        lines = cls(door, server, opened.wire)
        if server.is_secure:
            await lines.encrypt()
        return lines

    async def encrypt(self) -> None:
        """Shake hands; what was said before it in the clear is nothing to rely on.

        Stopped when the server, or somebody on the way, has said more than it was asked
        (RFC 3207 6, RFC 9051 6.2.1).
        """
        if self._read:
            told = "more was said before the encryption than was asked"
            raise stop(Step.TRANSACTION, "step_rejected", told)
        tls = _without_protocol(self._door.tls)
        try:
            self._stream, _ = await secure(
                self._wire, tls, self._server.host, self._door.deadlines.tls_s
            )
        except BaseException:
            self._wire.abort()
            raise
        self.is_secure = True

    def say(self, line: str) -> None:
        """Send one line; RFC 5321 2.3.8 ends it."""
        self._wire.renew()
        self._stream.write(line.encode() + b"\r\n")

    def send(self, data: bytes) -> None:
        """Send what is written already."""
        self._stream.write(data)

    async def line(self) -> bytes:
        """The next line, without its end; Stopped when there is none to be had."""
        while (end := self._read.find(b"\n")) < 0:
            if len(self._read) > LINE_BYTES:
                raise stop(Step.TRANSACTION, "malformed_message", "a line without an end")
            await self._more()
        found = bytes(self._read[:end]).rstrip(b"\r")
        del self._read[: end + 1]
        return found

    async def exactly(self, size: int) -> bytes:
        """That many bytes."""
        while len(self._read) < size:
            await self._more()
        found = bytes(self._read[:size])
        del self._read[:size]
        return found

    def close(self) -> None:
        """Drop the connection."""
        self._stream.abort()

    async def _more(self) -> None:
        with _told_as_failures():
            data = await self._stream.read()
            if not data:
                raise EOFError("the server hung up")
            self._read += data


@contextmanager
def _told_as_failures() -> Iterator[None]:
    try:
        yield
    except _BROKEN as problem:
        if isinstance(problem, TooMuch):
            kind = "response_too_large"
        elif isinstance(problem, EOFError):
            kind = "connection_closed_early"
        else:
            kind = "connection_reset"
        raise stop(Step.TRANSACTION, kind, problem) from problem
