"""How is a TCP connection read so that a hostile peer cannot hurt us?"""

from __future__ import annotations

import asyncio
from typing import Protocol, cast

TLS_OVERHEAD = 128 * 1024  # handshake, certificates and record headers, beside the payload


class TooMuch(Exception):  # noqa: N818 - the peer's doing, not an error of ours
    """The peer sent more bytes than anybody asked it for."""


class Stream(Protocol):
    """Bytes both ways: a bare wire, or one inside TLS."""

    async def read(self) -> bytes:
        """The next bytes; empty at the end of the stream; OSError when it broke."""

    def write(self, data: bytes) -> None:
        """Send without waiting; the peer's slowness shows at the next read."""

    def abort(self) -> None:
        """Drop the connection at once: a polite close lets a hostile peer go on."""


class Wire(asyncio.Protocol):
    """One TCP connection whose bytes are counted and capped as they arrive."""

    def __init__(self, cap_bytes: int) -> None:
        self.cap_bytes = cap_bytes
        self.received = 0
        self.head = b""
        self._chunks: list[bytes] = []
        self._ended: BaseException | None = None
        self._is_eof = False
        self._arrival: asyncio.Future[None] | None = None
        self._transport: asyncio.Transport | None = None

    @property
    def peer(self) -> tuple[str, int]:
        """Address and port of the other end."""
        found = self._transport.get_extra_info("peername") if self._transport else None
        return (found[0], found[1]) if found else ("", 0)

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Called by the event loop."""
        self._transport = cast("asyncio.Transport", transport)

    def data_received(self, data: bytes) -> None:
        """Called by the event loop; over the cap the connection is dropped."""
        if not self.received:
            self.head = data[:16]
        self.received += len(data)
        self._chunks.append(data)
        if self.received > self.cap_bytes:
            self._ended = TooMuch(f"over {self.cap_bytes} bytes on the wire")
            self._chunks.clear()
            self.abort()
        self._wake()

    def eof_received(self) -> bool:
        """Called by the event loop; we may still write."""
        self._is_eof = True
        self._wake()
        return True

    def connection_lost(self, exc: Exception | None) -> None:
        """Called by the event loop."""
        self._is_eof = True
        self._ended = self._ended or exc
        self._wake()

    def renew(self) -> None:
        """Start counting anew: one long conversation is many small ones."""
        self.received = 1  # the head stays the connection's first bytes

    async def read(self) -> bytes:
        """The next bytes; empty at the end of the stream; OSError when it broke."""
        while not self._chunks and not self._is_eof and self._ended is None:
            self._arrival = asyncio.get_running_loop().create_future()
            await self._arrival
        if self._chunks:
            data, self._chunks = b"".join(self._chunks), []
            return data
        if self._ended is not None:
            raise self._ended
        return b""

    def write(self, data: bytes) -> None:
        """Send without waiting."""
        if self._transport is not None:
            self._transport.write(data)

    def abort(self) -> None:
        """Drop the connection at once."""
        if self._transport is not None:
            self._transport.abort()

    def _wake(self) -> None:
        if self._arrival is not None and not self._arrival.done():
            self._arrival.set_result(None)
