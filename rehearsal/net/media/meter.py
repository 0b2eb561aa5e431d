"""What became of the packets of one sender on their way to us?

Pure: it is told when a packet arrived and what its marker says, and reads no clock. What
it keeps is bounded, however long the meeting.
"""

from __future__ import annotations

import copy
import math
from dataclasses import dataclass, field

from rehearsal.net.media.marker import Flags, Marker

WINDOW_S = 15.0  # the window of Microsoft's and of this project's limits on loss
GAP_S = 0.5  # a listener loses a word
REORDER = 128  # a packet so much behind the newest one is given up as lost
LEAP = 180_000  # an hour of packets: more is no loss, and no packet of this meeting
GAPS_MAX = 64  # more are counted, but not told one by one
_STEP = math.log(1.02)  # a percentile is right within 2 %
_NS = 1e9


@dataclass(frozen=True, slots=True)
class Gap:
    """Nothing arrived for `lasted_s`; `at_s` is seconds after the measuring began."""

    at_s: float
    lasted_s: float


@dataclass(frozen=True, slots=True)
class Heard:
    """What arrived of one sender; every time in seconds, every loss a ratio of 0 to 1.

    `worst_loss` is that of the worst 15 s; `trip_*` is from sending to arrival, on one
    clock. `frozen_s` is the longest time in which packets came but none was new, `spoke`
    how many of them said that their sender speaks.
    """

    received: int
    expected: int
    loss: float
    worst_loss: float
    bursts: int
    mean_burst: float
    longest_burst: int
    reordered: int
    duplicates: int
    jitter_s: float
    trip_p10_s: float
    trip_p50_s: float
    trip_p95_s: float
    first_s: float
    gaps: tuple[Gap, ...]
    gap_count: int
    longest_gap_s: float
    spoke: int
    frozen_s: float


@dataclass(slots=True)
class Spread:
    """How durations are spread, in steps of 2 %, so that hours take no more than seconds."""

    count: int = 0
    _steps: dict[int, int] = field(default_factory=dict)

    def add(self, duration_ns: int) -> None:
        """Count one duration."""
        step = int(math.log(max(duration_ns, 1)) / _STEP)
        self._steps[step] = self._steps.get(step, 0) + 1
        self.count += 1

    def at_s(self, share: float) -> float:
        """The duration that this share of them does not exceed; 0 when there is none."""
        left = share * self.count
        for step in sorted(self._steps):
            left -= self._steps[step]
            if left <= 0:
                return math.exp((step + 0.5) * _STEP) / _NS
        return 0.0


@dataclass(slots=True)
class _Losses:
    """The packets in their order, once it is sure which of them are missing."""

    expected: int = 0
    lost: int = 0
    bursts: int = 0
    longest: int = 0
    worst: float = 0.0
    _burst: int = 0
    _window_ns: int | None = None
    _in_window: int = 0
    _lost_in_window: int = 0

    def arrived(self, sent_ns: int) -> None:
        if self._window_ns is None or sent_ns - self._window_ns > WINDOW_S * _NS:
            self._settle(share=0.5)
            self._window_ns = sent_ns
        self.expected += 1
        self._in_window += 1
        self._burst = 0

    def missed(self, count: int) -> None:
        if count <= 0:
            return
        self.expected += count
        self.lost += count
        self._in_window += count
        self._lost_in_window += count
        self.bursts += not self._burst
        self._burst += count
        self.longest = max(self.longest, self._burst)

    def settled(self) -> float:
        """The worst window's loss; what there is counts when no window has been full."""
        self._settle(share=0.0 if not self.worst else 0.5)
        return self.worst

    def _settle(self, share: float) -> None:
        """A fragment of a window says little: one lost of three is no loss of a third."""
        enough = max(1.0, share * WINDOW_S / 0.06)
        if self._in_window >= enough:
            self.worst = max(self.worst, self._lost_in_window / self._in_window)
        self._in_window = self._lost_in_window = 0


