"""What does the bridge say of the packets that we sent it? (RFC 3550 6.4, receiver reports)

End to end, losses of both directions add up. The bridge's reports tell the uplink's alone.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field, replace

from rehearsal.net.media.meter import WINDOW_S, Spread
from rehearsal.net.media.rtp import Report, round_trip_s

_NS = 1e9
_ENOUGH = 100  # packets in a window: one lost of fewer would be over any limit


@dataclass(frozen=True, slots=True)
class Told:
    """The uplink by the bridge's own account; losses are ratios, `trip_*` round trips.

    `heavy_loss` is that of the packets made big; the others do not count those.
    """

    reports: int
    expected: int
    lost: int
    loss: float
    worst_loss: float
    trip_p50_s: float
    trip_p95_s: float
    jitter_s: float
    heavy_loss: float

    def at_most(self, missing: int) -> Told:
        """Not more lost than is missing in the end: a report counts late packets as lost."""
        lost = min(self.lost, missing)
        late = _ratio(self.lost - lost, self.expected)
        return replace(
            self,
            lost=lost,
            loss=_ratio(lost, self.expected),
            worst_loss=max(0.0, self.worst_loss - late),
        )


def _recent() -> deque[tuple[int, int, int]]:
    return deque(maxlen=512)  # two a second are usual; a flood of them is not kept


@dataclass(slots=True)
class Uplink:
    """The reports on one of our streams; `first` is its first sequence number."""

    first: int
    clock_hz: int
    is_heavy: bool = False
    trips: Spread = field(default_factory=Spread)
    _reports: int = 0
    _expected: int = 0
    _lost: int = 0
    _worst: float = 0.0
    _jitter: int = 0
    _heavy_expected: int = 0
    _heavy_lost: int = 0
    _recent: deque[tuple[int, int, int]] = field(default_factory=_recent)

    @property
    def is_heard(self) -> bool:
        """Whether the bridge received anything."""
        return self._expected > self._lost

    def heard(self, report: Report, now_ns: int, sent: int) -> None:
        """Take in one report; it cannot tell of more packets than we sent."""
        self._reports += 1
        expected = min(max(report.highest - self.first + 1, 0), sent)
        lost = min(max(report.lost, 0), expected)
        if self.is_heavy:
            self._heavy_expected = expected - self._expected
            self._heavy_lost = lost - self._lost
            return
        self._expected, self._lost, self._jitter = expected, lost, report.jitter
        trip_s = round_trip_s(report, now_ns)
        if trip_s is not None:
            self.trips.add(int(trip_s * _NS))
        self._windowed(now_ns)

    def told(self) -> Told | None:
        """What was said so far; None when nothing was."""
        if not self._reports:
            return None
        loss = _ratio(self._lost, self._expected)
        return Told(
            reports=self._reports,
            expected=self._expected,
            lost=self._lost,
            loss=loss,
            worst_loss=self._worst or loss,
            trip_p50_s=self.trips.at_s(0.5),
            trip_p95_s=self.trips.at_s(0.95),
            jitter_s=self._jitter / self.clock_hz,
            heavy_loss=_ratio(self._heavy_lost, self._heavy_expected),
        )

    def _windowed(self, now_ns: int) -> None:
        self._recent.append((now_ns, self._expected, self._lost))
        while now_ns - self._recent[0][0] > WINDOW_S * _NS:
            _, expected, lost = self._recent.popleft()
            if self._expected - expected >= _ENOUGH:
                self._worst = max(
                    self._worst, _ratio(self._lost - lost, self._expected - expected)
                )


def _ratio(part: int, whole: int) -> float:
    return max(0, part) / whole if whole > 0 else 0.0
