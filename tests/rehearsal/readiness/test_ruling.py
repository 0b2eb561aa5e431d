"""Does each kind of rule answer what it asks, and is what follows what people agreed on?"""

from dataclasses import replace
from datetime import date

import pytest

from rehearsal.criteria import shipped
from rehearsal.model import Decision, Light, Rule, StageTime, Standing, Text
from rehearsal.model.decision import Term
from rehearsal.readiness.gate import decide, deciding, effect_of, rules_of
from rehearsal.readiness.judging import Judging
from rehearsal.readiness.lights import counted, light_by
from rehearsal.readiness.ruling import RULINGS
from tests.rehearsal.criteria.policies import changed, rule
from tests.rehearsal.readiness.small_city import (
    CHECKS,
    MORNING,
    RUN,
    assess,
    city,
    hotline,
    make_plan,
    morning,
    refused,
    unit,
)

PROVEN = [StageTime("selftest", MORNING, MORNING)]
G, Y, K, R = Light.GREEN, Light.YELLOW, Light.GREY, Light.RED
SAYS = Text("a", "a")


def standings(lights, kind="ward"):
    """Units of one kind with these lights."""
    return [
        Standing(replace(unit(f"{kind}-{n}"), kind=kind), light, ())
        for n, light in enumerate(lights)
    ]


def held(tmp_path, name, entry, units, hubs=()):
    """One rule under criteria that have it beside the shipped ones."""
    criteria = changed(tmp_path, lambda p: p["rules"].update({name: entry}))
    rules = rules_of(units, hubs, [], PROVEN, criteria=criteria)
    return next(r for r in rules if r.id == name)


def test_every_kind_has_its_question_and_its_function():
    """A docstring each, and none is forgotten."""
    kinds = {r.kind for r in shipped().rules}

    assert kinds < set(RULINGS)
    assert all(ruling.__doc__ for ruling in RULINGS.values())


@pytest.mark.parametrize(
    ("lights", "holds"),
    [
        ([G] * 19 + [Y], True),
        ([G] * 19 + [R], True),
        ([G] * 18 + [R, R], False),
        ([G] * 18 + [R, K], None),
        ([G] * 18 + [K, K], None),
        ([R] * 20, False),
    ],
)
def test_a_share_of_the_ready_is_left_open_by_the_grey(tmp_path, lights, holds):
    """Ready is green or yellow; who is not known may still be ready, or not."""
    entry = rule("share", of=["units"], counts="ready", at_least_percent=95)

    assert held(tmp_path, "mostly", entry, standings(lights)).holds is holds


@pytest.mark.parametrize(
    ("lights", "holds"), [([G] * 19 + [Y], True), ([G] * 18 + [Y, Y], False), ([G, K], False)]
)
def test_a_share_of_the_green_counts_what_is_proven(tmp_path, lights, holds):
    """A condition: what is not known to be green is not green."""
    entry = rule("share", mandatory=False, counts="green", at_least_percent=95)

    found = held(tmp_path, "green", entry, standings(lights))

    assert (found.holds, found.undecided) == (holds, ())
    assert len(found.subjects) == len([one for one in lights if one is not G])


def test_a_share_tells_its_number_in_both_languages(tmp_path):
    """Measured against what is needed, with each language's own sign."""
    entry = rule("share", counts="ready", at_least_percent=99.5)

    found = held(tmp_path, "mostly", entry, standings([G, G, K]))

    assert found.detail == Text("66,7–100,0 % (cần 99,5 %)", "66.7–100.0 % (needs 99.5 %)")


@pytest.mark.parametrize(("hub", "holds"), [(G, True), (R, False), (K, None)])
def test_a_hub_weighs_more_than_units(tmp_path, hub, holds):
    """By weight one hub outdoes ten communes; by number it does not."""
    entry = rule("share", counts="ready", at_least_percent=60, weighted=True)
    hubs = [Standing(unit("hub"), hub, ())]

    found = held(tmp_path, "weighed", entry, standings([G] * 10, "commune"), hubs)

    assert found.holds is holds
    plain = entry | {"weighted": False}
    assert held(tmp_path, "plain", plain, standings([G] * 10, "commune"), hubs).holds is True


