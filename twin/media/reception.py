"""How well does a stream arrive? The figures of a receiver report (RFC 3550 A.3, A.8)."""

from __future__ import annotations

from dataclasses import dataclass

from twin.media.rtcp import Block

_WRAP, _HALF = 1 << 16, 1 << 15
_DELAY_UNITS = 65536  # a second, in the unit of DLSR


@dataclass(slots=True)
class Arrivals:
    """One stream, told packet by packet. `clock_hz` is the rate of its timestamps."""

    ssrc: int
    clock_hz: int
    heard_s: float = 0.0
    first: int | None = None
    highest: int = 0
    received: int = 0
    _transit: float = 0.0
    _jitter: float = 0.0
    _expected_before: int = 0
    _received_before: int = 0
    _report: tuple[int, float] = (0, 0.0)

    def take(self, sequence: int, timestamp: int, now_s: float) -> None:
        """Count one packet."""
        self.heard_s = now_s
        self.received += 1
        transit = now_s * self.clock_hz - timestamp
        if self.first is None:
            self.first = self.highest = sequence
        else:
            ahead = (sequence - self.highest + _HALF) % _WRAP - _HALF
            self.highest += max(0, ahead)
            self._sway(abs(transit - self._transit))
        self._transit = transit

    def _sway(self, difference: float) -> None:
        """A leap of more than ten seconds is a new clock, not jitter."""
        if difference < 10 * self.clock_hz:
            self._jitter += (difference - self._jitter) / 16

    def note_report(self, compact: int, now_s: float) -> None:
        """The sender's own report has come."""
        self._report = (compact, now_s)

    @property
    def lost(self) -> int:
        """Packets missing since the beginning; below zero when some came twice."""
        return self._expected() - self.received

    def _expected(self) -> int:
        return 0 if self.first is None else self.highest - self.first + 1

    def block(self, now_s: float) -> Block:
        """What to report; the fraction is since the block before."""
        expected = self._expected() - self._expected_before
        lost = expected - (self.received - self._received_before)
        self._expected_before, self._received_before = self._expected(), self.received
        compact, came_s = self._report
        return Block(
            self.ssrc,
            min(255, max(0, 256 * lost // expected)) if expected else 0,
            self.lost,
            self.highest & 0xFFFFFFFF,
            int(self._jitter),
            compact,
            round((now_s - came_s) * _DELAY_UNITS) if compact else 0,
        )
