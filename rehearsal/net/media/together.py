"""Which silences did most others that listened at that moment have too? Pure.

Up to 32 bridges are heard at once through one line of ours, and many share one server:
what interrupts either interrupts all of them, and is no unit's fault.
"""

from __future__ import annotations

import bisect
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import InitVar, dataclass, field
from operator import itemgetter
from typing import Literal

from rehearsal.net.media.marker import Flags, Marker
from rehearsal.net.media.meter import GAPS_MAX, Gap

LEAST = 3  # two others may have the same trouble by chance
BEATS = 3  # so many packets missing are a silence: fewer of sound, concealment bridges
AT_ONCE_S = 1.0  # who has been silent for longer is so for a reason of its own
PAUSES_MAX = 512  # of one ear: a terrible line's in half a minute; older ones are forgotten
KEPT_S = 10.0  # an ear that ended so long before all the others began is forgotten
_NS = 1e9

Span = tuple[int, int]  # from when until when, by `time.monotonic_ns()`
# Nothing arrived in that time; or what was sent then never came. What breaks near the
# bridges all ears of one city notice at one moment of the first, our line of the second.
Axis = Literal["arrived", "sent"]


@dataclass(frozen=True, slots=True)
class Shared:
    """What one ear missed when most others did, by seconds after it began.

    `silences` is when nothing arrived, `holes` when that was sent which never came, as
    long as it would have sounded; `first_s` how long most others heard nothing before this
    ear's first packet.
    """

    silences: tuple[Gap, ...] = ()
    holes: tuple[Gap, ...] = ()
    first_s: float = 0.0

    @property
    def silent_s(self) -> float:
        """All silences together."""
        return sum(gap.lasted_s for gap in self.silences)

    @property
    def lost_s(self) -> float:
        """All holes together."""
        return sum(gap.lasted_s for gap in self.holes)


NOTHING_SHARED = Shared()


@dataclass(frozen=True, slots=True)
class _Stretch:
    """From `since_ns` on it listens to packets of that kind, a beat from one to the next."""

    since_ns: int
    kind: Flags
    beat_ns: int

    @property
    def grain_ns(self) -> int:
        """The shortest silence that it notices."""
        return BEATS * self.beat_ns


@dataclass(slots=True)
class Listener:
    """One ear among the others: when it heard, and its pauses; `bridge` is an address.

    It begins with sound, of which `beat_s` lie between two packets.
    """

    bridge: str
    began_ns: int
    beat_s: InitVar[float]
    first_ns: int | None = None
    ended_ns: int | None = None
    _arrived_ns: int = 0
    _sent_ns: int = 0
    _number: int | None = None
    _stretches: list[_Stretch] = field(default_factory=list)
    _pauses: dict[Axis, list[Span]] = field(default_factory=lambda: {"arrived": [], "sent": []})

    def __post_init__(self, beat_s: float) -> None:
        """It begins with sound."""
        self.listens(Flags.NONE, beat_s, self.began_ns)

    def listens(self, kind: Flags, beat_s: float, now_ns: int) -> None:
        """From now on to these packets, of which so many seconds lie between two."""
        if not self._is_silent(now_ns):
            self._arrived_ns = now_ns
        self._number = None
        self._stretches.append(_Stretch(now_ns, kind, int(beat_s * _NS)))

    def heard(self, now_ns: int, marker: Marker) -> None:
        """One packet of ours came back."""
        if marker.flags & Flags.PICTURE != self._stretches[-1].kind:
            return
        if self.first_ns is None:
            self.first_ns = now_ns
        elif self._number is None or marker.sequence > self._number:
            self._compare(now_ns, marker)
        self._arrived_ns = now_ns
        self._sent_ns = max(self._sent_ns, marker.sent_ns)
        self._number = max(self._number or 0, marker.sequence)

    def pauses(self, axis: Axis, now_ns: int) -> tuple[Span, ...]:
        """All of them in order, and the one at its end."""
        last = self.silence(axis, now_ns)
        open_one = (last,) if last and self._is_silent(now_ns) else ()
        return (*self._pauses[axis], *open_one)

    def silence(self, axis: Axis, now_ns: int) -> Span | None:
        """Since its last packet, of however long; None where there was none."""
        if self.first_ns is None:
            return None
        lasted_ns = self._until_ns(now_ns) - self._arrived_ns
        since_ns = self._arrived_ns if axis == "arrived" else self._sent_ns
        return since_ns, since_ns + lasted_ns

    def testimony(self, span: Span, axis: Axis, now_ns: int) -> Iterator[tuple[Span, int]]:
        """When in that time it could hear (1), and when it heard nothing then (-1)."""
        silences = self._near(span, axis, now_ns)
        is_old = (s[1] for s in silences if s[0] < span[0] - AT_ONCE_S * _NS)
        fit = (max([span[0], *is_old]), span[1])
        for listened in self._listened(_length(span), now_ns):
            here = _within(listened, fit)
            if here is None:
                continue
            yield here, 1
            yield from ((quiet, -1) for s in silences if (quiet := _within(s, here)))

    def _is_silent(self, now_ns: int) -> bool:
        """Whether nothing has come for so long that it is a silence."""
        lasted_ns = self._until_ns(now_ns) - self._arrived_ns
        return self.first_ns is not None and lasted_ns >= self._stretches[-1].grain_ns

    def _compare(self, now_ns: int, marker: Marker) -> None:
        """What we sent late is no silence, and what only came late no hole."""
        stretch = self._stretches[-1]
        missed = 0 if self._number is None else marker.sequence - self._number - 1
        lost_ns = missed * stretch.beat_ns
        own_ns = marker.sent_ns - self._sent_ns - lost_ns - stretch.beat_ns
        own_ns = 0 if self._number is None else max(0, own_ns)
        self._note("arrived", (self._arrived_ns + own_ns, now_ns))
        self._note("sent", (self._sent_ns, self._sent_ns + lost_ns))

    def _note(self, axis: Axis, span: Span) -> None:
        if _length(span) >= self._stretches[-1].grain_ns:
            self._pauses[axis].append(span)
            del self._pauses[axis][:-PAUSES_MAX]

    def _near(self, span: Span, axis: Axis, now_ns: int) -> Sequence[Span]:
        found = self.pauses(axis, now_ns)
        first = bisect.bisect_left(found, span[0], key=itemgetter(1))
        last = bisect.bisect_right(found, span[1], key=itemgetter(0))
        return found[first:last]

    def _listened(self, silence_ns: int, now_ns: int) -> Iterator[Span]:
        """When it heard finely enough to notice such a silence."""
        if self.first_ns is None:
            return
        ends = [later.since_ns for later in self._stretches[1:]] + [self._until_ns(now_ns)]
        for stretch, until_ns in zip(self._stretches, ends, strict=True):
            if stretch.grain_ns <= silence_ns:
                yield max(stretch.since_ns, self.first_ns), until_ns

    def _until_ns(self, now_ns: int) -> int:
        return now_ns if self.ended_ns is None else self.ended_ns


