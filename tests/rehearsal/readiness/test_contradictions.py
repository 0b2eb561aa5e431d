"""Does a contradiction name both sides, and is nothing called one that is none?"""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from checks import CHECKS
from checks.bridge_line import Carried
from rehearsal.journal import plain_mapping
from rehearsal.model import (
    AreaState,
    Assessment,
    Contradiction,
    Declaration,
    Failure,
    Finding,
    Outcome,
    StageTime,
    StatusReport,
    Step,
    Target,
    TargetKind,
)
from rehearsal.net.ndt7.flow import Flow
from rehearsal.plan import make_plan
from rehearsal.readiness.assess import assess
from rehearsal.readiness.contradictions import contradictions_of
from rehearsal.readiness.reported import STATUS
from tests.rehearsal.readiness.small_city import (
    MORNING,
    RUN,
    city,
    measured,
    morning,
    refused,
    unit,
)

DAY = date(2025, 6, 20)
DOWN = Failure(Step.HTTP_EXCHANGE, "maintenance", "status 503")
OURS = Failure(Step.OBSERVE, "observer_overloaded", "")


def flow(mbit: float, **more) -> Flow:
    return Flow(mbit, 12_000_000, 5.0, 0.05, "time", **({"own_cpu": 0.1} | more))


def of_line(slug: str):
    """A unit with a bridge, a page of the government's, and a line that is measured."""
    plain = unit(slug, systems=("mail",))
    line = Target(
        f"{slug}/line", slug, "line", TargetKind.LINE, f"wss://{slug}.line.example/ndt"
    )
    bridge, mail = plain.targets
    return replace(plain, targets=(bridge, replace(mail, bloc="government"), line))


def judged(report: StatusReport, but=None) -> Assessment:
    inventory = city([of_line("hai-an")])
    said = Declaration(STATUS, "hai-an/status", "Trần B", MORNING, plain_mapping(report))
    return assess(
        RUN,
        inventory,
        make_plan(inventory, CHECKS, "phase-1"),
        morning(inventory, but),
        stages=[StageTime("selftest", MORNING, MORNING)],
        registry=CHECKS,
        said=[said],
    )


def told(but=None, **answers) -> tuple[Contradiction, ...]:
    report = StatusReport(day=DAY, focal_name="A", **answers)
    return judged(report, but).contradictions


def line(up: float, down: float, **more) -> dict[str, object]:
    return {"bridge.line *": Carried(flow(up, **more), flow(down, **more))}


def test_declares_200_measures_12():
    """Both numbers stand in it, in both languages, with what to do."""
    (one,) = told(line(20.0, 12.0), line_down_mbit=200.0)

    assert (one.code, one.target, one.check_id) == (
        *("line_below_report", "hai-an/line", "bridge.line"),
    )
    assert (one.declared.vi, one.measured.vi) == ("200 Mbit/s ↓", "12 Mbit/s ↓")
    assert "200" in one.says.vi
    assert "12" in one.says.en
    assert one.do.vi


def test_each_way_of_a_line_is_its_own():
    """And a line that is too slow for a meeting contradicts as well."""
    both = told(line(1.0, 2.0), line_up_mbit=100.0, line_down_mbit=200.0)

    assert [one.declared.en for one in both] == ["100 Mbit/s ↑", "200 Mbit/s ↓"]


def test_a_line_that_carries_most_of_it_contradicts_nothing():
    """Half is the check's own limit; who declares less than is measured is only modest."""
    assert told(line(10.0, 101.0), line_up_mbit=5.0, line_down_mbit=200.0) == ()


def test_our_own_slowness_contradicts_nobody():
    """Where our own core was the narrow place, nothing is held against a unit."""
    assert told(line(20.0, 12.0, own_cpu=0.99), line_down_mbit=200.0) == ()
    assert told({"bridge.line *": OURS}, line_down_mbit=200.0) == ()
    assert told({"bridge.line *": None}, line_down_mbit=200.0) == ()


def test_declared_to_work_measured_to_fail():
    """The measurement's own words stand beside the unit's."""
    (one,) = told({"system.reach hai-an/mail": DOWN}, systems={"mail": True})

    assert (one.code, one.target, one.check_id) == (
        *("system_fails", "hai-an/mail", "system.reach"),
    )
    assert one.measured.vi in one.says.vi
    assert one.declared.vi == "dùng được"


