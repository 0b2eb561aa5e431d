"""What would have come back without that which most others missed too? Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from rehearsal.net.media.meter import WINDOW_S, Gap, Heard
from rehearsal.net.media.opus import FRAME_S
from rehearsal.net.media.sounding import Sounded
from rehearsal.net.media.together import NOTHING_SHARED, Shared
from rehearsal.net.media.uplink import Told

RETRY_S = 1.0  # a handshake that loses a message waits so long (RFC 6347 4.2.4.1)
MOVED = 3  # a silence shorter than a third of the time leaves its median where it is


def apart(seen: Sounded) -> Sounded:
    """The same evidence, as if others' silences had not been this bridge's too."""
    if seen.heard is None or seen.shared == NOTHING_SHARED:
        return seen
    shared = seen.shared
    lost = round(shared.lost_s / FRAME_S)
    heavy_s = seen.heavy.expected * FRAME_S if seen.heavy else 0.0
    late_s = _moved_s(shared.silent_s, heavy_s)
    return replace(
        seen,
        heard=_heard(seen.heard, shared),
        up=_told(seen.up, shared.lost_s) if seen.up else None,
        lost_down=None if seen.lost_down is None else max(0, seen.lost_down - lost),
        queue_up_s=_less(seen.queue_up_s, late_s),
        queue_s=_less(seen.queue_s, late_s),
    )


def _told(up: Told, lost_s: float) -> Told:
    return replace(up, worst_loss=_less(up.worst_loss, _ratio(lost_s, up.expected)))


def _heard(heard: Heard, shared: Shared) -> Heard:
    late = tuple(Gap(h.at_s + heard.trip_p50_s, h.lasted_s) for h in shared.holes)
    both = (shared.silences, late)
    gaps = tuple(gap for gap in heard.gaps if not any(_is_one_of(gap, o) for o in both))
    first_s = shared.first_s + RETRY_S if shared.first_s else 0.0
    lost = _ratio(shared.lost_s, heard.expected)
    late_s = _moved_s(shared.silent_s, heard.expected * FRAME_S)
    return replace(
        heard,
        loss=_less(heard.loss, lost),
        worst_loss=_less(heard.worst_loss, lost),
        mean_burst=_own_burst(heard, shared),
        # RFC 3550 6.4.1 counts a leap in the delay once, and once more as it goes back.
        jitter_s=_less(heard.jitter_s, 2 * shared.silent_s / heard.received),
        trip_p10_s=_less(heard.trip_p10_s, late_s),
        trip_p50_s=_less(heard.trip_p50_s, late_s),
        trip_p95_s=_less(heard.trip_p95_s, late_s),
        first_s=_less(heard.first_s, first_s),
        gaps=gaps,
        gap_count=heard.gap_count - len(heard.gaps) + len(gaps),
        longest_gap_s=max((gap.lasted_s for gap in gaps), default=0.0),
    )


def _own_burst(heard: Heard, shared: Shared) -> float:
    """How many came together in the mean, without the holes."""
    if not shared.holes:
        return heard.mean_burst
    own = max(0.0, heard.loss * heard.expected - shared.lost_s / FRAME_S)
    return own / max(1, heard.bursts - len(shared.holes))


def _is_one_of(gap: Gap, silences: Sequence[Gap]) -> bool:
    """Whether most of that gap lies in what others missed too."""
    return 2 * sum(_overlap_s(gap, silence) for silence in silences) >= gap.lasted_s


def _overlap_s(one: Gap, other: Gap) -> float:
    ends_s = min(one.at_s + one.lasted_s, other.at_s + other.lasted_s)
    return max(0.0, ends_s - max(one.at_s, other.at_s))


def _ratio(lost_s: float, expected: int) -> float:
    """Which share of the packets that is, of a window's where there are more."""
    return lost_s / max(FRAME_S, min(WINDOW_S, expected * FRAME_S))


def _moved_s(silent_s: float, of_s: float) -> float:
    return silent_s if MOVED * silent_s > of_s else 0.0


def _less(value: float, by: float) -> float:
    return max(0.0, value - by)
