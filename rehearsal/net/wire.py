"""How is a TCP connection read so that a hostile peer cannot hurt us?"""

from __future__ import annotations

import asyncio
import os
import socket
import struct
import time
from typing import Protocol, cast

TLS_OVERHEAD = 128 * 1024  # handshake, certificates and record headers, beside the payload
# A parser may make thousands of events of this; neighbours get their turn before the next.
SLICE_BYTES = 8 * 1024
_AT_ONCE = struct.pack("ii", 1, 0)  # socket(7): SO_LINGER on, for no time


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
    """One TCP connection whose bytes are counted and capped as they arrive.

    `peer` is its address and port; `head` holds its first bytes; `lived_s` how long it
    took until it hung up.
    """

    def __init__(self, cap_bytes: int, peer: tuple[str, int]) -> None:
        self.cap_bytes = cap_bytes
        self.peer = peer  # the socket itself forgets it when a reset comes at once
        self.received = 0
        self.head = b""
        self.lived_s = 0.0
        self._born_s = 0.0
        self._waiting = bytearray()
        self._ended: BaseException | None = None
        self._is_eof = False
        self._arrival: asyncio.Future[None] | None = None
        self._takes_more = asyncio.Event()
        self._takes_more.set()
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Called by the event loop."""
        self._transport = cast("asyncio.Transport", transport)
        self._born_s = time.monotonic()

    def data_received(self, data: bytes) -> None:
        """Called by the event loop; over the cap the connection is dropped."""
        if not self.received:
            self.head = data[:16]
        self.received += len(data)
        self._waiting += data
        if self.received > self.cap_bytes:
            self._ended = TooMuch(f"over {self.cap_bytes} bytes on the wire")
            self._waiting.clear()
            self.abort()
        elif len(self._waiting) > SLICE_BYTES and self._transport is not None:
            self._transport.pause_reading()  # until its first words are understood
        self._wake()

    def eof_received(self) -> bool:
        """Called by the event loop; we may still write."""
        self._end()
        return True

    def connection_lost(self, exc: Exception | None) -> None:
        """Called by the event loop, before it closes the socket."""
        if isinstance(exc, OSError) and (words := self._last_words()):
            self.data_received(words)
        self._ended = self._ended or exc
        self._takes_more.set()
        self._end()

    def pause_writing(self) -> None:
        """Called by the event loop: the kernel takes no more for now."""
        self._takes_more.clear()

    def resume_writing(self) -> None:
        """Called by the event loop: the kernel took most of what we wrote."""
        self._takes_more.set()

    @property
    def has_ended(self) -> bool:
        """Whether the peer has hung up, or said something that nobody asked for."""
        return self._is_eof or self._ended is not None or bool(self._waiting)

    @property
    def sock(self) -> socket.socket | None:
        """The kernel's own account of the connection is asked here; it is not to be used."""
        return self._transport.get_extra_info("socket") if self._transport else None

    def _last_words(self) -> bytes:
        """What had arrived before our own writing broke the connection: often an alert."""
        sock = self.sock
        try:
            return os.read(sock.fileno(), SLICE_BYTES) if sock else b""
        except OSError:
            return b""

    def renew(self) -> None:
        """Start counting anew: one long conversation is many small ones."""
        self.received = 1  # the head stays the connection's first bytes

    async def read(self) -> bytes:
        """The next slice of bytes; empty at the end of the stream; OSError when it broke."""
        while not self._waiting and not self._is_eof and self._ended is None:
            self._arrival = asyncio.get_running_loop().create_future()
            await self._arrival
        if len(self._waiting) > SLICE_BYTES:
            await asyncio.sleep(0)
        if self._waiting:
            return self._slice()
        if self._ended is not None:
            raise self._ended
        return b""

    def _slice(self) -> bytes:
        data = bytes(self._waiting[:SLICE_BYTES])
        del self._waiting[:SLICE_BYTES]
        if not self._waiting and self._transport is not None:
            self._transport.resume_reading()
        return data

    def write(self, data: bytes) -> None:
        """Send without waiting."""
        if self._transport is not None:
            self._transport.write(data)

    async def drained(self) -> None:
        """Wait until the kernel takes more of our bytes; OSError once nobody does."""
        await asyncio.sleep(0)  # whoever writes for long lets the others work too
        await self._takes_more.wait()
        if self._transport is None or self._transport.is_closing():
            raise self._ended or ConnectionResetError("the connection is gone")

    def abort(self) -> None:
        """Drop the connection at once."""
        if self._transport is not None:
            self._transport.abort()

    def reset(self) -> None:
        """Drop the connection, and what the kernel would still send for us after a close."""
        if (sock := self.sock) is not None and sock.fileno() >= 0:
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _AT_ONCE)
        self.abort()

    def _end(self) -> None:
        if not self._is_eof:
            self.lived_s = time.monotonic() - self._born_s
        self._is_eof = True
        self._wake()

    def _wake(self) -> None:
        if self._arrival is not None and not self._arrival.done():
            self._arrival.set_result(None)