@dataclass(slots=True)
class Meter:
    """The packets of one sender by one way; `began_ns` is when the measuring began."""

    began_ns: int
    received: int = 0
    reordered: int = 0
    duplicates: int = 0
    spoke: int = 0
    highest: int = -1
    trips: Spread = field(default_factory=Spread)
    _losses: _Losses = field(default_factory=_Losses)
    _waiting: dict[int, int] = field(default_factory=dict)
    _settled: int = -1
    _first_ns: int = 0
    _last_ns: int = 0
    _fresh_ns: int = 0
    _frozen_ns: int = 0
    _trip_ns: int = 0
    _jitter_ns: float = 0.0
    _jitters_ns: float = 0.0
    _gaps: list[Gap] = field(default_factory=list)
    _gap_count: int = 0
    _longest_ns: int = 0

    @property
    def last_ns(self) -> int:
        """When a packet arrived last, of whatever number."""
        return self._last_ns

    def heard(self, arrival_ns: int, marker: Marker) -> None:
        """Count one packet; both times are of one clock."""
        if not self.received:
            self._begin(arrival_ns, marker)
        self._silence_before(arrival_ns)
        if self._is_known(marker.sequence):
            self._again(arrival_ns, marker)
            return
        self._fresh_ns = arrival_ns
        self.received += 1
        self.spoke += bool(marker.flags & Flags.SPEAKING)
        self._timed(arrival_ns - marker.sent_ns)
        self._placed(marker)

    def report(self, until_ns: int) -> Heard | None:
        """What may be said, if it was to come until then; None when nothing ever arrived.

        It may be asked again, and go on counting.
        """
        if not self.received:
            return None
        return copy.deepcopy(self)._closed(until_ns)  # noqa: SLF001 - our own copy

    def lost_until(self, sequence: int) -> int | None:
        """How many were lost of those up to that one; None when that is too long ago."""
        if not self._settled <= sequence <= self.highest:
            return None
        open_ones = range(self._settled + 1, sequence + 1)
        return self._losses.lost + sum(number not in self._waiting for number in open_ones)

    def _begin(self, arrival_ns: int, marker: Marker) -> None:
        self._first_ns = self._last_ns = self._fresh_ns = arrival_ns
        self.highest, self._settled = marker.sequence, marker.sequence - 1
        self._trip_ns = arrival_ns - marker.sent_ns

    def _is_known(self, sequence: int) -> bool:
        is_past = sequence <= self._settled or sequence in self._waiting
        return is_past or sequence - self.highest > LEAP

    def _again(self, arrival_ns: int, marker: Marker) -> None:
        self.duplicates += 1
        if marker.sequence == self.highest:
            self._frozen_ns = max(self._frozen_ns, arrival_ns - self._fresh_ns)

    def _silence_before(self, arrival_ns: int) -> None:
        silent_ns = arrival_ns - self._last_ns
        self._longest_ns = max(self._longest_ns, silent_ns)
        if silent_ns > GAP_S * _NS:
            self._gap_count += 1
            if len(self._gaps) < GAPS_MAX:
                at_s = (self._last_ns - self.began_ns) / _NS
                self._gaps.append(Gap(at_s, silent_ns / _NS))
        self._last_ns = max(self._last_ns, arrival_ns)

    def _timed(self, trip_ns: int) -> None:
        self.trips.add(trip_ns)
        # RFC 3550 6.4.1: J += (|D| - J) / 16; told is its mean, not where it happens to end.
        self._jitter_ns += (abs(trip_ns - self._trip_ns) - self._jitter_ns) / 16
        self._jitters_ns += self._jitter_ns
        self._trip_ns = trip_ns

    def _placed(self, marker: Marker) -> None:
        self.reordered += marker.sequence < self.highest
        self.highest = max(self.highest, marker.sequence)
        self._waiting[marker.sequence] = marker.sent_ns
        if self.highest - REORDER > self._settled:
            self._settle(self.highest - REORDER)

    def _settle(self, last: int) -> None:
        for sequence in sorted(number for number in self._waiting if number <= last):
            self._losses.missed(sequence - self._settled - 1)
            self._losses.arrived(self._waiting.pop(sequence))
            self._settled = sequence
        self._losses.missed(last - self._settled)
        self._settled = max(self._settled, last)

    def _closed(self, until_ns: int) -> Heard:
        self._settle(self.highest)
        self._silence_before(until_ns)
        losses = self._losses
        return Heard(
            received=self.received,
            expected=losses.expected,
            loss=losses.lost / losses.expected,
            worst_loss=losses.settled(),
            bursts=losses.bursts,
            mean_burst=losses.lost / losses.bursts if losses.bursts else 0.0,
            longest_burst=losses.longest,
            reordered=self.reordered,
            duplicates=self.duplicates,
            jitter_s=self._jitters_ns / self.received / _NS,
            trip_p10_s=self.trips.at_s(0.1),
            trip_p50_s=self.trips.at_s(0.5),
            trip_p95_s=self.trips.at_s(0.95),
            first_s=(self._first_ns - self.began_ns) / _NS,
            gaps=tuple(self._gaps),
            gap_count=self._gap_count,
            longest_gap_s=self._longest_ns / _NS,
            spoke=self.spoke,
            frozen_s=self._frozen_ns / _NS,
        )
