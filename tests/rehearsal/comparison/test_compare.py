"""What changed between two trials is told without making anything better or worse."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rehearsal.comparison import Side, compare
from rehearsal.comparison.rows import moved
from rehearsal.model import Earlier, Failure, Light, Outcome, Rechecked, Standing, Step
from rehearsal.model.comparison import CauseMovement, Caution, Movement, RuleMovement
from tests.rehearsal.comparison.trials import (
    JUNE_20,
    JUNE_25,
    REFUSED,
    STARVED,
    measurements,
    row,
    told,
    town,
    trial,
)
from tests.rehearsal.readiness.small_city import page

TOWN = town()
DEAD = {"*.reach an/bridge": REFUSED}
MENDED = {Movement.FIXED, Movement.PROVEN}
OUTCOMES = st.sampled_from(Outcome)


def later(*arguments: object, **settled: object) -> Side:
    """The trial of five days later."""
    return trial(*arguments, began=JUNE_25, **settled)


def owner_of(found, slug: str):
    """What became of one owner."""
    return next(change for change in found.owners if change.slug == slug)


def test_the_older_trial_is_older_however_it_was_asked():
    """`compare A B` and `compare B A` say the same."""
    one, other = trial(TOWN, DEAD), later(TOWN)

    assert compare(one, other) == compare(other, one)
    assert compare(other, one).older.id == "phase-1-20250620"


@given(OUTCOMES, OUTCOMES)
def test_only_what_works_again_is_mended(older: Outcome, newer: Outcome):
    """Unknown and blocked are never an improvement of a failure, nor of anything."""
    movement = moved(older, newer)

    assert (movement in MENDED) == (older is Outcome.FAIL and newer <= Outcome.WARN)
    assert (movement is Movement.NEWLY_FAILING) == (
        newer is Outcome.FAIL and older is not Outcome.FAIL
    )
    assert (movement is Movement.STILL_FAILING) == (older is newer is Outcome.FAIL)
    assert (movement is Movement.BECAME_UNKNOWN) == (
        newer is Outcome.UNKNOWN and older is not Outcome.UNKNOWN
    )


@pytest.mark.parametrize(
    ("before", "after", "reach", "light"),
    [
        (DEAD, {}, "fixed", "fixed"),
        ({}, DEAD, "newly-failing", "newly-failing"),
        (DEAD, DEAD, "still-failing", "still-failing"),
        (DEAD, {"*.reach an/bridge": STARVED}, "became-unknown", "became-unknown"),
        (DEAD, {"*.reach an/bridge": None}, "became-unknown", "became-unknown"),
    ],
)
def test_a_check_and_its_unit_move(before, after, reach: str, light: str):
    """A failure that could not be measured again is unknown, and not mended."""
    found = compare(trial(TOWN, before), later(TOWN, after))

    assert row(found, "bridge.reach", "an/bridge").movement == reach
    assert owner_of(found, "an").movement == light
    assert owner_of(found, "binh").movement is Movement.STILL_PASSING


def test_the_matrix_counts_every_comparable_check_once():
    """Its cells add up to all rows; what waited for the failure is blocked, then freed."""
    never_reached = {"bridge.* an/bridge": None, **DEAD}
    found = compare(trial(TOWN, never_reached), later(TOWN))
    planned = len(trial(TOWN).plan.checks())

    assert sum(found.matrix.values()) == planned
    assert found.matrix[Outcome.FAIL, Outcome.PASS] == 1
    assert found.matrix[Outcome.BLOCKED, Outcome.PASS] == told(found)["freed"] > 0
    assert found.lights == {
        (Light.RED, Light.GREEN): 1,
        (Light.GREEN, Light.GREEN): 2,
    }


def test_a_unit_of_one_inventory_is_added_or_removed():
    """With all its checks; nobody takes it for mended or broken."""
    found = compare(trial(town("an", "binh"), DEAD), later(town("binh", "cat")))

    assert owner_of(found, "an").movement is Movement.REMOVED
    assert owner_of(found, "cat").movement is Movement.ADDED
    assert set(told(found)) == {"added", "removed"}
    assert told(found)["added"] == told(found)["removed"]
    assert row(found, "bridge.reach", "an/bridge").movement is Movement.REMOVED


def test_what_somebody_left_out_is_neither_added_nor_removed():
    """`--units` and `--only` narrow a trial, not the city."""
    whole = trial(TOWN, DEAD)
    of_units = later(town("binh"), units=["binh"])
    of_checks = later(TOWN, only=["bridge.reach"])

    for narrow in (of_units, of_checks):
        found = compare(whole, narrow)
        assert "removed" not in told(found)
        assert told(found)["not-asked"] > 0
        assert Caution.NARROWED in {note.caution for note in found.notes}
    assert owner_of(compare(whole, of_units), "an").movement is Movement.NOT_ASKED


def test_a_check_of_one_phase_is_only_in_it():
    """25 June asks other things than 20 June: they are listed, and not counted as added."""
    found = compare(trial(TOWN), later(TOWN, phase="phase-2"))
    only = {one.check_id: one.movement for one in found.only_in}

    assert only["bridge.roll_call"] is Movement.ONLY_OLDER
    assert set(told(found)) <= {"only-older", "only-newer"}
    assert not [row for row in found.rows if row.movement in set(only.values())]
    assert Caution.OTHER_PHASE in {note.caution for note in found.notes}


def test_a_failure_that_nobody_asked_for_again_is_not_fixed():
    """Red on 20 June by the roll call, which 25 June does not hold: not comparable."""
    absent = {"bridge.roll_call an/bridge": REFUSED}
    found = compare(trial(TOWN, absent), later(TOWN, phase="phase-2"))
    change = owner_of(found, "an")

    assert (change.older, change.newer) == (Light.RED, Light.GREEN)
    assert change.movement is Movement.NOT_COMPARABLE


def test_a_failure_that_was_asked_for_again_is_fixed_whatever_else_a_phase_asks():
    """What both phases ask is compared."""
    found = compare(
        trial(TOWN, {"system.reach an/mail": REFUSED}), later(TOWN, phase="phase-2")
    )

    assert owner_of(found, "an").movement is Movement.FIXED


def a_limit() -> tuple[str, str, float]:
    """A check of Phase 1 with a limit, and its own value."""
    check_id, limits = next(
        (name, limits)
        for name, limits in sorted(trial(TOWN).limits.items())
        if limits and name == "bridge.media"
    )
    name = min(limits)
    return check_id, name, limits[name]


def test_a_changed_limit_makes_its_rows_not_comparable():
    """Which limit, from what to what; and neither the check nor its unit is mended by it."""
    check_id, name, value = a_limit()
    strict = town(limits={"phase-1": {check_id: {name: value * 2}}})
    bad = {f"{check_id} an/bridge": REFUSED}
    found = compare(trial(TOWN, bad), later(strict))

    assert [(c.check_id, c.name, c.older, c.newer) for c in found.limits] == [
        (check_id, name, value, value * 2)
    ]
    assert row(found, check_id, "an/bridge").movement is Movement.NOT_COMPARABLE
    assert "fixed" not in told(found)
    assert owner_of(found, "an").movement is Movement.NOT_COMPARABLE
    assert found.causes[0].movement is CauseMovement.NOT_COMPARABLE


def test_a_limit_set_to_its_own_value_changes_nothing():
    """What counts is the limit in effect, wherever it stands."""
    check_id, name, value = a_limit()
    found = compare(trial(TOWN), later(town(limits={"phase-1": {check_id: {name: value}}})))

    assert found.limits == ()
    assert "not-comparable" not in told(found)


def test_a_limit_of_the_other_phase_changes_nothing():
    """Each trial is judged by its own phase's limits."""
    check_id, name, value = a_limit()
    other = town(limits={"phase-2": {check_id: {name: value * 2}}})

    assert compare(trial(TOWN), later(other)).limits == ()


