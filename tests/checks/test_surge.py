"""The opinions on a surge: what the system did, and what we ourselves kept it from doing."""

from datetime import UTC, date, datetime

import pytest

from checks.center_dossier import CHECK as DOSSIER
from checks.center_surge import CHECK as CENTER
from checks.hotline_feedback import CHECK as FEEDBACK
from checks.hotline_surge import CHECK as HOTLINE
from rehearsal.check import Circumstances
from rehearsal.model import Target, TargetKind
from rehearsal.net.surge import Spread, Surged

TARGET = Target("x/procedures", "x", "x", TargetKind.SYSTEM, "https://x.example/")
AROUND = Circumstances(TARGET, datetime(2025, 6, 25, tzinfo=UTC), date(2025, 7, 1))
QUICK, SLOW = Spread(1, 2, 3, 4), Spread(20, 30, 40, 50)
BOTH = pytest.mark.parametrize("check", [CENTER, HOTLINE], ids=["center", "hotline"])


def surged(**changes) -> Surged:
    """A hundred that all went well."""
    well = {"sent": 100, "done": 100, "failed": {}, "withheld": {}, "late_s": 0.01}
    return Surged(**{**well, "waited": QUICK, "answered": QUICK, **changes})


def codes(check, seen: Surged) -> list[str]:
    """What is found, without what the check calls its things."""
    found = check.judge(seen, check.standard, AROUND)
    return [finding.code.partition("_")[2] for finding in found]


@BOTH
def test_a_surge_that_is_borne_is_borne(check):
    """One of a hundred may fail: that is the limit."""
    assert codes(check, surged()) == []
    assert codes(check, surged(done=99, failed={"not_stored": 1})) == []


@BOTH
def test_what_fails_there_fails(check):
    """However late we were, what was lost was lost; also where we then spared the system."""
    lost = {"done": 98, "failed": {"not_stored": 2}}

    assert codes(check, surged(**lost))[0] in {"fails", "fail"}
    assert codes(check, surged(**lost, withheld={"host_spared": 50}))[0] in {"fails", "fail"}
    assert len(codes(check, surged(**lost, withheld={"host_spared": 50}))) == 1


@BOTH
def test_a_slow_system_is_slow_whatever_we_held_back(check):
    """It was slow by itself, beside what our own bounds added."""
    assert codes(check, surged(waited=SLOW, answered=SLOW)) == ["slow"]


@BOTH
@pytest.mark.parametrize(
    "ours",
    [
        {"waited": SLOW},
        {"late_s": 1.2},
        {"late_s": 1.2, "waited": SLOW, "answered": SLOW},
        {"done": 60, "withheld": {"budget_spent": 40}},
        {"done": 60, "withheld": {"host_spared": 40}},
    ],
)
def test_what_we_held_back_is_unknown(check, ours):
    """Neither red nor green: we kept it from being tried as it was meant to be."""
    assert codes(check, surged(**ours)) == ["unproven"]  # surge_unproven, tickets_unproven


@pytest.mark.parametrize(
    ("quiet", "rush", "code"),
    [(DOSSIER, CENTER, "surge_fails"), (FEEDBACK, HOTLINE, "tickets_fail")],
    ids=["center", "hotline"],
)
def test_what_fails_one_by_one_is_no_second_cause_in_a_crowd(quiet, rush, code):
    """A gateway that drops its replies drops them in the surge, too: one line, not two."""
    failures = {example.expect for example in quiet.examples} - {None, *quiet.findings}

    assert failures <= set(rush.findings[code].follows)
