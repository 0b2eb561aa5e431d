"""Which units have reported, in time or late, and what do their reports ask for?

A report that is missing is a condition of the city, and turns nobody grey.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from pydantic import TypeAdapter

from rehearsal.check import Registry
from rehearsal.model import (
    NO_REPORTS,
    Declaration,
    HandedIn,
    Handing,
    Inventory,
    Reports,
    Rule,
    Run,
    StatusReport,
    Target,
    TargetKind,
    Text,
    Unit,
)
from rehearsal.model.run import phases_of
from rehearsal.plan import PlannedCheck
from rehearsal.readiness.proposals import shared_proposals
from rehearsal.readiness.staffing import counted_day, rules_on

STATUS, DUE = "unit.status", "unit.status_due"
KEY = "status"
ASKED_IN = "phase-1"  # the order of 20 June: every unit reports how it stands
_TITLE = "Báo cáo tình trạng của đơn vị"
_REPORT: TypeAdapter[StatusReport] = TypeAdapter(StatusReport)


def report_target(unit: Unit) -> Target:
    """What a unit's report is filed under; nothing on the wire leads there."""
    name = f"{unit.slug}/{KEY}"
    return Target(name, unit.slug, _TITLE, TargetKind.REPORT, "", "people", code=unit.code)


def report_items(
    units: Iterable[Unit], said: Iterable[Declaration], registry: Registry
) -> list[PlannedCheck]:
    """What is to be judged beside the plan: the reports that were handed in."""
    there = {one.target_id for one in said if one.check_id == STATUS}
    targets = [report_target(unit) for unit in units] if STATUS in registry else []
    return [PlannedCheck(STATUS, target) for target in targets if target.id in there]


def reports_of(
    run: Run,
    inventory: Inventory,
    said: Sequence[Declaration],
    registry: Registry,
    go_live: date,
) -> Reports:
    """Who has handed in what; nothing, where nobody was asked and nobody did.

    On 20 June every unit of a city is asked; in a later trial, and in the twin city where
    nobody lives, the others are asked as soon as one has reported or a time is set.
    """
    handed: dict[str, list[Declaration]] = {}
    for one in said:
        if one.check_id == STATUS:
            handed.setdefault(one.target_id, []).append(one)
    is_asked = ASKED_IN in phases_of(run.phase) and not run.is_twin
    due = _due(run, inventory, said)
    if STATUS not in registry:
        return NO_REPORTS  # nobody could judge one
    if not (is_asked or handed or any(one.check_id == DUE for one in said)):
        return NO_REPORTS
    units = tuple(
        _handed_in(unit, handed.get(report_target(unit).id, []), due, go_live)
        for unit in inventory.units
    )
    return Reports(due, units, shared_proposals(_proposed(units)))


def _due(run: Run, inventory: Inventory, said: Sequence[Declaration]) -> datetime:
    """The time that was set last, else the end of the trial's day in the city."""
    set_at = [one for one in said if one.check_id == DUE]
    if set_at:
        latest = max(set_at, key=lambda one: one.said_at)
        return datetime.fromisoformat(str(latest.answers["due"]))
    if kept := run.parameters.get("reports_due"):  # a review keeps that of its trial
        return datetime.fromisoformat(str(kept))
    zone = ZoneInfo(inventory.city.timezone)
    tomorrow = run.started.astimezone(zone).date() + timedelta(days=1)
    return datetime.combine(tomorrow, time.min, zone) - timedelta(seconds=1)


def _handed_in(
    unit: Unit, said: Sequence[Declaration], due: datetime, go_live: date
) -> HandedIn:
    """The latest report stands; of two of one moment, the one that came in last."""
    if not said:
        return HandedIn(unit.slug, Handing.MISSING)
    latest = max(reversed(said), key=lambda one: one.said_at)
    report = _REPORT.validate_python(dict(latest.answers))
    rules = rules_on(counted_day(report.day, go_live))
    unjudged = dict.fromkeys(rule.source for rule in rules if rule.at_least is None)
    return HandedIn(
        slug=unit.slug,
        handing=Handing.LATE if _first(said) > due else Handing.IN_TIME,
        said_by=latest.said_by,
        said_at=latest.said_at,
        earlier=len(said) - 1,
        report=report,
        unjudged=tuple(unjudged),
    )


def _first(said: Sequence[Declaration]) -> datetime:
    """When a unit reported for the first time: who corrects a report is not late for it."""
    return min(one.said_at for one in said)


def _proposed(units: Iterable[HandedIn]) -> Iterator[tuple[str, StatusReport]]:
    return ((one.slug, one.report) for one in units if one.report is not None)


def report_rules(reports: Reports) -> tuple[Rule, ...]:
    """The city's condition that everybody has reported; no rule where nobody was asked."""
    if reports.due is None or not reports.units:
        return ()
    missing = [one.slug for one in reports.units if one.handing is Handing.MISSING]
    late = sum(one.handing is Handing.LATE for one in reports.units)
    total = len(reports.units)
    done = total - len(missing)
    after = Text(f"; {late} nộp muộn", f"; {late} of them late") if late else Text("", "")
    return (
        Rule(
            id="status_reported",
            says=Text(
                vi="Mọi đơn vị đã nộp báo cáo tình trạng",
                en="Every unit has handed in its status report",
            ),
            is_mandatory=False,
            holds=not missing,
            detail=Text(
                f"{done}/{total} đã nộp{after.vi}", f"{done} of {total} handed in{after.en}"
            ),
            subjects=tuple(missing),
        ),
    )


def with_reports(units: Iterable[Unit], reports: Reports) -> Iterator[Unit]:
    """The units; those that reported have their report among what they are judged by."""
    handed = {one.slug for one in reports.units if one.report is not None}
    for unit in units:
        is_there = unit.slug in handed
        targets = (*unit.targets, report_target(unit)) if is_there else unit.targets
        yield replace(unit, targets=targets)
