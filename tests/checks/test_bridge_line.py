"""What does `bridge.line` hold of what a line carried, at the edge of its limits?"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest

from checks.bridge_line import CHECK, Carried
from rehearsal.check import Circumstances
from rehearsal.model import Line, Outcome, Target, TargetKind
from rehearsal.net.ndt7.ear import Waits
from rehearsal.net.ndt7.flow import Flow

AT = datetime(2025, 6, 20, 0, 30, tzinfo=UTC)
LIMITS = CHECK.standard
HEALTHY = Flow(
    mbit=200.0,
    moved_bytes=25_000_000,
    lasted_s=1.0,
    longest_stall_s=0.05,
    ended="bytes",
    idle=Waits(0.010, 0.015),
    loaded=Waits(0.020, 0.030),
)


def found(
    declared: Line | None = None,
    up: dict[str, Any] | None = None,
    down: dict[str, Any] | None = None,
) -> list[Any]:
    """The findings about a healthy line with some other values."""
    carried = Carried(replace(HEALTHY, **up or {}), replace(HEALTHY, **down or {}))
    url = "wss://hai-an.line.example/ndt/v7"
    target = Target("hai-an/line", "hai-an", "Hải An", TargetKind.LINE, url, line=declared)
    return list(CHECK.judge(carried, LIMITS, Circumstances(target, AT, date(2025, 7, 1))))


def codes(*given: Any, **changes: Any) -> list[str]:
    return [finding.code for finding in found(*given, **changes)]


@pytest.mark.parametrize(("mbit", "expected"), [(1.5, []), (1.4, ["up_too_slow"])])
def test_a_unit_must_be_seen(mbit: float, expected: list[str]):
    """1.5 Mbit/s of its own picture go up; the limit itself is still good."""
    assert codes(up={"mbit": mbit}) == expected


@pytest.mark.parametrize(("mbit", "expected"), [(3.0, []), (2.9, ["down_too_slow"])])
def test_a_unit_must_see(mbit: float, expected: list[str]):
    """3 Mbit/s of the others come down."""
    assert codes(down={"mbit": mbit}) == expected


@pytest.mark.parametrize(("mbit", "expected"), [(100.0, []), (99.0, ["below_declared"])])
def test_what_is_declared_is_held_against_what_is_measured(mbit: float, expected: list[str]):
    """Less than half of it is a contradiction, though a meeting may not suffer."""
    assert codes(Line(200, 200), up={"mbit": mbit}) == expected


def test_a_contradiction_quotes_both():
    """It declares 200, we measured 12, and this way."""
    (finding,) = found(Line(200, 200), down={"mbit": 12.04})

    assert finding.values == {"mbit": 12.0, "declared_mbit": 200, "way": "↓"}


@pytest.mark.parametrize("line", [None, Line(), Line(up_mbit=200)])
def test_who_declares_nothing_contradicts_nothing(line: Line | None):
    """Only the way that is declared is compared."""
    assert codes(line, down={"mbit": 12.0}) == []


def test_each_way_has_one_finding_about_its_rate():
    """A line that is too slow is also below what was declared, and stalls: one says enough."""
    slow = {"mbit": 0.5, "longest_stall_s": 2.0}

    assert codes(Line(200, 200), up=slow, down=slow) == ["up_too_slow", "down_too_slow"]


@pytest.mark.parametrize(("stall_s", "expected"), [(1.0, []), (1.1, ["line_stalls"])])
def test_a_line_that_stops_is_told(stall_s: float, expected: list[str]):
    """A second without a byte cuts off whoever speaks."""
    assert codes(up={"longest_stall_s": stall_s}) == expected


@pytest.mark.parametrize(("loaded_s", "expected"), [(0.11, []), (0.12, ["latency_under_load"])])
def test_a_queue_is_told(loaded_s: float, expected: list[str]):
    """A hundred milliseconds more than without the load; the limit itself is still good."""
    assert codes(down={"loaded": Waits(loaded_s, 1.0)}) == expected


@pytest.mark.parametrize("unknown", [{"idle": None}, {"loaded": None}])
def test_what_was_not_heard_is_not_held_against_a_line(unknown: dict[str, None]):
    """A server that answers no pings has no latency of ours; its rates count all the same."""
    assert codes(up=unknown) == []


@pytest.mark.parametrize(
    "ours",
    [{"own_cpu": 0.9}, {"own_late_s": 0.06}, {"held_back": 0.6}],
    ids=lambda o: next(iter(o)),
)
@pytest.mark.parametrize(
    "bad",
    [{"mbit": 0.5}, {"longest_stall_s": 3.0}, {"loaded": Waits(2.0, 2.0)}, {"mbit": 90.0}],
)
def test_our_own_limits_are_no_findings(ours: dict[str, float], bad: dict[str, Any]):
    """Whatever is wrong while we are the narrow place is unknown, and no word of the line."""
    (finding,) = found(Line(200, 200), up={**bad, **ours})

    assert (finding.code, finding.outcome) == ("observer_overloaded", Outcome.UNKNOWN)
    assert finding.values["step"] == "observe"


def test_a_wide_line_needs_no_fit_observer():
    """At our own limit it still carried more than anybody asks: that is enough to know."""
    assert codes(up={"own_cpu": 0.99}) == []


def test_our_limits_in_one_way_leave_the_other():
    """Each direction is doubted by itself."""
    slow = {"mbit": 0.5}

    assert codes(up={**slow, "own_cpu": 0.9}, down=slow) == [
        "observer_overloaded",
        "down_too_slow",
    ]
