"""How does sound pass in a call? RTP both ways, and the keys that are pressed (RFC 4733)."""

from __future__ import annotations

import asyncio
import struct
from collections import deque
from collections.abc import Callable, Iterable
from typing import cast

from twin.sip.tones import SAMPLES, SILENCE, words

KEYS = 101  # the payload type of keys, as our answer says
_ALAW = 8
_HEADER = struct.Struct("!BBHII")
_EVENT = struct.Struct("!BBH")
_PACKET_S = 0.02
_SOURCE = 0x7717
_LOSS_EVERY = 5  # one packet of these is lost on a bad line
_LATE_S = 0.16


class Sound(asyncio.DatagramProtocol):
    """One call's sound. Plays what it is given, else silence; or sends back what it hears."""

    def __init__(self, how: str, on_key: Callable[[int], None], *, is_echo: bool) -> None:
        """`how` is the fault's word, empty for a sound line."""
        self.heard_at = asyncio.get_running_loop().time()
        self._is_echo = is_echo
        self._how = how
        self._on_key = on_key
        self._queue: deque[bytes] = deque()
        self._to: tuple[str, int] = ("", 0)
        self._sent = 0
        self._event = -1
        self._transport: asyncio.DatagramTransport | None = None
        self._pump: asyncio.Task[None] | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """A port is ours."""
        self._transport = cast("asyncio.DatagramTransport", transport)

    async def open(self, address: str) -> int:
        """Take a port at that address."""
        loop = asyncio.get_running_loop()
        transport, _ = await loop.create_datagram_endpoint(
            lambda: self, local_addr=(address, 0)
        )
        port: int = transport.get_extra_info("sockname")[1]
        return port

    def start(self, to: tuple[str, int]) -> None:
        """Speak to that address until `close`."""
        self._to = to
        if not self._is_echo or self._how == "canned-echo":
            self._pump = asyncio.get_running_loop().create_task(self._speak())

    def say(self, packets: Iterable[bytes]) -> None:
        """Say this, and nothing of what was left to say."""
        self._queue = deque(packets)

    def close(self) -> None:
        """Speak and hear no more."""
        if self._pump is not None:
            self._pump.cancel()
        if self._transport is not None:
            self._transport.close()

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        """A packet of the caller's."""
        del addr
        self.heard_at = asyncio.get_running_loop().time()
        if self._how == "deaf" or len(data) < _HEADER.size:
            return
        _, second, _, timestamp, _ = _HEADER.unpack_from(data)
        payload = data[_HEADER.size :]
        if second & 0x7F == KEYS and len(payload) == _EVENT.size and timestamp != self._event:
            self._event = timestamp  # one key, however many packets tell of it
            self._on_key(_EVENT.unpack(payload)[0])
        elif second & 0x7F == _ALAW and self._is_echo and self._pump is None:
            is_recoded = self._how == "recoded"
            self._send(bytes(byte | 1 for byte in payload) if is_recoded else payload)

    async def _speak(self) -> None:
        loop = asyncio.get_running_loop()
        is_canned = self._is_echo and self._how == "canned-echo"
        canned = words(1000)[0] if is_canned else SILENCE
        due_at = loop.time()
        while True:
            spoken = self._queue.popleft() if self._queue else canned
            self._send(SILENCE if self._how == "silent" else spoken)
            due_at += _PACKET_S
            await asyncio.sleep(max(0.0, due_at - loop.time()))

    def _send(self, payload: bytes) -> None:
        """One packet, unless the line loses or delays it."""
        number, self._sent = self._sent, self._sent + 1
        if self._how == "mute" or (self._how == "lossy" and number % _LOSS_EVERY == 0):
            return
        head = (0x80, _ALAW, number & 0xFFFF, number * SAMPLES, _SOURCE)
        packet = _HEADER.pack(*head) + payload
        late_s = _LATE_S if self._how == "jitter" and number % 2 else 0.0
        asyncio.get_running_loop().call_later(late_s, self._out, packet)

    def _out(self, packet: bytes) -> None:
        if self._transport is not None and not self._transport.is_closing():
            self._transport.sendto(packet, self._to)
