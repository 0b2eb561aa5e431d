"""What does a unit's own report say is short, by its own word or by a rule?"""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from checks.unit_status import CHECK, judge
from rehearsal.check import Circumstances
from rehearsal.model import AreaState, Outcome, StatusReport, Target, TargetKind

STATUS = Target("hai-an/status", "hai-an", "Báo cáo", TargetKind.REPORT, "", "people")
COMPLETE = StatusReport(
    day=date(2025, 6, 20),
    areas={"party.systems": AreaState.READY, "front.training": AreaState.READY},
    systems={"mail": True, "portal": None},
    focal_name="Nguyễn Văn A",
    suppliers_present=2,
    floor_m2=150.0,
    director_is_vice_chair=True,
    full_time_deputies=1,
    civil_servants=5,
)


def found(report: StatusReport, go_live: date = date(2025, 7, 1), **limits: float) -> list:
    around = Circumstances(STATUS, datetime(2025, 6, 20, tzinfo=UTC), go_live)
    return list(judge(report, CHECK.standard | limits, around))


def codes(report: StatusReport, **told) -> list[str]:
    return [finding.code for finding in found(report, **told)]


def test_a_unit_that_has_everything_is_told_nothing():
    """Exactly what the rules ask for is enough."""
    assert found(COMPLETE) == []


def test_what_is_left_open_is_no_shortfall():
    """But that nobody is named as focal person: that is what the question asks."""
    assert codes(StatusReport(day=date(2025, 6, 20))) == ["no_focal_person"]


@pytest.mark.parametrize(
    ("answer", "value", "code"),
    [
        ("suppliers_present", 1, "supplier_staff_short"),
        ("floor_m2", 149.5, "floor_area_small"),
        ("director_is_vice_chair", False, "director_not_vice_chair"),
        ("full_time_deputies", 0, "no_full_time_deputy"),
        ("civil_servants", 4, "civil_servants_short"),
        ("systems", {"mail": False}, "reported_not_to_work"),
        ("focal_name", "", "no_focal_person"),
    ],
)
def test_each_shortfall_is_a_condition(answer, value, code):
    """One less than the rule is one finding, as grave as a warning, and no more."""
    (one,) = found(replace(COMPLETE, **{answer: value}))

    assert (one.code, one.outcome) == (code, Outcome.WARN)


def test_an_area_names_the_blocs_that_are_not_ready_in_it():
    """Partly ready is not ready."""
    areas = {"party.people": AreaState.PARTLY, "front.people": AreaState.NOT_READY}
    (one,) = found(replace(COMPLETE, areas=areas))

    assert one.code == "people_not_ready"
    assert one.values["blocs"].vi == "Đảng, Mặt trận"


def test_after_the_change_nobody_is_judged_by_the_old_staffing():
    """Neither for a later go-live nor for a later report."""
    short = replace(COMPLETE, civil_servants=1)

    assert codes(short, go_live=date(2025, 10, 15)) == []
    assert codes(replace(short, day=date(2025, 11, 1))) == []
    assert codes(replace(short, day=date(2025, 10, 14))) == ["civil_servants_short"]


def test_another_city_may_have_another_norm():
    """The floor area and the suppliers' staff are limits like any other."""
    assert codes(COMPLETE, floor=200.0, suppliers=3.0) == [
        "supplier_staff_short",
        "floor_area_small",
    ]
