"""How are RTP packets and RTCP reports read and written, and how long do reports take?

RFC 3550; the header extension carries the loudness (RFC 6464) in the one-byte form of
RFC 8285. Nothing that a peer sends raises here.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass, field

_HEAD = struct.Struct("!BBHII")
_EXTENSION = struct.Struct("!HH")
_ONE_BYTE_FORM = 0xBEDE
_REPORT = struct.Struct("!IIIIII")
_REPORT_BYTES = 24
_SENDER_REPORT, _RECEIVER_REPORT, _DESCRIPTION = 200, 201, 202
_REPORTS_MAX = 31  # what the five bits of the count can say
_VERSION_2 = 0x80
_LOST_MAX = 0x7FFFFF
_SIXTEENTHS = 65536


@dataclass(frozen=True, slots=True)
class Packet:
    """One RTP packet as it arrived."""

    payload_type: int
    sequence: int
    timestamp: int
    ssrc: int
    payload: bytes


def build(packet: Packet, *, loudness: tuple[int, int] | None = None) -> bytes:
    """The bytes of a packet; `loudness` is the extension's number and -dBov (0 to 127)."""
    extended = 0x10 if loudness else 0
    head = _HEAD.pack(
        _VERSION_2 | extended,
        packet.payload_type,
        packet.sequence & 0xFFFF,
        packet.timestamp & 0xFFFFFFFF,
        packet.ssrc,
    )
    if loudness is None:
        return head + packet.payload
    number, level = loudness
    extension = bytes([number << 4, 0x80 | level, 0, 0])
    return head + _EXTENSION.pack(_ONE_BYTE_FORM, 1) + extension + packet.payload


def parse(data: bytes) -> Packet | None:
    """The packet in a datagram; None when it is no RTP."""
    if len(data) < _HEAD.size or data[0] & 0xC0 != _VERSION_2:
        return None
    first, second, sequence, timestamp, ssrc = _HEAD.unpack_from(data)
    begin = _HEAD.size + 4 * (first & 0x0F)
    if first & 0x10:
        if len(data) < begin + _EXTENSION.size:
            return None
        begin += _EXTENSION.size + 4 * _EXTENSION.unpack_from(data, begin)[1]
    end = len(data) - (data[-1] if first & 0x20 else 0)
    if begin > end:
        return None
    return Packet(second & 0x7F, sequence, timestamp, ssrc, data[begin:end])


@dataclass(frozen=True, slots=True)
class Report:
    """What a receiver says of one source: all packets lost so far, and when it says so.

    `highest` is the extended sequence number; `last_sr` and `delay_s` lead to the round trip.
    """

    ssrc: int
    lost: int
    highest: int
    jitter: int
    last_sr: int
    delay_s: float


def reports_in(data: bytes) -> list[Report]:
    """Every report in a compound RTCP packet."""
    found: list[Report] = []
    while len(data) >= 8 and data[0] & 0xC0 == _VERSION_2:  # noqa: PLR2004 - header, sender
        count, kind = data[0] & 0x1F, data[1]
        size = 4 * (1 + int.from_bytes(data[2:4], "big"))
        begin = {_SENDER_REPORT: 28, _RECEIVER_REPORT: 8}.get(kind)
        if begin is not None:
            blocks = data[begin : min(size, len(data))]
            found += [_report(blocks, k) for k in range(min(count, len(blocks) // 24))]
        data = data[size:]
    return found


def _report(blocks: bytes, number: int) -> Report:
    ssrc, lost, highest, jitter, last_sr, delay = _REPORT.unpack_from(
        blocks, number * _REPORT_BYTES
    )
    lost &= 0xFFFFFF
    if lost > _LOST_MAX:  # a signed number: more arrived than were expected
        lost -= 1 << 24
    return Report(ssrc, lost, highest, jitter, last_sr, delay / _SIXTEENTHS)


def sender_report(ssrc: int, now_ns: int, timestamp: int, packets: int, octets: int) -> bytes:
    """A sender report and its SDES; the time is ours alone, and only comes back to us."""
    fixed = (now_ns // 10**9 & 0xFFFFFFFF) << 32 | (now_ns % 10**9 << 32) // 10**9
    told = struct.pack(
        "!IQIII",
        ssrc,
        fixed,
        timestamp & 0xFFFFFFFF,
        packets & 0xFFFFFFFF,
        octets & 0xFFFFFFFF,
    )
    name = struct.pack("!IBB2s", ssrc, 1, 2, b"dt") + bytes(4)
    return _rtcp(0, _SENDER_REPORT, told) + _rtcp(1, _DESCRIPTION, name)


def receiver_report(ssrc: int, sources: list[Source]) -> bytes:
    """What arrived of up to 31 sources each, in as many reports as it takes."""
    told = b""
    for first in range(0, len(sources), _REPORTS_MAX):
        part = sources[first : first + _REPORTS_MAX]
        blocks = b"".join(source.block() for source in part)
        told += _rtcp(len(part), _RECEIVER_REPORT, struct.pack("!I", ssrc) + blocks)
    return told


def round_trip_s(report: Report, now_ns: int) -> float | None:
    """RFC 3550 6.4.1: now, less our own report's time, less how long the peer kept it."""
    if not report.last_sr:
        return None
    now = (now_ns * _SIXTEENTHS // 10**9) & 0xFFFFFFFF
    away_s = ((now - report.last_sr) & 0xFFFFFFFF) / _SIXTEENTHS - report.delay_s
    return away_s if 0.0 <= away_s < 60.0 else None  # noqa: PLR2004 - else a stale report


def is_rtcp(data: bytes) -> bool:
    """RFC 5761 4: by the packet type."""
    return len(data) > 1 and 192 <= data[1] <= 223  # noqa: PLR2004 - the types of RTCP


@dataclass(slots=True)
class Source:
    """What arrived from one SSRC, as far as a receiver report tells it (RFC 3550 A.3)."""

    ssrc: int
    first: int | None = None
    highest: int = 0
    received: int = 0
    _told: tuple[int, int] = field(default=(0, 0))

    def heard(self, sequence: int) -> None:
        """Count a packet."""
        self.received += 1
        if self.first is None:
            self.first = self.highest = sequence
            return
        ahead = (sequence - self.highest) & 0xFFFF
        if ahead < 0x8000:  # noqa: PLR2004 - half the numbers; the other half lie behind
            self.highest += ahead

    def block(self) -> bytes:
        """Its report block; no jitter and no round trip, which only we would want."""
        expected = self.highest - (self.first or 0) + 1
        lost = max(-_LOST_MAX, min(expected - self.received, _LOST_MAX))
        new, new_lost = expected - self._told[0], max(0, lost - self._told[1])
        self._told = (expected, lost)
        fraction = min(255, 256 * new_lost // new) if new > 0 else 0
        return _REPORT.pack(
            self.ssrc, fraction << 24 | lost & 0xFFFFFF, self.highest & 0xFFFFFFFF, 0, 0, 0
        )


def _rtcp(count: int, kind: int, told: bytes) -> bytes:
    return struct.pack("!BBH", _VERSION_2 | count, kind, len(told) // 4) + told