def test_declared_not_to_work_measured_to_pass():
    """Somebody gets stuck where our probe does not: that is worth a question."""
    (one,) = told(systems={"mail": False})

    assert (one.code, one.target) == ("system_works", "hai-an/mail")


def test_a_bloc_that_is_ready_while_its_system_fails():
    """Told once, with the system's name, if the system was not declared by itself."""
    areas = {"government.systems": AreaState.READY, "party.systems": AreaState.READY}
    down = {"system.reach hai-an/mail": DOWN}

    assert [one.code for one in told(down, areas=areas)] == ["bloc_not_ready"]
    assert told(areas=areas) == ()
    both = told(down, areas=areas, systems={"mail": True})
    assert [one.code for one in both] == ["system_fails"]


@pytest.mark.parametrize(
    ("seen", "works"),
    [
        (DOWN, False),  # both say the same
        (DOWN, None),  # nobody has tried
        (OURS, True),
        (OURS, False),
        (None, True),
        (None, False),
        (..., True),
    ],
)
def test_what_is_none(seen, works):
    """Agreement, what nobody tried, and what we failed to see."""
    but = None if seen is ... else {"system.reach hai-an/mail": seen}

    assert told(but, systems={"mail": works}) == ()


def test_what_was_measured_in_part_proves_nothing_against_a_unit():
    """It says that the bridge does not work; that it can be reached is no answer to that."""
    assert told({"bridge.media hai-an/bridge": None}, systems={"bridge": False}) == ()
    assert len(told(systems={"bridge": False})) == 1


def test_what_is_blocked_contradicts_nobody():
    """The door is shut: what lies behind it was not seen. Only the door itself counts."""
    found = told({"bridge.reach hai-an/bridge": refused()}, systems={"bridge": True})

    assert [one.check_id for one in found] == ["bridge.reach"]


def test_behind_a_dead_hub_nobody_contradicts():
    """The unit's own side may work as it says."""
    inventory = city([replace(of_line("hai-an"), hub="central")])
    shut = Failure(Step.SIGNALLING, "signalling_timeout")
    seen = morning(inventory, {"bridge.roll_call *": shut})
    said = StatusReport(day=DAY, focal_name="A", systems={"bridge": True})
    found = assess(
        RUN,
        inventory,
        make_plan(inventory, CHECKS, "phase-1"),
        seen,
        stages=(),
        registry=CHECKS,
        said=[Declaration(STATUS, "hai-an/status", "B", MORNING, plain_mapping(said))],
    )

    shut_out = [v for v in found.units[0].verdicts if v.blocked_at == "central/bridge"]

    assert [v.check_id for v in shut_out] == ["bridge.roll_call"]
    assert found.contradictions == ()


def test_a_certificate_that_will_expire_works_today():
    """It is a red finding, and no contradiction to who says that it works."""
    found = judged(StatusReport(day=DAY, systems={"bridge": True}))
    (standing,) = found.units
    later = Finding(
        "certificate_expires_before_go_live", Outcome.FAIL, {"days_after_go_live": -3}
    )
    verdicts = tuple(
        replace(v, findings=(later,)) if v.check_id == "bridge.certificate" else v
        for v in standing.verdicts
    )
    assert later in [f for v in verdicts for f in v.findings]

    told_now = contradictions_of(
        found.reports, [replace(standing, verdicts=verdicts)], CHECKS, {}
    )
    assert told_now == ()


def test_the_limit_of_the_inventory_counts():
    """Another city may call a line another one from a quarter on."""
    found = judged(StatusReport(day=DAY, line_down_mbit=200.0), line(20.0, 60.0))
    limits = {"bridge.line": {"of_declared": 25.0}}

    assert len(contradictions_of(found.reports, found.units, CHECKS, {})) == 1
    assert contradictions_of(found.reports, found.units, CHECKS, limits) == ()


def test_a_trial_without_reports_has_none():
    """However bad it went."""
    inventory = city([of_line("hai-an")])
    found = assess(
        RUN,
        inventory,
        make_plan(inventory, CHECKS, "phase-1"),
        [measured("system.reach", "hai-an/mail", DOWN)],
        stages=(),
        registry=CHECKS,
    )

    assert found.contradictions == ()
