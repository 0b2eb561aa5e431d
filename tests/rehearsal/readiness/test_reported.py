"""What becomes of a unit, and of the city, when reports are handed in, late or missing?"""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from checks import CHECKS
from rehearsal.journal import plain_mapping
from rehearsal.model import (
    AreaState,
    Assessment,
    Decision,
    Declaration,
    Group,
    Handing,
    Light,
    Outcome,
    Proposal,
    StageTime,
    StatusReport,
)
from rehearsal.plan import make_plan
from rehearsal.readiness.assess import assess
from rehearsal.readiness.reported import DUE, STATUS
from tests.rehearsal.readiness.small_city import (
    GO_LIVE,
    MORNING,
    RUN,
    city,
    light_of,
    morning,
    refused,
    unit,
)

DAY = date(2025, 6, 20)
SLUGS = ("hai-an", "an-lao", "kien-an")
REAL = replace(RUN, city="Hải Phòng")  # nobody lives in the twin
COMPLETE = StatusReport(day=DAY, focal_name="Nguyễn Văn A", suppliers_present=2)
NOON, EVENING = MORNING + timedelta(hours=4), MORNING + timedelta(days=1)


def said(slug: str, report: StatusReport = COMPLETE, at: datetime = NOON) -> Declaration:
    return Declaration(STATUS, f"{slug}/status", "Trần B", at, plain_mapping(report))


def due(at: datetime, set_at: datetime = MORNING) -> Declaration:
    return Declaration(DUE, "city", "rehearse", set_at, {"due": at.isoformat()})


def judged(*declarations: Declaration, run=REAL, but=None) -> Assessment:
    """Phase 1 in three units of which everything measured is healthy, but for these."""
    inventory = city([unit(slug) for slug in SLUGS])
    return assess(
        run,
        inventory,
        make_plan(inventory, CHECKS, "phase-1"),
        morning(inventory, but),
        stages=[StageTime("selftest", MORNING, MORNING)],
        registry=CHECKS,
        said=declarations,
    )


def rule_of(found: Assessment):
    return {rule.id: rule for rule in found.rules}.get("status_reported")


def handings(found: Assessment) -> dict[str, Handing]:
    return {one.slug: one.handing for one in found.reports.units}


def test_a_missing_report_is_a_condition_and_nobodys_grey():
    """The city may go, and knows of whom nothing is heard."""
    found = judged(said("hai-an"))

    assert {s.light for s in found.units} == {Light.GREEN}
    assert found.decision is Decision.CONDITIONAL
    assert (rule_of(found).holds, rule_of(found).is_mandatory) == (False, False)
    assert rule_of(found).subjects == ("an-lao", "kien-an")
    assert rule_of(found).detail.vi == "1/3 đã nộp"


def test_when_all_have_reported_the_city_may_go():
    """And the plan still counts what was planned, not what came in."""
    found = judged(*(said(slug) for slug in SLUGS))

    assert found.decision is Decision.GO
    assert found.planned == judged().planned
    assert set(handings(found).values()) == {Handing.IN_TIME}


def test_a_twin_city_is_not_asked():
    """Nobody lives there: no rule, no report, and the decision is what was measured."""
    found = judged(run=RUN)

    assert found.decision is Decision.GO
    assert rule_of(found) is None
    assert found.reports.due is None
    assert rule_of(judged(said("hai-an"), run=RUN)).subjects == ("an-lao", "kien-an")


def test_where_nobody_can_judge_a_report_none_is_asked_for():
    """Checks of another sort, in a test bed or another city."""
    inventory = city([unit(slug) for slug in SLUGS])
    others = {name: check for name, check in CHECKS.items() if name != STATUS}
    found = assess(
        REAL,
        inventory,
        make_plan(inventory, others, "phase-1"),
        morning(inventory),
        stages=[StageTime("selftest", MORNING, MORNING)],
        registry=others,
        said=[said("hai-an")],
    )

    assert rule_of(found) is None
    assert found.decision is Decision.GO


def test_a_shortfall_is_the_units_condition():
    """Yellow, with its words, and a cause that the committee reads once."""
    short = replace(COMPLETE, suppliers_present=1)
    found = judged(said("hai-an", short), said("an-lao", short), said("kien-an"))
    (cause,) = found.causes

    assert [light_of(found, slug) for slug in SLUGS] == ["yellow", "yellow", "green"]
    assert (cause.kind, cause.group, set(cause.units)) == (
        *("supplier_staff_short", Group.SUPPORT, {"hai-an", "an-lao"}),
    )
    assert found.decision is Decision.CONDITIONAL


def test_a_report_changes_no_measured_verdict():
    """However good it is: what is down stays down."""
    good = replace(
        COMPLETE,
        systems={"bridge": True},
        areas={f"{b}.systems": AreaState.READY for b in ("party", "government", "front")},
    )
    down = {"bridge.reach hai-an/bridge": refused()}
    plain, told = judged(but=down), judged(said("hai-an", good), but=down)

    def measured(found: Assessment) -> dict:
        verdicts = (v for s in (*found.units, *found.hubs) for v in s.verdicts)
        return {(v.check_id, v.target.id): v.outcome for v in verdicts if v.check_id != STATUS}

    assert measured(plain) == measured(told)
    assert light_of(told, "hai-an") == "red"
    assert [one.unit for one in told.contradictions] == ["hai-an"]


