"""What is announced in a call, and is it something else than before?

Words are told apart without understanding them: how often the wave crosses zero in each
20 ms says enough to know a recording again.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field

from rehearsal.net.rtp import CODECS, SAMPLES, Packet

KEPT = 6000  # packets: two minutes
AUDIBLE_MIN = 3  # packets: a click of 20 or 40 ms is no announcement
COMPARED = 150  # packets from the beginning: three seconds of the same words are the same
SAME = 0.8  # share of packets that agree; two different sentences agree by chance in a third
NEAR = 1  # crossings by which one recording differs from itself, cut a little elsewhere
SHIFTS = (0, 1, -1, 2, -2)
_SIGNS = bytes(byte >> 7 for byte in range(256))  # the highest bit, in A-law and mu-law


@dataclass(frozen=True, slots=True)
class Moment:
    """20 ms of what came; `place` is where it belongs, in packets of the sender's clock."""

    at: float
    place: int
    is_audible: bool
    crossings: int


@dataclass(frozen=True, slots=True)
class Announcement:
    """What was said: when it began, and its tune, packet by packet from there.

    `has_ended` tells whether it fell silent by itself.
    """

    began_at: float
    tune: Mapping[int, int]
    has_ended: bool


@dataclass(slots=True)
class Ear:
    """Everything of one call that came in, as it came."""

    moments: deque[Moment] = field(default_factory=lambda: deque(maxlen=KEPT))

    def hear(self, packet: Packet, at: float) -> None:
        """Take one packet; what is no sound of ours to know is passed over."""
        codec = CODECS.get(packet.payload_type)
        if codec is None:
            return
        is_audible = codec.is_audible(packet.payload)
        crossings = crossings_of(packet.payload) if is_audible else 0
        place = packet.timestamp // SAMPLES
        self.moments.append(Moment(at, place, is_audible, crossings))

    def announcement(self, since: float, now: float, quiet_s: float) -> Announcement | None:
        """The first thing said after that moment, as far as it has come; None: nothing yet."""
        part: list[Moment] = []
        for moment in self.moments:
            if moment.at < since or not moment.is_audible:
                continue
            if part and moment.at - part[-1].at >= quiet_s:
                if len(part) >= AUDIBLE_MIN:
                    break
                part = []  # it was a click
            part.append(moment)
        if len(part) < AUDIBLE_MIN:
            return None
        first = part[0]
        tune = {moment.place - first.place: moment.crossings for moment in part}
        is_over = self._next_after(part[-1], now) - part[-1].at >= quiet_s
        return Announcement(first.at, tune, is_over)

    def _next_after(self, last: Moment, now: float) -> float:
        later = (m.at for m in self.moments if m.at > last.at and m.is_audible)
        return next(later, now)


def crossings_of(payload: bytes) -> int:
    """How often the wave changes its sign."""
    signs = payload.translate(_SIGNS)
    return signs.count(b"\0\1") + signs.count(b"\1\0")


def is_same(one: Announcement, other: Announcement) -> bool:
    """Whether it is the same recording, played again."""
    return any(_agreement(one.tune, other.tune, shift) >= SAME for shift in SHIFTS)


def _agreement(one: Mapping[int, int], other: Mapping[int, int], shift: int) -> float:
    """The share of packets that agree, of all that either has within what both could have."""
    end = min(max(one), max(other) - shift, COMPARED)
    places = [at for at in range(max(0, -shift), end + 1) if at in one or at + shift in other]
    if not places:
        return 0.0
    alike = sum(
        at in one and at + shift in other and abs(one[at] - other[at + shift]) <= NEAR
        for at in places
    )
    return alike / len(places)