def test_another_address_is_noted_and_still_compared():
    """The unit moved to another server: whoever reads may want to know."""
    first = TOWN.units[0]
    bridge = replace(first.targets[0], url="wss://other.bridge.example/janus")
    moved_on = replace(first, targets=(bridge, *first.targets[1:]))
    elsewhere = replace(TOWN, units=(moved_on, *TOWN.units[1:]))
    found = compare(trial(TOWN, DEAD), later(elsewhere))

    assert [(c.target_id, c.older, c.newer) for c in found.addresses] == [
        (
            "an/bridge",
            "janus wss://an.bridge.example/janus",
            "janus wss://other.bridge.example/janus",
        )
    ]
    change = row(found, "bridge.reach", "an/bridge")
    assert change.movement is Movement.FIXED
    assert change.is_moved


def cause_movements(before, after, **settled: object) -> list[CauseMovement]:
    """What became of the causes."""
    found = compare(trial(TOWN, before), later(TOWN, after, **settled))
    return [change.movement for change in found.causes]


@pytest.mark.parametrize(
    ("before", "after", "became"),
    [
        (DEAD, DEAD, CauseMovement.STILL),
        (DEAD, {}, CauseMovement.GONE),
        ({}, DEAD, CauseMovement.NEW),
        (DEAD, {"* an/bridge": STARVED}, CauseMovement.UNSEEN),
        (DEAD, {"* an/bridge": None}, CauseMovement.UNSEEN),
        ({"* an/bridge": STARVED}, DEAD, CauseMovement.UNSEEN),
    ],
)
def test_a_cause_is_gone_only_where_it_was_looked_for(before, after, became: CauseMovement):
    """Not having been able to see it is no repair, and no new fault either."""
    assert became in cause_movements(before, after)


def test_causes_stand_in_the_order_in_which_to_mend_them():
    """The newer trial's own order; ids of the two trials have nothing to do with each other."""
    before = {"system.reach an/mail": REFUSED, "bridge.roll_call cat/bridge": REFUSED}
    after = {
        "bridge.reach */bridge": REFUSED,
        "system.reach an/reporting": STARVED,
        "system.reach binh/mail": Failure(Step.CONNECT, "connect_timeout"),
    }
    newer = later(TOWN, after)
    found = compare(trial(TOWN, before), newer)
    listed = [change.newer for change in found.causes if change.newer]

    assert len(listed) > 2
    assert listed == list(newer.assessment.causes)
    assert [change.newer is None for change in found.causes] == sorted(
        change.newer is None for change in found.causes
    )