@pytest.mark.parametrize(("light", "holds"), [(Y, True), (R, False), (K, None)])
def test_no_special_zone_red(tmp_path, light, holds):
    """A rule may be about one kind of units; the others' red is not its business."""
    entry = rule("none", of=["special-zones"], light="red")
    units = [*standings([R], "ward"), *standings([light], "special-zone")]

    found = held(tmp_path, "islands", entry, units)

    assert found.holds is holds
    assert (*found.subjects, *found.undecided) == (() if holds else ("special-zone-0",))


def test_where_there_are_none_a_rule_about_them_does_not_apply(tmp_path):
    """A city without islands can still be a go."""
    entry = rule("none", of=["special-zones"], light="red")
    share = rule("share", of=["special-zones"], counts="ready", at_least_percent=95)

    for one in (entry, share):
        found = held(tmp_path, "islands", one, standings([G]))
        assert (found.holds, found.is_mandatory) == (None, False)


@pytest.mark.parametrize(("grey", "holds"), [(1, True), (2, None)])
def test_some_may_stay_unmeasured(tmp_path, grey, holds):
    """If the city says how many, and as many may be red."""

    def change(policy):
        ready = rule("share", of=["units"], counts="ready", at_least_percent=95)
        policy["rules"]["units_ready"] = ready
        tolerant = rule("measured", of=["units"], at_least_percent=95)
        policy["rules"]["all_measured"] = tolerant
        policy["rules"].pop("no_conditions")

    criteria = changed(tmp_path, change)
    units = standings([G] * (20 - grey) + [K] * grey)
    rules = rules_of(units, [], [], PROVEN, criteria=criteria)

    assert {r.id: r.holds for r in rules}["all_measured"] is holds
    assert decide(rules) is (Decision.GO if holds else Decision.INCONCLUSIVE)


@pytest.mark.parametrize(
    ("holds", "is_mandatory", "more", "effect"),
    [
        (True, True, {}, Decision.GO),
        (False, True, {}, Decision.NO_GO),
        (None, True, {}, Decision.INCONCLUSIVE),
        (False, False, {}, Decision.CONDITIONAL),
        (None, False, {}, Decision.GO),
        (None, False, {"undecided": ("a",)}, Decision.CONDITIONAL),
        (False, True, {"waived_by": (1,), "is_covered": True}, Decision.CONDITIONAL),
        (None, True, {"waived_by": (1,), "is_covered": True}, Decision.CONDITIONAL),
        (False, True, {"waived_by": (1,)}, Decision.INCONCLUSIVE),
        (True, True, {"waived_by": (1,), "is_covered": True}, Decision.GO),
    ],
)
def test_what_follows_from_one_rule(holds, is_mandatory, more, effect):
    """A waiver makes a rule a condition, never a go; what holds needs none."""
    one = Rule("x", SAYS, is_mandatory=is_mandatory, holds=holds, detail=SAYS, **more)

    assert effect_of(one) is effect


def test_the_rules_that_decide_are_named():
    """Those without which the decision would be better, and no others."""
    units = standings([R, Y])

    assert deciding(rules_of(units, [], [], PROVEN)) == ("units_ready",)
    assert deciding(rules_of(standings([Y]), [], [], PROVEN)) == ("no_conditions",)
    assert deciding(rules_of(standings([G]), [], [], PROVEN)) == ()
    assert deciding(rules_of(standings([K]), [], [], PROVEN)) == (
        "all_measured",
        "units_ready",
    )
    assert deciding(rules_of(units, [], [], [])) == ("instrument_proven",)


def test_without_any_rule_nothing_is_decided():
    """Criteria that are not in force make no go."""
    assert decide(()) is Decision.INCONCLUSIVE


@pytest.mark.parametrize(
    ("term", "covers"),
    [
        (Term(), True),
        (Term(("phase-1",)), True),
        (Term(("phase-2",)), False),
        (Term((), date(2025, 6, 20)), True),
        (Term((), date(2025, 6, 21)), False),
        (Term((), None, date(2025, 6, 20)), True),
        (Term((), None, date(2025, 6, 19)), False),
    ],
)
def test_a_rule_is_in_force_on_its_days_and_in_its_phases(term, covers):
    """From the first day to the last, both included; without a word always."""
    assert term.covers("phase-1", date(2025, 6, 20)) is covers


