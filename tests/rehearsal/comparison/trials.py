"""Which two trials do the tests of comparing hold against one another?"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from checks import CHECKS
from rehearsal.comparison import Side, side_of
from rehearsal.model import (
    Assessment,
    City,
    Failure,
    Inventory,
    Light,
    Measurement,
    Run,
    StageTime,
    Standing,
    Step,
)
from rehearsal.model.comparison import Comparison, LaterFact, RowChange
from rehearsal.plan import make_plan
from rehearsal.readiness.assess import assess
from tests.rehearsal.readiness.small_city import (
    Seen,
    _seen,
    city,
    hotline,
    measured,
    unit,
)

JUNE_20 = datetime(2025, 6, 20, 0, 30, tzinfo=UTC)
JUNE_25 = datetime(2025, 6, 25, 0, 30, tzinfo=UTC)
REFUSED = Failure(Step.CONNECT, "connection_refused")
STARVED = Failure(Step.OBSERVE, "observer_overloaded")
UNITS = ("an", "binh", "cat")


def town(*slugs: str, limits: Mapping | None = None) -> Inventory:
    """A hub, the hotline and these units, each with a bridge and two systems."""
    units = [
        replace(unit(slug, systems=("mail", "reporting")), code=f"{number:05}")
        for number, slug in enumerate(slugs or UNITS, 1)
    ]
    return replace(city(units, shared=[hotline()]), limits=limits or {})


def measurements(
    inventory: Inventory, phase: str, but: Mapping[str, Seen], began: datetime
) -> list[Measurement]:
    """Everything planned is healthy, but for these; a second after the trial's start."""
    seen = [
        (item, _seen(item, but))
        for item in make_plan(inventory, CHECKS, phase).checks()
        if not item.is_held
    ]
    return [
        replace(
            measured(i.check_id, i.target.id, told), started_at=began + timedelta(seconds=1)
        )
        for i, told in seen
        if told is not None
    ]


def trial(
    inventory: Inventory,
    but: Mapping[str, Seen] | None = None,
    *,
    began: datetime = JUNE_20,
    phase: str = "phase-1",
    measured_so: Iterable[Measurement] | None = None,
    stages: Iterable[StageTime] = (),
    **parameters: object,
) -> Side:
    """One trial of it; its id is its phase and day."""
    name = f"{phase}-{began:%Y%m%d}"
    run = Run(name, phase, "Hải Phòng", began, began + timedelta(hours=1), "finished")
    run = replace(run, parameters=parameters)
    tested = StageTime("selftest", began, began + timedelta(seconds=2))
    found = assess(
        run,
        inventory,
        make_plan(inventory, CHECKS, phase, tuple(parameters.get("only", ()))),
        measured_so or measurements(inventory, phase, but or {}, began),
        stages=(tested, *stages),
        registry=CHECKS,
    )
    return side_of(found, inventory, CHECKS)


def row(found: Comparison, check_id: str, target_id: str) -> RowChange:
    """What became of one check on one target."""
    return next(r for r in found.rows if (r.check_id, r.target_id) == (check_id, target_id))


def told(found: Comparison) -> dict[str, int]:
    """How many checks moved so, without those that stayed well."""
    return {m.value: n for m, n in found.counts.items() if m.value != "still-passing"}


def predicted(**lights: str) -> Assessment:
    """A trial that predicts these lights, by slug."""
    found = trial(town(*lights)).assessment
    units = tuple(_lit(one, lights[str(one.owner.slug)]) for one in found.units)
    return replace(found, units=units, city=HAI_PHONG)


def _lit(one: Standing, light: str) -> Standing:
    return replace(one, light=Light(light))


def fact(slug: str, light: str, day: int = 2, said: int = 10, **more: object) -> LaterFact:
    """What somebody tells of a unit in July."""
    at = datetime(2025, 7, day, 3, 0, tzinfo=UTC)
    said_at = datetime(2025, 7, said, 3, 0, tzinfo=UTC)
    return LaterFact("Hải Phòng", slug, at, "Trần B", said_at, Light(light), **more)


HAI_PHONG = City("Hải Phòng", "Asia/Ho_Chi_Minh", date(2025, 7, 1), None)
