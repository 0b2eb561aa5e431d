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
        for change in ((gap.at_s, 1), (gap.ends_s, -1))
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


def joined(gaps: Iterable[Gap]) -> tuple[Gap, ...]:
    """In order; what overlaps, one way and the other, is one silence."""
    found: list[Gap] = []
    for gap in sorted(gaps, key=lambda gap: gap.at_s):
        if found and gap.at_s <= found[-1].ends_s:
            before = found.pop()
            ends_s = max(before.ends_s, gap.ends_s)
            found.append(Gap(before.at_s, ends_s - before.at_s))
        else:
            found.append(gap)
    return tuple(found)


def apart_from(hearing: Hearing, shared: Iterable[Gap], delay: Delay | None = None) -> Hearing:
    """Without the gaps that everybody's gaps or delay explain; what was shared is noted."""
    spans = tuple(shared)
    apart = [gap for gap in hearing.gaps if 2 * _within_s(gap, spans) < gap.lasts_s]
    loss = _lost_together(hearing, len(hearing.gaps) - len(apart))
    found = replace(hearing, gaps=beyond(apart, delay), shared_loss=loss)
    if delay is None or hearing.first_s is None:
        return found
    return replace(found, shared_ms=delay.p50_ms)


def beyond(gaps: Iterable[Gap], delay: Delay | None) -> tuple[Gap, ...]:
    """The gaps that would be some also if everybody's voices came evenly.

    Voices that sway are late at most moments: a single standstill leaves the median as it
    was, however much the few packets that waited for its end are behind.
    """
    sway_s = min(delay.p50_ms, delay.p95_ms - delay.p50_ms) / 1000 if delay else 0.0
    return tuple(gap for gap in gaps if gap.lasts_s - sway_s > GAP_S)


def _lost_together(hearing: Hearing, gaps: int) -> float:
    """What so many silences took at most: each no more than was ever lost in a row."""
    if not hearing.received:
        return 0.0
    expected = hearing.received / (1 - hearing.loss)
    return min(hearing.loss, gaps * hearing.longest_burst / expected)


def _of_most(values: Sequence[float]) -> float:
    """What so many reach that they are most."""
    return sorted(values, reverse=True)[math.ceil(SHARE * len(values)) - 1]


def _within_s(gap: Gap, spans: Iterable[Gap]) -> float:
    return sum(_overlap_s(gap, span) for span in spans)


def _overlap_s(one: Gap, other: Gap) -> float:
    return max(0.0, min(one.ends_s, other.ends_s) - max(one.at_s, other.at_s))