def test_the_day_is_the_city_s(tmp_path):
    """A trial at 07:30 in the city begins on that day, although UTC still has the night."""

    def change(policy):
        policy["rules"]["tomorrow"] = rule("none", light="red", valid_from="2025-06-21")

    judging = Judging(changed(tmp_path, change))
    place = city([]).city
    evening = replace(RUN, started=MORNING.replace(hour=17))  # midnight in the city

    assert "tomorrow" not in {r.id for r in judging.policy(RUN, place).rules}
    assert "tomorrow" in {r.id for r in judging.policy(evening, place).rules}


@pytest.mark.parametrize(
    ("entry", "words"),
    [
        ({}, ["pass", "warn", "unknown", "blocked", "fail"]),
        ({"at_worst": "yellow"}, ["pass", "warn", "warn", "warn", "warn"]),
        ({"warn": "nothing"}, ["pass", "pass", "unknown", "blocked", "fail"]),
        (
            {"at_worst": "yellow", "warn": "nothing"},
            ["pass", "pass", "warn", "warn", "warn"],
        ),
        ({"at_worst": "nothing"}, [None] * 5),
    ],
)
def test_how_much_a_check_counts(tmp_path, entry, words):
    """What a failure is at worst holds for the unknown too: nobody fares better by failing."""

    def change(policy):
        policy["lights"]["checks"] = {"a.b": entry | {"source": ["own"]}}

    weight = changed(tmp_path, change).weight_of("a.b")
    outcomes = ["pass", "warn", "unknown", "blocked", "fail"]

    assert [counted(word, weight) for word in outcomes] == words


def judged(criteria, but):
    """A small city under criteria, with this wrong in it."""
    inventory = city([unit("hai-an", systems=["mail"])], shared=[hotline()])
    plan = make_plan(inventory, CHECKS, "phase-1")
    measurements = morning(inventory, but)
    return assess(
        RUN,
        inventory,
        plan,
        measurements,
        stages=PROVEN,
        registry=CHECKS,
        judging=Judging(criteria),
    )


@pytest.mark.parametrize(
    ("entry", "light", "decision"),
    [
        ({}, R, Decision.NO_GO),
        ({"at_worst": "yellow"}, Y, Decision.CONDITIONAL),
        ({"at_worst": "nothing"}, G, Decision.GO),
        ({"at_worst": "nothing", "phases": ["phase-2"]}, R, Decision.NO_GO),
        ({"at_worst": "nothing", "valid_until": "2025-06-19"}, R, Decision.NO_GO),
    ],
)
def test_a_light_follows_the_criteria(tmp_path, entry, light, decision):
    """From the file through the unit's light to the decision of the city."""

    def change(policy):
        policy["lights"]["checks"] = {"system.reach": {"source": ["own"]} | entry}

    found = judged(changed(tmp_path, change), {"system.reach hai-an/mail": refused()})

    assert (found.units[0].light, found.decision) == (light, decision)


def test_whoever_is_asked_nothing_that_counts_is_grey(tmp_path):
    """No silence is a pass, also by criteria."""

    def change(policy):
        policy["lights"]["checks"] = {
            name: {"at_worst": "nothing", "source": ["own"]} for name in CHECKS
        }

    found = judged(changed(tmp_path, change), {})

    assert {s.light for s in (*found.units, *found.hubs, *found.systems)} == {K}
    assert found.decision is Decision.INCONCLUSIVE


def test_the_decision_names_its_sources_and_its_score():
    """Whose rules, by which file, and how much of the city is ready by weight."""
    found = judged(None, {"system.reach hai-an/mail": refused()})
    by_id = {r.id: r for r in found.rules}

    assert found.decided_by == ("units_ready",)
    assert found.criteria_digest == shipped().digest
    assert any("02-KH" in source.vi for source in by_id["units_ready"].sources)
    assert by_id["units_ready"].own_choice is not None
    assert found.lights_from[0].en.startswith("Plan 02")
    assert found.score is not None
    assert found.score.low_percent == found.score.high_percent == pytest.approx(6000 / 62)


def test_a_light_is_the_same_in_any_order():
    """Of the verdicts."""
    found = judged(None, {"system.reach hai-an/mail": refused()}).units[0]

    assert light_by(found.owner, found.verdicts[::-1], shipped()) is found.light
