"""Which days of which small cities do the tests of the follow-up read?"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from rehearsal.follow_up import Observation
from rehearsal.follow_up.observation import Place
from rehearsal.model import Assessment, Cause, Group, Level, Rechecked, Step, Text
from rehearsal.model.action import Pair
from tests.rehearsal.readiness.small_city import (
    MORNING,
    assessed,
    city,
    hotline,
    morning,
    refused,
    unit,
)

REACH = "bridge.reach"
KIND = "connection_refused"
CITY = city([unit(slug) for slug in ("an-bien", "hai-an", "kien-an")], shared=[hotline()])


def june(day: int, hour: int = 8) -> datetime:
    """A moment of June 2025."""
    return MORNING.replace(day=day, hour=hour, minute=0)


def cause(
    *slugs: str,
    kind: str = KIND,
    scope: Mapping[str, str] | None = None,
    frees: int | None = None,
    level: Level = Level.UNIT,
) -> Cause:
    """A cause over the bridges of these units."""
    return Cause(
        id="c1",
        group=Group.INFRASTRUCTURE,
        step=Step.CONNECT,
        kind=kind,
        scope=scope or {"system": "bridge"},
        units=slugs,
        targets=tuple(f"{slug}/bridge" for slug in slugs),
        frees=len(slugs) if frees is None else frees,
        says=Text("Điểm cầu từ chối kết nối", "The bridge refuses the connection"),
        do=Text("Bật dịch vụ họp", "Start the meeting service"),
        level=level,
    )


def saw(
    day: int,
    *causes: Cause,
    well: Iterable[str] = (),
    is_recheck: bool = False,
    told: Iterable[Pair] = (),
    hour: int = 8,
) -> Observation:
    """One day: these causes, and these units whose bridges were reached."""
    pairs = [(t, one.kind) for one in causes for t in one.targets]
    slugs = {target.partition("/")[0] for target, _ in pairs}
    return Observation(
        at=june(day, hour),
        label=f"r{day}",
        is_recheck=is_recheck,
        causes=causes,
        told={pair: frozenset({REACH}) for pair in (*pairs, *told)},
        sound=frozenset((REACH, f"{slug}/bridge") for slug in well),
        places={f"{slug}/bridge": Place("bridge", slug.title()) for slug in slugs},
    )


def trial(day: int, *broken: str, **changed: object) -> Assessment:
    """A whole trial of the small city in which these bridges refused."""
    wrong = {f"{REACH} {slug}/bridge": refused() for slug in broken}
    found = assessed(CITY, [moved(m, day) for m in morning(CITY, wrong)])
    run = replace(found.run, id=f"r{day}", started=june(day, 0), parameters=changed)
    return replace(found, run=run)


def moved(measurement, day: int):
    """The measurement as it was made on that day."""
    return replace(measurement, started_at=measurement.started_at.replace(day=day))


def rechecked(found: Assessment, day: int, *measured: str, doubt: str = "") -> Assessment:
    """What was to be said of it after a recheck that measured these units."""
    again = Rechecked(1, june(day, 0) - timedelta(hours=1), asked=1, measured=1, doubt=doubt)
    units = tuple(
        replace(
            standing,
            verdicts=tuple(
                replace(v, measurement=moved(v.measurement, day))
                if standing.owner.slug in measured and v.measurement
                else v
                for v in standing.verdicts
            ),
        )
        for standing in found.units
    )
    return replace(found, units=units, rechecks=(again,))