@dataclass(slots=True)
class Together:
    """All ears that listen through our line, and those that have just ended."""

    _ears: list[Listener] = field(default_factory=list)

    def begin(self, bridge: str, began_ns: int, beat_s: float) -> Listener:
        """One more, that began then; whoever begins it ends it."""
        mine = Listener(bridge, began_ns, beat_s)
        self._ears.append(mine)
        live = [ear.began_ns for ear in self._ears if ear.ended_ns is None]
        oldest_ns = min(live) - KEPT_S * _NS
        self._ears = [e for e in self._ears if e.ended_ns is None or e.ended_ns > oldest_ns]
        return mine

    def end(self, mine: Listener, now_ns: int) -> None:
        """It listens no more; for a while others may still ask what it heard."""
        mine.ended_ns = now_ns

    def shared(self, mine: Listener, now_ns: int) -> Shared:
        """What it missed, and most others too."""
        began_ns = mine.began_ns
        heard_ns = now_ns if mine.first_ns is None else mine.first_ns
        return Shared(
            silences=self._gaps(mine, "arrived", now_ns),
            holes=self._gaps(mine, "sent", now_ns),
            first_s=self._common_ns(mine, (began_ns, heard_ns), "arrived", now_ns) / _NS,
        )

    def is_stalled(self, mine: Listener, now_ns: int) -> bool:
        """Whether most others ceased to hear when it did, or before its first packet."""
        silence = mine.silence("arrived", now_ns) or (mine.began_ns, now_ns)
        return self._is_shared(mine, silence, "arrived", now_ns)

    def _gaps(self, mine: Listener, axis: Axis, now_ns: int) -> tuple[Gap, ...]:
        pauses = mine.pauses(axis, now_ns)
        shared = [span for span in pauses if self._is_shared(mine, span, axis, now_ns)]
        longest = sorted(sorted(shared, key=_length)[-GAPS_MAX:])
        began_ns = mine.began_ns
        return tuple(Gap((s[0] - began_ns) / _NS, _length(s) / _NS) for s in longest)

    def _is_shared(self, mine: Listener, span: Span, axis: Axis, now_ns: int) -> bool:
        """Whether most others heard nothing for at least half of that time."""
        return 2 * self._common_ns(mine, span, axis, now_ns) >= _length(span) > 0

    def _common_ns(self, mine: Listener, span: Span, axis: Axis, now_ns: int) -> int:
        """How long most others heard nothing, of all or of those at the same bridge."""
        others = [ear for ear in self._ears if ear is not mine]
        beside = [ear for ear in others if ear.bridge == mine.bridge]
        return max(
            _silent_ns(said for ear in ears for said in ear.testimony(span, axis, now_ns))
            for ears in (others, beside)
        )


def _silent_ns(told: Iterable[tuple[Span, int]]) -> int:
    """How long more than half of those who could hear heard nothing, and at least three."""
    changes: list[tuple[int, int, int]] = []
    for (since_ns, until_ns), word in told:
        there, quiet = (1, 0) if word > 0 else (0, 1)
        changes += [(since_ns, there, quiet), (until_ns, -there, -quiet)]
    silent_ns = before_ns = present = silent = 0
    for at_ns, there, quiet in sorted(changes):
        if silent >= LEAST and 2 * silent > present:
            silent_ns += at_ns - before_ns
        present, silent, before_ns = present + there, silent + quiet, at_ns
    return silent_ns


def _within(one: Span, other: Span) -> Span | None:
    since_ns, until_ns = max(one[0], other[0]), min(one[1], other[1])
    return (since_ns, until_ns) if since_ns < until_ns else None


def _length(span: Span) -> int:
    return span[1] - span[0]
