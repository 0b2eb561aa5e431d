"""Does sound pass both ways in a call, and how well? (RTP: RFC 3550; G.711: RFC 3551 6)

What is sent is a quiet tone whose lowest bits, which nobody hears, say whose packet it is and
which one. Where the other side sends our sound back untouched they tell the round trip; where
it mixes, they are gone, and packets and their loudness are counted.
"""

from __future__ import annotations

import asyncio
import secrets
import statistics
import struct
import time
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from rehearsal.net import udp
from rehearsal.net.trail import set_off_late

PACKET_S = 0.02
SAMPLES = 160  # of one packet, at 8,000 a second
RATE_HZ = 8000
BEHIND_S = 0.2  # later than this, what was missed is left out rather than sent in a burst
REMEMBERED = 512  # packets of ours that may still come back: 10 s
ROUND_TRIPS_KEPT = 3000  # one minute
_HEADER = struct.Struct("!BBHII")
_VERSION = 2
_MARK_BITS, _SEQUENCE_BITS = 32, 16
_SEQUENCES = 1 << _SEQUENCE_BITS
_LATE_MAX = 1000  # a sequence number this far behind belongs to a new beginning (RFC 3550 A.1)
# Loudness: the 7 bits below the sign, 16 a doubling. Ours peaks at 0x34, -24 dBm0; the noise
# that a mixer gives for comfort stays far below 0x20.
_AUDIBLE = 0x20


# Turns a byte of A-law or mu-law into its loudness: its even bits, or all, are inverted.
_LOUDNESS = {
    0: bytes((byte ^ 0xFF) & 0x7F for byte in range(256)),
    8: bytes((byte ^ 0x55) & 0x7F for byte in range(256)),
}


@dataclass(frozen=True, slots=True)
class Codec:
    """A law of G.711: one packet of tone, its lowest bits cleared, and one of silence."""

    payload_type: int
    tone: bytes
    silence: bytes

    def is_audible(self, payload: bytes) -> bool:
        """Whether somebody would hear it."""
        return max(payload.translate(_LOUDNESS[self.payload_type]), default=0) >= _AUDIBLE


