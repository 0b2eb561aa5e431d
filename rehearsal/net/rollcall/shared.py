"""Did so many suffer the same at once that it was none of theirs? Pure."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import replace

from rehearsal.net.media.meter import GAP_S
from rehearsal.net.rollcall.evidence import Delay, Gap, Hearing

LEAST = 3  # two may have the same trouble by chance
SHARE = 2 / 3  # so many lines do not fail in one moment: the centre did, or the bridge


def are_most(some: int, everybody: int) -> bool:
    """Whether what these suffer has its cause where all of them meet."""
    return some >= LEAST and some >= SHARE * everybody


def common_gaps(heard: Sequence[Hearing]) -> tuple[Gap, ...]:
    """The silences that most had together, as long as most had them."""
    changes = sorted(
        change
        for hearing in heard
        for gap in hearing.gaps
        for change in ((gap.at_s, 1), (gap.at_s + gap.lasts_s, -1))
    )
    found: list[Gap] = []
    silent, since_s = 0, 0.0
    for at_s, change in changes:
        was_shared = are_most(silent, len(heard))
        silent += change
        is_shared = are_most(silent, len(heard))
        if is_shared and not was_shared:
            since_s = at_s
        elif was_shared and not is_shared:
            found.append(Gap(since_s, at_s - since_s))
    return tuple(found)


def common_delay(heard: Sequence[Hearing]) -> Delay | None:
    """As late as this most were, if not later; None of so few that it may be by chance."""
    p50s_ms = [h.delay_p50_ms for h in heard if h.delay_p50_ms is not None]
    p95s_ms = [h.delay_p95_ms for h in heard if h.delay_p95_ms is not None]
    if min(len(p50s_ms), len(p95s_ms)) < LEAST:
        return None
    return Delay(_of_most(p50s_ms), _of_most(p95s_ms))


def apart_from(hearing: Hearing, shared: Iterable[Gap], delay: Delay | None = None) -> Hearing:
    """Without the gaps that everybody's gaps or delay explain; with that delay noted."""
    spans = tuple(shared)
    apart = [gap for gap in hearing.gaps if 2 * _within_s(gap, spans) < gap.lasts_s]
    own = beyond(apart, delay)
    if delay is None or hearing.first_s is None:
        return replace(hearing, gaps=own)
    return replace(hearing, gaps=own, shared_ms=delay.p50_ms)


def beyond(gaps: Iterable[Gap], delay: Delay | None) -> tuple[Gap, ...]:
    """The gaps that would be some also if everybody's voices came evenly."""
    sway_s = (delay.p95_ms - delay.p50_ms) / 1000 if delay else 0.0
    return tuple(gap for gap in gaps if gap.lasts_s - sway_s > GAP_S)


def _of_most(values: Sequence[float]) -> float:
    """What so many reach that they are most."""
    return sorted(values, reverse=True)[math.ceil(SHARE * len(values)) - 1]


def _within_s(gap: Gap, spans: Iterable[Gap]) -> float:
    return sum(_overlap_s(gap, span) for span in spans)


def _overlap_s(one: Gap, other: Gap) -> float:
    ends_s = min(one.at_s + one.lasts_s, other.at_s + other.lasts_s)
    return max(0.0, ends_s - max(one.at_s, other.at_s))
