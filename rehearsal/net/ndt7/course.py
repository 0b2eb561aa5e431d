"""What rate, which stalls and which doubts are in a course of bytes over time?"""

from __future__ import annotations

import statistics
from dataclasses import dataclass, field

TICK_S = 0.05
# Slow start doubles each round trip: a third of the way on, all but satellites are through.
SETTLING = 0.3
FIRST_FROM, LAST_FROM = 0.1, 0.6  # rates from later on rest on too little


@dataclass(slots=True)
class Course:
    """How many bytes had come through at which moment; both only grow, two looks at least.

    `late_s` holds how late each look at the counter was: our own slowness, not the line's.
    """

    ticks: list[tuple[float, int]] = field(default_factory=list)
    late_s: list[float] = field(default_factory=list)

    def note(self, at_s: float, count: int, late_s: float = 0.0) -> None:
        """Remember one look."""
        self.ticks.append((at_s, count))
        self.late_s.append(late_s)

    @property
    def lasted_s(self) -> float:
        """From the first look to the last."""
        return self.ticks[-1][0] - self.ticks[0][0]

    @property
    def moved(self) -> int:
        """Bytes from the first look to the last."""
        return self.ticks[-1][1] - self.ticks[0][1]

    def steady_from_s(self) -> float:
        """From which moment on the line counts as loaded."""
        return self._share_s(SETTLING)

    def mbit(self) -> float:
        """The rate in Mbit/s once it is steady: the median of the rates from each moment on.

        From a moment in slow start it is too low, from one at which a lost packet held up
        all that came behind it too high; from most it is that of the line.
        """
        end_s, total = self.ticks[-1]
        earliest_s, latest_s = self._share_s(FIRST_FROM), self._share_s(LAST_FROM)
        rates = [
            (total - count) / (end_s - at_s)
            for at_s, count in self.ticks
            if earliest_s <= at_s <= latest_s and at_s < end_s
        ]
        return statistics.median(rates or [self._overall()]) * 8e-6

    def _share_s(self, share: float) -> float:
        return self.ticks[0][0] + share * self.lasted_s

    def _overall(self) -> float:
        return self.moved / self.lasted_s if self.lasted_s else 0.0

    def longest_stall_s(self) -> float:
        """The longest time without a single byte, the beginning and the end included."""
        since_s, had = self.ticks[0]
        longest_s = 0.0
        for at_s, count in self.ticks:
            longest_s = max(longest_s, at_s - since_s)
            if count > had:
                since_s, had = at_s, count
        return longest_s

    def mean_late_s(self) -> float:
        """How late we looked, on the average."""
        return statistics.fmean(self.late_s)