def test_the_latest_report_stands():
    """By when it was signed, not by when it came in; the others are counted."""
    old = said("hai-an", replace(COMPLETE, suppliers_present=0), NOON)
    new = said("hai-an", COMPLETE, NOON + timedelta(hours=1))

    for order in ((old, new), (new, old)):
        found = judged(*order)
        (handed,) = (one for one in found.reports.units if one.slug == "hai-an")
        assert handed.report == COMPLETE
        assert handed.earlier == 1
        assert light_of(found, "hai-an") == "green"


def test_of_two_of_one_moment_the_last_to_come_in_stands():
    """Who corrects a report, and leaves its date, means the correction."""
    wrong = said("hai-an", replace(COMPLETE, suppliers_present=0))
    found = judged(wrong, said("hai-an"))

    assert light_of(found, "hai-an") == "green"
    assert found.reports.units[0].report == COMPLETE


def test_who_is_late_is_told_so():
    """Unless a first report came in time: to correct it is no lateness."""
    found = judged(said("hai-an", at=EVENING), said("an-lao"), said("an-lao", at=EVENING))

    assert handings(found) == {
        "hai-an": Handing.LATE,
        "an-lao": Handing.IN_TIME,
        "kien-an": Handing.MISSING,
    }
    assert rule_of(found).detail.en == "2 of 3 handed in; 1 of them late"


def test_reports_are_due_at_the_end_of_the_day_in_the_city():
    """20 June, 23:59:59 in Hai Phong, whatever the clock of the machine says."""
    assert judged().reports.due == datetime(2025, 6, 20, 16, 59, 59, tzinfo=UTC)


def test_the_committee_may_set_another_time():
    """The last setting counts; then a twin is asked as well."""
    early, late = due(NOON - timedelta(hours=1)), due(EVENING, MORNING + timedelta(hours=1))

    assert handings(judged(said("hai-an"), early))["hai-an"] is Handing.LATE
    assert handings(judged(said("hai-an"), late, early))["hai-an"] is Handing.IN_TIME
    assert judged(early, run=RUN).reports.due == NOON - timedelta(hours=1)


def test_a_rule_of_an_unknown_figure_is_said_to_judge_nobody():
    """After 15 October 2025 the old figures hold no more, and none is made up."""
    later = replace(COMPLETE, day=date(2025, 11, 1), civil_servants=1)
    found = judged(said("hai-an", later))
    (handed,) = (one for one in found.reports.units if one.slug == "hai-an")

    assert light_of(found, "hai-an") == "green"
    assert "15/10/2025" in handed.unjudged[0].vi
    assert judged(said("hai-an")).reports.units[0].unjudged == ()


def test_proposals_of_the_latest_reports_are_told_together():
    """What a unit no longer proposes is not told any more."""
    wish = replace(COMPLETE, proposals=(Proposal(Group.SUPPORT, "Tập huấn thêm"),))
    found = judged(
        said("hai-an", wish), said("an-lao", wish), said("an-lao", at=NOON + timedelta(hours=1))
    )

    (shared,) = found.reports.proposals
    assert (shared.text, shared.units) == ("Tập huấn thêm", ("hai-an",))


def test_a_report_of_a_unit_that_takes_no_part_is_kept_and_not_counted():
    """A trial of two units knows nothing of a third."""
    found = judged(said("thuy-nguyen"))

    assert set(handings(found)) == set(SLUGS)
    assert all(v.check_id != STATUS for s in found.units for v in s.verdicts)


def test_the_order_of_declarations_never_matters():
    """Of different moments: the same assessment."""
    many = [
        *(said(slug, at=NOON + timedelta(minutes=n)) for n, slug in enumerate(SLUGS)),
        said("hai-an", replace(COMPLETE, suppliers_present=1), EVENING),
        due(EVENING),
    ]
    first = judged(*many)
    for seed in range(5):
        random.Random(seed).shuffle(many)
        assert judged(*many) == first


def test_a_limit_of_the_inventory_counts_for_reports_too():
    """Another city asks for three of the suppliers' staff."""
    inventory = replace(
        city([unit("hai-an")]), limits={"phase-1": {STATUS: {"suppliers": 3.0}}}
    )
    found = assess(
        REAL,
        inventory,
        make_plan(inventory, CHECKS, "phase-1"),
        morning(inventory),
        stages=[StageTime("selftest", MORNING, MORNING)],
        registry=CHECKS,
        said=[said("hai-an")],
    )
    verdict = next(v for s in found.units for v in s.verdicts if v.check_id == STATUS)

    assert verdict.outcome is Outcome.WARN
    assert found.city.go_live == GO_LIVE
