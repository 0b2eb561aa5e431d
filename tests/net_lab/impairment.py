"""When does a packet come out of a bad line, and does it come out at all? No I/O, no clock."""

from __future__ import annotations

import random
from dataclasses import dataclass, field

UDP, UDP_HEAD = 17, 8
RTP = range(128, 192)  # first bytes of RTP and RTCP among others on a port (RFC 7983)
HELD_BACK_S = 0.05  # a reordered packet; at 50 packets a second two others overtake it


@dataclass(frozen=True)
class Way:
    """One direction of a line; as it stands, a perfect one. Ratios are 0 to 1."""

    delay_ms: float = 0.0
    jitter_ms: float = 0.0  # standard deviation of the delay; the order is kept
    loss: float = 0.0
    burst: float = 1.0  # mean length of a run of losses, in packets (Gilbert); 1: independent
    is_even: bool = False  # exactly one loss, by chance, in each row of 1 / loss packets
    reorder: float = 0.0
    duplicate: float = 0.0
    rate_kbit: float | None = None
    queue_ms: float = 300.0  # what would wait longer before a limited rate is dropped
    is_cut: bool = False
    udp_closed: tuple[int, int] | None = None  # first and last port; from or to them: dropped
    rtp_closed: bool = False  # STUN and DTLS pass, and the media after them do not


ALL_PORTS = (0, 65535)


@dataclass
class Counts:
    """What became of the packets of one direction since it was last set."""

    offered: int = 0
    delivered: int = 0  # duplicates included
    lost: int = 0
    bursts: int = 0  # runs of losses: lost / bursts is their mean length
    reordered: int = 0
    duplicated: int = 0
    overflowed: int = 0  # dropped at a full queue
    cut: int = 0
    blocked: int = 0
    late_max_ms: float = 0.0  # how late the link itself was, at worst: its self-doubt
    late_sum_ms: float = 0.0


@dataclass
class Lane:
    """One direction at work; equal seeds treat equal packets equally."""

    way: Way
    seed: int
    counts: Counts = field(default_factory=Counts)

    def __post_init__(self) -> None:
        self._chance = random.Random(self.seed)
        self._is_bad = False
        self._drawn = 0
        self._free_at_s = 0.0
        self._last_due_s = 0.0

    def offer(self, now_s: float, packet: bytes) -> list[float]:
        """When an IPv4 packet arrives: never, once, or twice."""
        self.counts.offered += 1
        if self._is_stopped(packet) or self._is_lost():
            return []
        sent_s = self._sent_s(now_s, len(packet))
        if sent_s is None:
            self.counts.overflowed += 1
            return []
        due_s = self._due_s(sent_s)
        if not self._happens(self.way.duplicate):
            return [due_s]
        self.counts.duplicated += 1
        return [due_s, due_s]

    def deliver(self, late_s: float) -> None:
        """Count a packet that came out, so much later than it should have."""
        self.counts.delivered += 1
        self.counts.late_sum_ms += late_s * 1e3
        self.counts.late_max_ms = max(self.counts.late_max_ms, late_s * 1e3)

    def _happens(self, ratio: float) -> bool:
        return ratio > 0 and self._chance.random() < ratio

    def _is_stopped(self, packet: bytes) -> bool:
        if self.way.is_cut:
            self.counts.cut += 1
            return True
        if packet[9] == UDP and self._is_closed(packet):
            self.counts.blocked += 1
            return True
        return False

    def _is_closed(self, packet: bytes) -> bool:
        start = (packet[0] & 0x0F) * 4  # RFC 791: the header's length in words
        if self.way.rtp_closed and packet[start + UDP_HEAD] in RTP:
            return True
        first, last = self.way.udp_closed or (1, 0)
        ports = (int.from_bytes(packet[at : at + 2], "big") for at in (start, start + 2))
        return any(first <= port <= last for port in ports)

    def _is_lost(self) -> bool:
        """Gilbert's two states: a bad one in which all is lost, and a good one."""
        was_bad, loss, burst = self._is_bad, self.way.loss, max(1.0, self.way.burst)
        if self.way.is_even:
            self._is_bad = self._is_drawn(round(1 / loss))
        elif burst == 1:
            self._is_bad = self._happens(loss)
        elif was_bad:
            self._is_bad = self._happens(1 - 1 / burst)
        else:
            self._is_bad = self._happens(loss / (burst * (1 - loss)))
        self.counts.lost += self._is_bad
        self.counts.bursts += self._is_bad and not was_bad
        return self._is_bad

    def _is_drawn(self, row: int) -> bool:
        """A short measurement of an even loss is near the ratio; one by chance is not."""
        place = (self.counts.offered - 1) % row
        if not place:
            self._drawn = self._chance.randrange(row)
        return place == self._drawn

    def _sent_s(self, now_s: float, size: int) -> float | None:
        """When its last bit has left, behind those that wait; None: the queue is full."""
        if not self.way.rate_kbit:
            return now_s
        starts_s = max(now_s, self._free_at_s)
        if (starts_s - now_s) * 1e3 > self.way.queue_ms:
            return None
        self._free_at_s = starts_s + size * 8 / (self.way.rate_kbit * 1e3)
        return self._free_at_s

    def _due_s(self, sent_s: float) -> float:
        delay_ms = self.way.delay_ms
        if self.way.jitter_ms:
            delay_ms = max(0.0, self._chance.gauss(delay_ms, self.way.jitter_ms))
        due_s = sent_s + delay_ms / 1e3
        if self._happens(self.way.reorder):
            self.counts.reordered += 1
            return due_s + HELD_BACK_S
        self._last_due_s = max(self._last_due_s, due_s)
        return self._last_due_s