def test_a_cause_that_only_one_phase_can_find_is_neither_gone_nor_new():
    """25 June holds no roll call: whoever was absent may still be."""
    absent = {"bridge.roll_call an/bridge": REFUSED}

    assert cause_movements(absent, {}, phase="phase-2") == [CauseMovement.ONLY_OLDER]


def test_a_cause_that_spread_is_still_there_with_another_reach():
    """One unit's refused connection, then everybody's: no new kind of fault."""
    everywhere = {"bridge.reach */bridge": REFUSED}
    found = cause_movements(DEAD, everywhere)

    assert CauseMovement.GONE not in found
    assert CauseMovement.NEW not in found


def test_the_decision_and_its_rules_are_held_against_one_another():
    """Each rule by its name, with what became of it."""
    found = compare(trial(TOWN, DEAD), later(TOWN))
    became = {change.shown.id: change.movement for change in found.rules}

    assert became["units_ready"] is RuleMovement.MET
    assert became["hubs_ready"] is RuleMovement.SAME
    back = compare(trial(TOWN), later(TOWN, DEAD))
    assert {c.shown.id: c.movement for c in back.rules}["units_ready"] is RuleMovement.BROKEN


def test_what_a_recheck_mended_and_the_next_trial_proved_is_told():
    """Opened on 20 June, mended on 23 June, proven on 25 June."""
    older, newer = trial(TOWN), later(TOWN)
    failing = trial(TOWN, DEAD).verdicts()["bridge.reach", "an/bridge"][1]
    earlier = Earlier(0, JUNE_20, failing)
    rechecked = replace(
        older.assessment,
        history={("bridge.reach", "an/bridge"): (earlier,)},
        rechecks=(Rechecked(1, JUNE_20, 1, 1),),
    )
    found = compare(replace(older, assessment=rechecked), newer)

    assert told(found) == {"proven": 1}
    assert Caution.RECHECKED in {note.caution for note in found.notes}


def test_the_hub_and_the_shared_system_are_owners_too():
    """Whatever sort of owner, its light is compared."""
    found = compare(trial(TOWN, {"hotline.reach *": REFUSED}), later(TOWN))

    assert owner_of(found, "city/hotline").sort == "system"
    assert owner_of(found, "city/hotline").movement is Movement.FIXED
    assert owner_of(found, "central").sort == "hub"


FAULTS = st.dictionaries(
    st.sampled_from(
        [f"{check} {slug}/*" for check in ("bridge.*", "system.*") for slug in ("an", "cat")]
    ),
    st.sampled_from([REFUSED, STARVED, None]),
    max_size=3,
)


@settings(max_examples=25, deadline=None)
@given(FAULTS, FAULTS, st.randoms(use_true_random=False))
def test_order_never_matters(before, after, chance: random.Random):
    """Neither that of the measurements nor that in which an assessment lists its owners."""
    straight = compare(trial(TOWN, before), later(TOWN, after))
    shuffled = []
    for faults, began in ((before, JUNE_20), (after, JUNE_25)):
        seen = measurements(TOWN, "phase-1", faults, began)
        chance.shuffle(seen)
        side = trial(TOWN, began=began, measured_so=seen)
        found = side.assessment
        units = [_shuffled(one, chance) for one in found.units]
        chance.shuffle(units)
        shuffled.append(replace(side, assessment=replace(found, units=tuple(units))))

    assert compare(*shuffled) == straight


def _shuffled(standing: Standing, chance: random.Random) -> Standing:
    verdicts = list(standing.verdicts)
    chance.shuffle(verdicts)
    return replace(standing, verdicts=tuple(verdicts))


@settings(max_examples=25, deadline=None)
@given(FAULTS, FAULTS)
def test_what_is_told_adds_up(before, after):
    """Each row moved once; the matrix, the rows left out and those told are all of them."""
    found = compare(trial(TOWN, before), later(TOWN, after))
    planned = len(trial(TOWN).plan.checks())

    assert sum(found.counts.values()) == planned
    assert len(found.rows) == planned - found.counts.get(Movement.STILL_PASSING, 0)
    for change in found.owners:
        if change.movement in MENDED:
            assert change.newer in {Light.GREEN, Light.YELLOW}


def test_a_system_that_a_unit_got_is_added():
    """The unit stays; its new system is not newly broken."""
    first = TOWN.units[0]
    more = replace(first, targets=(*first.targets, page("an", "land")))
    richer = replace(TOWN, units=(more, *TOWN.units[1:]))
    found = compare(trial(TOWN), later(richer, {"system.reach an/land": REFUSED}))

    assert row(found, "system.reach", "an/land").movement is Movement.ADDED
    assert owner_of(found, "an").movement is Movement.NOT_COMPARABLE