def _tone(wave: str) -> bytes:
    """Periods of 1,000 Hz, 8 samples each."""
    return bytes(byte & 0xFE for byte in bytes.fromhex(wave)) * (SAMPLES // 8)


# The digital milliwatt of G.711's tables 5 and 6, four segments (24 dB) quieter.
CODECS = {
    0: Codec(0, _tone("5e4b4b5edecbcbde"), b"\xff" * SAMPLES),
    8: Codec(8, _tone("74616174f4e1e1f4"), b"\xd5" * SAMPLES),
}


def marked(tone: bytes, mark: int, sequence: int) -> bytes:
    """A packet's sound with whose it is and its number in the lowest bits."""
    payload = bytearray(tone)
    told = mark << _SEQUENCE_BITS | sequence
    for at in range(_MARK_BITS + _SEQUENCE_BITS):
        payload[at] = payload[at] & 0xFE | told >> at & 1
    return bytes(payload)


def mark_of(payload: bytes) -> tuple[int, int]:
    """Whose packet it is and its number, if it is one of ours at all."""
    told = sum((byte & 1) << at for at, byte in enumerate(payload[: _MARK_BITS + 16]))
    return told >> _SEQUENCE_BITS, told & (_SEQUENCES - 1)


@dataclass(frozen=True, slots=True)
class Packet:
    """One packet of sound; the timestamp counts samples."""

    payload_type: int
    sequence: int
    timestamp: int
    source: int
    payload: bytes

    def encode(self) -> bytes:
        """The bytes to send."""
        first = _VERSION << 6
        head = (first, self.payload_type, self.sequence, self.timestamp, self.source)
        return _HEADER.pack(*head) + self.payload


def parse(data: bytes) -> Packet | None:
    """A packet (RFC 3550 5.1); None when it is none."""
    if len(data) < _HEADER.size or data[0] >> 6 != _VERSION:
        return None
    first, second, sequence, timestamp, source = _HEADER.unpack_from(data)
    begin = _HEADER.size + 4 * (first & 0x0F)
    if first & 0x10:  # an extension: its length in words stands in its second half
        if len(data) < begin + 4:
            return None
        begin += 4 + 4 * int.from_bytes(data[begin + 2 : begin + 4], "big")
    end = len(data) - (data[-1] if first & 0x20 else 0)
    if begin > end:
        return None
    return Packet(second & 0x7F, sequence, timestamp, source, data[begin:end])


@dataclass(slots=True)
class Hearing:
    """What came in, packet by packet; times are of one monotonic clock, in seconds."""

    received: int = 0
    audible: int = 0
    jitter_s: float = 0.0
    first_at: float | None = None
    last_at: float = 0.0
    longest_gap_s: float = 0.0
    _expected_before: int = 0
    _source: int | None = None
    _base: int = 0
    _highest: int = 0
    _transit_s: float = 0.0

    @property
    def lost(self) -> int:
        """How many of those sent never came (RFC 3550 A.3)."""
        expected = self._expected_before
        if self._source is not None:
            expected += self._highest - self._base + 1
        return max(0, expected - self.received)

    def hear(self, packet: Packet, at: float, *, is_audible: bool) -> None:
        """Count one packet."""
        self.received += 1
        self.audible += is_audible
        if self.first_at is None:
            self.first_at = self.last_at = at
        self.longest_gap_s = max(self.longest_gap_s, at - self.last_at)
        self.last_at = at
        transit_s = at - packet.timestamp / RATE_HZ
        if self._is_new(packet):
            self._begin(packet)
        else:
            self._go_on(packet, transit_s)
        self._transit_s = transit_s

    def _ahead(self, packet: Packet) -> int:
        """How far a packet is ahead of the highest one; negative when it is late."""
        half = _SEQUENCES // 2
        return (packet.sequence - self._highest + half) % _SEQUENCES - half

    def _is_new(self, packet: Packet) -> bool:
        return packet.source != self._source or abs(self._ahead(packet)) > _LATE_MAX

    def _begin(self, packet: Packet) -> None:
        if self._source is not None:
            self._expected_before += self._highest - self._base + 1
        self._source = packet.source
        self._base = self._highest = packet.sequence

    def _go_on(self, packet: Packet, transit_s: float) -> None:
        self._highest = max(self._highest, self._highest + self._ahead(packet))
        difference_s = abs(transit_s - self._transit_s)
        self.jitter_s += (difference_s - self.jitter_s) / 16  # RFC 3550 A.8


@dataclass(frozen=True, slots=True)
class SoundSeen:
    """Both directions of a call's sound; times in seconds, `first_s` since we began to send.

    `echoed` counts packets of ours that came back untouched, `strangers` packets from
    elsewhere than agreed; `late_s` is our own worst lateness.
    """

    sent: int
    received: int
    lost: int
    audible: int
    echoed: int
    strangers: int
    jitter_s: float
    longest_gap_s: float
    first_s: float | None
    round_trip_p50_s: float | None
    round_trip_p95_s: float | None
    late_s: float
    refused: str | None


@dataclass(slots=True)
class Sound:
    """The sound of one call, at one of our own addresses; `is_speaking`: a tone, or silence.

    `instead` may send something else in a packet's place, such as a key that is pressed;
    `on_packet` hears each of the other side's with its time.
    """

    host: str
    is_speaking: bool = True
    instead: Callable[[Packet], Packet] | None = None
    on_packet: Callable[[Packet, float], None] | None = None
    hearing: Hearing = field(default_factory=Hearing)
    sent: int = 0
    strangers: int = 0
    late_s: float = 0.0
    round_trips_s: deque[float] = field(default_factory=lambda: deque(maxlen=ROUND_TRIPS_KEPT))
    _echoed: int = 0
    _remote: tuple[str, int] = ("", 0)
    _codec: Codec = CODECS[8]
    _mark: int = field(default_factory=lambda: secrets.randbits(_MARK_BITS))
    _source: int = field(default_factory=lambda: secrets.randbits(32))
    _sent_at: dict[int, float] = field(default_factory=dict)
    _datagrams: udp.Datagrams | None = None
    _timer: asyncio.TimerHandle | None = None
    _began_at: float = 0.0
    _due_at: float = 0.0

    def open(self) -> int:
        """Take a port, which the offer names; sound that comes early is counted too."""
        self._datagrams = udp.bound(self.host, self._heard)
        return self._datagrams.local[1]

    def start(self, host: str, port: int, payload_type: int) -> None:
        """Send, one packet every 20 ms until `stop`."""
        self._remote, self._codec = (host, port), CODECS[payload_type]
        self._began_at = self._due_at = time.monotonic()
        self._send()

    def stop(self) -> None:
        """Send and hear no more; how late we were is noted."""
        if self._timer is not None:
            self._timer.cancel()
        if self._datagrams is not None:
            self._datagrams.abort()
        set_off_late(self.late_s)

    def seen(self) -> SoundSeen:
        """What has passed until now."""
        hearing, trips = self.hearing, sorted(self.round_trips_s)
        first_at = hearing.first_at
        problem = self._datagrams.problem if self._datagrams else None
        return SoundSeen(
            sent=self.sent,
            received=hearing.received,
            lost=hearing.lost,
            audible=hearing.audible,
            echoed=self._echoed,
            strangers=self.strangers,
            jitter_s=hearing.jitter_s,
            longest_gap_s=hearing.longest_gap_s,
            first_s=None if first_at is None else max(0.0, first_at - self._began_at),
            round_trip_p50_s=statistics.median(trips) if trips else None,
            round_trip_p95_s=_p95(trips),
            late_s=self.late_s,
            refused=problem.kind if problem else None,
        )

    def _send(self) -> None:
        now = time.monotonic()
        late_s = now - self._due_at
        self.late_s = max(self.late_s, late_s)
        self._send_one(now)
        self._due_at = (now if late_s > BEHIND_S else self._due_at) + PACKET_S
        delay_s = max(0.0, self._due_at - time.monotonic())
        self._timer = asyncio.get_running_loop().call_later(delay_s, self._send)

    def _send_one(self, now: float) -> None:
        sequence = self.sent % _SEQUENCES
        slot = round((self._due_at - self._began_at) / PACKET_S)
        timestamp = slot * SAMPLES % (1 << 32)
        codec = self._codec
        spoken = marked(codec.tone, self._mark, sequence)
        payload = spoken if self.is_speaking else codec.silence
        packet = Packet(codec.payload_type, sequence, timestamp, self._source, payload)
        packet = self.instead(packet) if self.instead else packet
        self._sent_at[sequence] = now
        self._sent_at.pop((sequence - REMEMBERED) % _SEQUENCES, None)
        self.sent += 1
        if self._datagrams is not None:
            self._datagrams.send(packet.encode(), self._remote)

    def _heard(self, datagram: udp.Datagram) -> None:
        packet = parse(datagram.data)
        is_ours = not self._remote[0] or datagram.source[0] == self._remote[0]
        if packet is None or not is_ours:
            self.strangers += 1
            return
        codec = CODECS.get(packet.payload_type)
        is_audible = codec is not None and codec.is_audible(packet.payload)
        self.hearing.hear(packet, datagram.at, is_audible=is_audible)
        if self.on_packet is not None:
            self.on_packet(packet, datagram.at)
        mark, sequence = mark_of(packet.payload)
        sent_at = self._sent_at.pop(sequence, None) if mark == self._mark else None
        if sent_at is not None:
            self._echoed += 1
            self.round_trips_s.append(datagram.at - sent_at)


def _p95(ordered: Sequence[float]) -> float | None:
    return ordered[min(len(ordered) - 1, int(0.95 * len(ordered)))] if ordered else None
