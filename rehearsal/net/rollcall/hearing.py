"""What came of one speaker, over all the connections that brought it? Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from rehearsal.net.media.meter import GAP_S, Heard, Meter
from rehearsal.net.rollcall.evidence import Gap, Hearing

SAME_S = 0.5  # two accounts of one silence begin this close to each other
_NS = 1e9


@dataclass(frozen=True, slots=True)
class Silence:
    """Noticed while it lasted; both in seconds after the barrier."""

    since_s: float
    noticed_s: float


@dataclass(frozen=True, slots=True)
class _Part:
    """What one connection brought; times in seconds after the barrier."""

    asked_s: float
    first_s: float
    last_s: float
    report: Heard


def hearing_of(
    meters: Iterable[Meter],
    *,
    opens_at: float,
    until_s: float,
    noticed: Sequence[Silence] = (),
) -> Hearing:
    """All of it up to `until_s` after the barrier, which was at `opens_at` (monotonic)."""
    parts = sorted(_parts(meters, opens_at), key=lambda part: part.first_s)
    if not parts:
        return Hearing(None, 0, 0.0, None, None)
    gaps = tuple(_noticed(gap, noticed) for gap in _gaps(parts, until_s))
    most = max((part.report for part in parts), key=lambda report: report.received)
    return Hearing(
        first_s=parts[0].first_s,
        received=sum(part.report.received for part in parts),
        loss=_loss([part.report for part in parts]),
        delay_p50_ms=most.trip_p50_s * 1000,
        delay_p95_ms=most.trip_p95_s * 1000,
        gaps=gaps,
        waited_s=parts[0].first_s - parts[0].asked_s,
        frozen_s=max(part.report.frozen_s for part in parts),
        longest_burst=max(part.report.longest_burst for part in parts),
    )


def _parts(meters: Iterable[Meter], opens_at: float) -> Iterator[_Part]:
    for meter in meters:
        report = meter.report(meter.last_ns)
        if report is not None:
            asked_s = meter.began_ns / _NS - opens_at
            last_s = meter.last_ns / _NS - opens_at
            yield _Part(asked_s, asked_s + report.first_s, last_s, report)


def _gaps(parts: Sequence[_Part], until_s: float) -> Iterator[Gap]:
    """The silences within each connection, between two of them, and after the last."""
    following = [*(part.first_s for part in parts[1:]), until_s]
    for part, next_s in zip(parts, following, strict=True):
        for gap in part.report.gaps:
            yield Gap(part.asked_s + gap.at_s, gap.lasted_s)
        if next_s - part.last_s > GAP_S:
            yield Gap(part.last_s, next_s - part.last_s)


def _noticed(gap: Gap, silences: Iterable[Silence]) -> Gap:
    found = (s for s in silences if abs(s.since_s - gap.at_s) < SAME_S)
    seen = next(found, None)
    return replace(gap, noticed_s=seen.noticed_s - gap.at_s) if seen else gap


def _loss(reports: Sequence[Heard]) -> float:
    expected = sum(report.expected for report in reports)
    return sum(report.loss * report.expected for report in reports) / expected
