"""Planned and actual times are told stage by stage and unit by unit."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from rehearsal.comparison import Side, compare
from rehearsal.comparison.timing import ordered_of, timing_of
from rehearsal.model import Attendance, Earlier, RollCall, StageTime
from rehearsal.plan import AT_MOST
from tests.rehearsal.comparison.trials import JUNE_20, JUNE_25, REFUSED, town, trial

TOWN = town()


def stage(name: str, began_s: float, ended_s: float | None, problem: str = "") -> StageTime:
    """A stage by the seconds after the trial began."""
    ended = None if ended_s is None else JUNE_20 + timedelta(seconds=ended_s)
    return StageTime(name, JUNE_20 + timedelta(seconds=began_s), ended, problem)


def of_stage(side: Side, name: str):
    """One stage against its plan."""
    return next(one for one in timing_of(side).stages if one.stage == name)


def of_owner(side: Side, name: str):
    """One owner's times."""
    return next(one for one in timing_of(side).owners if one.owner == name)


def test_a_stage_is_held_against_what_was_ordered():
    """A meeting of a minute took 61.5 s; a stage without an order has no plan."""
    side = trial(
        TOWN, stages=(stage("roll_call", 10, 71.5), stage("bridges", 3, 9)), hold_s=60.0
    )

    assert of_stage(side, "roll_call").planned_s == 60.0
    assert of_stage(side, "roll_call").took_s == 61.5
    assert of_stage(side, "bridges").planned_s is None
    assert of_stage(side, "bridges").took_s == 6.0


def test_lines_and_sound_take_turns():
    """As many at once as the plan lets; a line is loaded both ways."""
    slugs = [f"u{number}" for number in range(AT_MOST["media"])]
    ordered = ordered_of({"media_s": 3, "line_s": 2})
    plan = trial(town(*slugs)).plan

    assert ordered.lasts_s("media", plan) == 2 * 3.0  # with the hub one more than at once
    assert ordered.each_s["lines"] == 4.0
    assert ordered.lasts_s("lines", plan) is None  # no unit of this town has a line to load


def test_waiting_for_the_appointed_moment_is_no_part_of_a_stage():
    """The roll call began to wait at once, and was due 20 s later."""
    due = JUNE_20 + timedelta(seconds=30)
    side = trial(TOWN, stages=(stage("roll_call", 10, 92),), hold_s=60.0, at=due.isoformat())

    assert of_stage(side, "roll_call").due == due
    assert of_stage(side, "roll_call").took_s == 62.0


def test_a_stage_that_was_begun_twice_took_both_times():
    """A resumed trial; what was cut off has no end."""
    cut = stage("systems", 0, None)
    side = trial(TOWN, stages=(cut, stage("systems", 100, 110)))
    twice = of_stage(side, "systems")
    once = of_stage(trial(TOWN, stages=(cut,)), "systems")

    assert (twice.beginnings, twice.took_s) == (2, 10.0)
    assert (once.beginnings, once.took_s) == (1, None)


def test_a_unit_is_told_from_its_first_to_its_last_measurement():
    """And how many of its checks were measured at all."""
    side = trial(TOWN, {"system.reach an/mail": None}, hold_s=60.0)
    whole, part = of_owner(side, "binh"), of_owner(side, "an")

    assert whole.first == JUNE_20 + timedelta(seconds=1)
    assert whole.last == JUNE_20 + timedelta(seconds=1.1)
    assert whole.measured == whole.planned == part.planned
    assert part.measured == part.planned - 1
    assert (whole.planned_s, whole.took_s) == (60.0, 0.1)


def test_who_was_started_late_is_told():
    """By the roll call's own clock: a paced start is not late."""
    side = trial(TOWN)
    call = RollCall(2, 2, 0.0, 1.0, 2, 60.0, (Attendance("an", 2.25, 3.0, 60.0, due_s=2.0),))
    side = replace(side, assessment=replace(side.assessment, roll_call=call))

    assert of_owner(side, "an").late_s == 0.25
    assert of_owner(side, "binh").late_s is None


def test_a_recheck_of_another_day_is_no_part_of_the_trial():
    """Measured at half past seven on 20 June, and again on 25 June."""
    again = trial(TOWN, began=JUNE_25).verdicts()["bridge.reach", "an/bridge"][1]
    first = trial(TOWN, {"bridge.reach an/bridge": REFUSED})
    before = first.verdicts()["bridge.reach", "an/bridge"][1]
    standings = tuple(
        replace(s, verdicts=tuple(again if v is before else v for v in s.verdicts))
        for s in first.assessment.units
    )
    history = {("bridge.reach", "an/bridge"): (Earlier(0, JUNE_20, before),)}
    merged = replace(first.assessment, units=standings, history=history)
    side = replace(first, assessment=merged)

    assert of_owner(side, "an").last == JUNE_20 + timedelta(seconds=1.1)
    assert of_owner(replace(side, assessment=replace(merged, history={})), "an").measured < (
        of_owner(side, "an").measured
    )


def test_both_trials_have_their_times():
    """The older first."""
    found = compare(trial(TOWN, began=JUNE_25), trial(TOWN))

    assert [one.run_id for one in found.timings] == ["phase-1-20250620", "phase-1-20250625"]
