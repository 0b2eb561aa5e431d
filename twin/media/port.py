"""Whose datagram is this? One UDP socket of a bridge, for all of its guests (RFC 7983)."""

from __future__ import annotations

import asyncio
import contextlib
import random
import socket
from dataclasses import dataclass
from typing import Protocol

from twin.media import stun
from twin.media.dtls import Identity
from twin.media.hall import Hall
from twin.media.stun import Address
from twin.media.timetable import Timetable
from twin.media.weather import Climate, Way, Weather

BURST = 64  # datagrams in one wake-up: then everybody else has a turn
DATAGRAM_BYTES = 2048
BUFFER_BYTES = 1 << 20
_STUN_LAST, _DTLS_FIRST, _DTLS_LAST, _RTP_FIRST, _RTP_LAST = 3, 20, 63, 128, 191
_UNAUTHORIZED = (401, "Unauthorized")


@dataclass(frozen=True, slots=True)
class Studio:
    """What all bridges of a city share: one clock, one certificate, one seed."""

    timetable: Timetable
    identity: Identity
    seed: int


class Guest(Protocol):
    """Whoever has a conversation at a port; `name` and `password` are those of ICE."""

    name: str
    password: str

    def reach(self, source: Address, *, is_nominated: bool) -> None:
        """A right check came from there."""

    def way_in_s(self, packet: bytes, now_s: float) -> float | None:
        """How much longer a packet takes than distance wants; None if it is lost."""

    def shake_hands(self, datagram: bytes) -> None:
        """A part of a handshake came."""

    def take(self, packet: bytes) -> None:
        """An encrypted packet came."""


class Port:
    """Where guests send their sound, `half_rtt_s` away from them. `is_cut`: nothing passes."""

    def __init__(
        self, studio: Studio, line: socket.socket, half_rtt_s: float, way: Way, name: str
    ) -> None:
        """Listen at once; `name` makes the chances of this bridge its own."""
        self.studio, self.way, self.half_rtt_s = studio, way, half_rtt_s
        self.address: Address = line.getsockname()
        self.is_cut = False
        self.hall = Hall(studio.timetable, 2 * half_rtt_s) if way.echoes else None
        self._guests: dict[str, Guest] = {}
        self._sources: dict[Address, Guest] = {}
        self._line, self._name, self._admitted = line, name, 0
        self._load = self._weather(way.load, "load")
        line.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, BUFFER_BYTES)
        asyncio.get_running_loop().add_reader(line, self._read)

    def admit(self, guest: Guest) -> tuple[Weather | None, Weather | None]:
        """Hear that guest from now on; the weather on its way in and out."""
        self._guests[guest.name] = guest
        self._admitted += 1
        up = self._weather(self.way.up, f"{self._admitted}/up")
        return up, self._weather(self.way.down, f"{self._admitted}/down")

    def forget(self, guest: Guest) -> None:
        """That conversation is over."""
        self._guests.pop(guest.name, None)
        for source in [at for at, whose in self._sources.items() if whose is guest]:
            del self._sources[source]

    def _weather(self, climate: Climate | None, what: str) -> Weather | None:
        if climate is None:
            return None
        return climate(random.Random(f"{self.studio.seed}/{self._name}/{what}"))  # noqa: S311 - weather, not secrecy

    def _read(self) -> None:
        for _ in range(BURST):
            try:
                datagram, source = self._line.recvfrom(DATAGRAM_BYTES)
            except BlockingIOError:
                return
            if len(datagram) > 1 and not self.is_cut and not self.way.is_deaf:
                self._let_in(datagram, source)

    def _let_in(self, datagram: bytes, source: Address) -> None:
        """Keep it on its way as long as distance and weather want."""
        now_s = self.studio.timetable.now_s()
        late_s: float | None = 0.0
        if datagram[0] >= _RTP_FIRST:
            guest = self._sources.get(source)
            late_s = guest.way_in_s(datagram, now_s) if guest else None
            if late_s is not None and self._load:
                late_s += self._load(now_s, datagram) or 0.0
        if late_s is not None:
            due_s = now_s + self.half_rtt_s + late_s
            self.studio.timetable.at(due_s, self._take, datagram, source)

    def _take(self, datagram: bytes, source: Address) -> None:
        first, guest = datagram[0], self._sources.get(source)
        if first <= _STUN_LAST:
            self._bind(datagram, source)
        elif guest and _DTLS_FIRST <= first <= _DTLS_LAST:
            guest.shake_hands(datagram)
        elif guest and _RTP_FIRST <= first <= _RTP_LAST:
            guest.take(datagram)

    def _bind(self, datagram: bytes, source: Address) -> None:
        """A lite agent answers checks and makes none (RFC 8445 7.3)."""
        request = stun.parse(datagram)
        if request is None:
            return
        guest = self._guests.get(request.local_name)
        if guest is None or not request.is_signed_with(guest.password):
            self.send(stun.refusal(request, *_UNAUTHORIZED), source)
            return
        self._sources[source] = guest
        self.send(stun.success(request, source, guest.password), source)
        guest.reach(source, is_nominated=request.is_nominating)

    def send(self, datagram: bytes, whom: Address, leaves_s: float | None = None) -> None:
        """Let it arrive as far from its leaving (now) as the guest is away."""
        leaves_s = self.studio.timetable.now_s() if leaves_s is None else leaves_s
        self.studio.timetable.at(leaves_s + self.half_rtt_s, self._emit, datagram, whom)

    def _emit(self, datagram: bytes, whom: Address) -> None:
        if not self.is_cut:
            with contextlib.suppress(OSError):  # a full buffer or a guest that is gone: lost
                self._line.sendto(datagram, whom)
