"""When is a message sent again, and when is it given up? (RFC 3261, table 4)"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Timing:
    """The base of all timers, in seconds; `t1_s` is a guess at the round trip."""

    t1_s: float = 0.5
    t2_s: float = 4.0  # the longest pause between two sendings, except of INVITE
    t4_s: float = 5.0  # how long a message may linger in the network

    @property
    def patience_s(self) -> float:
        """Timers B, F, H, J, and M of RFC 6026."""
        return 64 * self.t1_s

    @property
    def absorption_s(self) -> float:
        """Timer D: how long the answers to a refused INVITE may come again, at least 32 s."""
        return max(32.0, self.patience_s)


@dataclass(slots=True)
class Resending:
    """Pauses that double up to a longest one: timers A, E and G."""

    at: float
    pause_s: float
    longest_s: float = float("inf")

    def is_due(self, now: float) -> bool:
        """Whether to send again now; if so, the next time is set."""
        if now < self.at:
            return False
        self.pause_s = min(2 * self.pause_s, self.longest_s)
        self.at = now + self.pause_s
        return True

    def slow_down(self, now: float) -> None:
        """Somebody is at work on it: ask at the longest pause from now on."""
        self.pause_s = self.longest_s
        self.at = now + self.pause_s
