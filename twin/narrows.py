"""How is a line made narrow, when the loopback is as wide as memory?"""

from __future__ import annotations

import asyncio
import socket

CATCH_UP_S = 0.1  # a late wake-up does not make the line narrower
SMOOTH_S = 0.01  # what is on its way takes no longer, or the line would come in jerks
BUFFER_MIN_BYTES = 1 << 15  # with less a sender on the loopback stalls by itself
PACKET_BYTES = 1500  # less is a question of a quiet caller, and passes


class Pace:
    """Lets bytes through at a rate, whoever brings them."""

    def __init__(self, mbit: float) -> None:
        """Needs no event loop yet; `math.inf` is no limit."""
        self.bytes_per_s = mbit * 1e6 / 8
        self._free_at_s = 0.0

    def charge(self, size: int) -> float:
        """In how many seconds that many bytes more are through."""
        now_s = asyncio.get_running_loop().time()
        begins_s = max(self._free_at_s, now_s - CATCH_UP_S)
        self._free_at_s = begins_s + size / self.bytes_per_s
        return max(0.0, self._free_at_s - now_s)

    async def take(self, size: int) -> None:
        """Wait until that many bytes are through."""
        await asyncio.sleep(self.charge(size))


class Valve(asyncio.Protocol):
    """Stands before a protocol and reads for it, no faster than the pace."""

    def __init__(
        self, transport: asyncio.Transport, inner: asyncio.BaseProtocol, pace: Pace
    ) -> None:
        """Takes the place of `inner` on the transport at once."""
        assert isinstance(inner, asyncio.Protocol)
        self._transport = transport
        self._inner = inner
        self._pace = pace
        self._opening: asyncio.TimerHandle | None = None
        self._forget_buffers()
        transport.set_protocol(self)

    def _forget_buffers(self) -> None:
        """What a buffer takes in has come through for the sender, but not for the line."""
        if hasattr(self._transport, "set_read_buffer_limits"):  # that of TLS
            self._transport.set_read_buffer_limits(high=1)
        room = max(BUFFER_MIN_BYTES, int(self._pace.bytes_per_s * SMOOTH_S))
        sock = self._transport.get_extra_info("socket")
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, room)

    def data_received(self, data: bytes) -> None:
        """Hand it on, and read no more until the line would have carried it."""
        self._inner.data_received(data)
        if len(data) < PACKET_BYTES:
            return
        self._transport.pause_reading()
        if self._opening is not None:
            self._opening.cancel()  # more came in the meantime: others open and shut it too
        due_s = self._pace.charge(len(data))
        loop = asyncio.get_running_loop()
        self._opening = loop.call_later(due_s, self._open)

    def _open(self) -> None:
        if not self._transport.is_closing():
            self._transport.resume_reading()

    def eof_received(self) -> bool | None:
        """Hand it on."""
        return self._inner.eof_received()

    def connection_lost(self, exc: Exception | None) -> None:
        """Hand it on."""
        self._inner.connection_lost(exc)

    def pause_writing(self) -> None:
        """Hand it on."""
        self._inner.pause_writing()

    def resume_writing(self) -> None:
        """Hand it on."""
        self._inner.resume_writing()
