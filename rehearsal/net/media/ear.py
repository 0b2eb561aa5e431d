"""Whom do we hear, and through which stream of the bridge?"""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field

from rehearsal.net.media import opus, rtp
from rehearsal.net.media.marker import Flags, Marker, find
from rehearsal.net.media.meter import Heard, Meter
from rehearsal.net.media.together import Listener

STREAMS_MAX = 1024  # what a bridge sends beyond that many streams is not listened to
KINDS = Flags.PICTURE | Flags.HEAVY | Flags.BETWEEN  # each is counted by itself
KEPT = 12  # packets of somebody else's, to hear how loud they are


@dataclass(slots=True)
class Foreign:
    """Packets without a marker: a mixer's, or somebody's who is none of ours."""

    packets: int = 0
    last: deque[bytes] = field(default_factory=lambda: deque(maxlen=KEPT))


@dataclass(slots=True)
class Ear:
    """Sorts what arrives at one connection: by stream, by sender and by kind.

    `among` is its place among others that listen at the same time, if anybody compares.
    """

    began_ns: int
    first_ns: int | None = None
    last_ns: int | None = None
    foreign: dict[int, Foreign] = field(default_factory=dict)
    sources: dict[int, rtp.Source] = field(default_factory=dict)
    among: Listener | None = None
    _meters: dict[tuple[int, int, Flags], Meter] = field(default_factory=dict)

    @property
    def meters(self) -> Mapping[tuple[int, int, Flags], Meter]:
        """What came, by stream (SSRC), by sender, and by kind: NONE is plain sound."""
        return self._meters

    def take(self, data: bytes, now_ns: int) -> None:
        """Count one RTP packet, whatever it is."""
        packet = rtp.parse(data)
        if packet is None or not self._knows(packet):
            return
        self.sources[packet.ssrc].heard(packet.sequence)
        marker = find(packet.payload)
        if marker is None:
            self._unmarked(packet)
            return
        self.first_ns = self.first_ns or now_ns
        self.last_ns = now_ns
        if self.among is not None:
            self.among.heard(now_ns, marker)
        meter = self._meter(packet.ssrc, marker)
        if meter is not None:
            meter.heard(now_ns, marker)

    def of(self, sender: int, until_ns: int, kind: Flags = Flags.NONE) -> Heard | None:
        """What arrived of one sender, by the stream that brought most of it."""
        best = self._best(sender, kind)
        return best.report(until_ns) if best else None

    def lost_until(self, sender: int, sequence: int) -> int | None:
        """How many of a voice's packets were lost, up to that one; None when nobody knows."""
        best = self._best(sender, Flags.NONE)
        return best.lost_until(sequence) if best else None

    def loudness_dbov(self) -> float | None:
        """How loud the loudest of somebody else's streams was last."""
        levels = (opus.loudness_dbov(stranger.last) for stranger in self.foreign.values())
        return max((level for level in levels if level is not None), default=None)

    def senders(self) -> dict[int, frozenset[int]]:
        """Who was heard speaking through each stream (SSRC): echoes and mix-ups show here."""
        found: dict[int, set[int]] = {}
        for (ssrc, sender, _), meter in self._meters.items():
            if meter.spoke:
                found.setdefault(ssrc, set()).add(sender)
        return {ssrc: frozenset(who) for ssrc, who in found.items()}

    def _best(self, sender: int, kind: Flags) -> Meter | None:
        found = [meter for (_, *who), meter in self._meters.items() if who == [sender, kind]]
        return max(found, key=lambda meter: meter.received, default=None)

    def _knows(self, packet: rtp.Packet) -> bool:
        if packet.ssrc not in self.sources and len(self.sources) < STREAMS_MAX:
            self.sources[packet.ssrc] = rtp.Source(packet.ssrc)
        return packet.ssrc in self.sources

    def _meter(self, ssrc: int, marker: Marker) -> Meter | None:
        key = (ssrc, marker.sender, marker.flags & KINDS)
        if key not in self._meters and len(self._meters) < STREAMS_MAX:
            self._meters[key] = Meter(self.began_ns)
        return self._meters.get(key)

    def _unmarked(self, packet: rtp.Packet) -> None:
        stranger = self.foreign.setdefault(packet.ssrc, Foreign())
        stranger.packets += 1
        stranger.last.append(packet.payload)
