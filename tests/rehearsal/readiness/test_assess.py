"""Is the assessment a pure function of what was measured?"""

import random
from dataclasses import replace
from datetime import UTC, datetime

from hypothesis import given, settings
from hypothesis import strategies as st

from rehearsal.model import Decision, Failure, Light, Step
from tests.rehearsal.readiness.small_city import (
    EVIDENCE,
    RUN,
    assessed,
    city,
    hotline,
    light_of,
    measured,
    morning,
    refused,
    unit,
)

CITY = city(
    [unit("hai-an", "hai-phong", ["mail"]), unit("chi-linh", "hai-duong", ["mail"])],
    shared=[hotline()],
)
HEALTHY = morning(CITY)
BETTER_TO_WORSE = [Light.GREEN, Light.YELLOW, Light.GREY, Light.RED]
DECISIONS = [Decision.GO, Decision.CONDITIONAL, Decision.INCONCLUSIVE, Decision.NO_GO]
UNKNOWN = Failure(Step.OBSERVE, "observer_overloaded")
FAILED = Failure(Step.RESOLVE, "servfail")
WARNED = {
    "bridge.reach": replace(EVIDENCE["bridge.reach"], silent_addresses=("192.0.2.8",)),
    "bridge.certificate": replace(
        EVIDENCE["bridge.certificate"], not_after=datetime(2025, 7, 9, tzinfo=UTC)
    ),
    "bridge.signalling": replace(EVIDENCE["bridge.signalling"], upgrade_s=9.0),
    "system.reach": replace(EVIDENCE["system.reach"], first_byte_s=9.0),
    "hotline.reach": replace(EVIDENCE["hotline.reach"], first_byte_s=9.0),
}
LEVELS = st.integers(0, 3)
MORNINGS = st.lists(LEVELS, min_size=len(HEALTHY), max_size=len(HEALTHY))


def seen(measurement, level):
    """The measurement at a level: 0 healthy, 1 warned of, 2 ours, 3 failed."""
    check_id = measurement.check_id
    told = [EVIDENCE[check_id], WARNED.get(check_id, EVIDENCE[check_id]), UNKNOWN, FAILED]
    return measured(check_id, measurement.target_id, told[level])


def at_levels(levels):
    return [seen(m, level) for m, level in zip(HEALTHY, levels, strict=True)]


@settings(max_examples=60, deadline=None)
@given(MORNINGS, st.randoms(use_true_random=False))
def test_the_order_of_measuring_does_not_matter(levels, chance: random.Random):
    """Whatever order things were measured in, the assessment is the same to the letter."""
    measurements = at_levels(levels)
    shuffled = list(measurements)
    chance.shuffle(shuffled)

    assert assessed(CITY, shuffled) == assessed(CITY, measurements)


@settings(max_examples=60, deadline=None)
@given(MORNINGS, st.integers(0, len(HEALTHY) - 1), LEVELS)
def test_worse_evidence_never_improves_anything(levels, place, level):
    """When one measurement gets worse, no light and no decision gets better."""
    worse = list(levels)
    worse[place] = max(level, levels[place])
    before, after = assessed(CITY, at_levels(levels)), assessed(CITY, at_levels(worse))

    assert DECISIONS.index(after.decision) >= DECISIONS.index(before.decision)
    for slug in ("hai-an", "chi-linh", "central"):
        lights = [BETTER_TO_WORSE.index(Light(light_of(a, slug))) for a in (before, after)]
        assert lights[1] >= lights[0]


@settings(max_examples=60, deadline=None)
@given(MORNINGS, st.integers(0, len(HEALTHY) - 1))
def test_a_missing_measurement_is_never_a_pass(levels, place):
    """What was not measured keeps its owner from green."""
    measurements = at_levels(levels)
    missing = measurements.pop(place)
    found = assessed(CITY, measurements)
    owner = missing.target_id.partition("/")[0]
    standings = {
        "city" if s in found.systems else s.owner.slug: s
        for s in (*found.units, *found.hubs, *found.systems)
    }

    assert standings[owner].light in {Light.GREY, Light.RED}
    assert found.decision in {Decision.INCONCLUSIVE, Decision.NO_GO}


@settings(max_examples=40, deadline=None)
@given(MORNINGS)
def test_a_healthy_neighbour_harms_nobody(levels):
    """With one more healthy unit, everybody else's verdicts and lights stay."""
    larger = replace(CITY, units=(*CITY.units, unit("an-lao", "hai-phong", ["mail"])))
    known = {m.target_id for m in HEALTHY}
    added = [m for m in morning(larger) if m.target_id not in known]
    before = assessed(CITY, at_levels(levels))
    after = assessed(larger, [*at_levels(levels), *added])

    assert light_of(after, "an-lao") == "green"
    assert after.decision == before.decision
    assert [(s.light, s.verdicts) for s in after.units[:2]] == [
        (s.light, s.verdicts) for s in before.units
    ]


def test_counts_and_facts_of_the_run():
    """How much was planned and measured, of which inventory, under which go-live."""
    found = assessed(CITY, HEALTHY[1:])

    assert (found.planned, found.measured) == (18, 17)
    assert found.inventory_digest == CITY.digest
    assert found.city.go_live == CITY.city.go_live
    assert found.run == RUN


def test_a_unit_without_targets_is_grey():
    """Who has nothing to be measured was not assessed."""
    bare = replace(unit("hai-an"), targets=())
    inventory = city([bare, unit("an-lao")])

    found = assessed(inventory, morning(inventory))

    assert light_of(found, "hai-an") == "grey"
    assert found.decision is Decision.INCONCLUSIVE


def test_blocked_is_red_and_counted_once():
    """A dead bridge makes its unit red, with one cause."""
    found = assessed(CITY, morning(CITY, {"bridge.* hai-an/bridge": refused()}))

    assert light_of(found, "hai-an") == "red"
    assert [c.id for c in found.causes] == ["c1"]


def test_a_bridge_that_nobody_can_ask_keeps_its_unit_from_green():
    """A protocol without a check yet is not measured, and no silence is a pass."""
    halls = unit("hai-an", systems=["mail"])
    foreign = replace(halls.targets[0], url="sips:hai-an@bridge.example", protocol="new")
    inventory = city([replace(halls, targets=(foreign, halls.targets[1])), unit("an-lao")])

    found = assessed(inventory, morning(inventory))

    assert (light_of(found, "hai-an"), light_of(found, "an-lao")) == ("grey", "green")
    assert found.decision is Decision.INCONCLUSIVE
