"""Go or no-go: which rules hold, and what follows from them?"""

import itertools
from dataclasses import replace

import pytest

from rehearsal.model import Decision, Light, Rule, StageTime, Standing, Text
from rehearsal.readiness.gate import decide, rules_of
from rehearsal.readiness.lights import light_of
from tests.rehearsal.readiness.small_city import MORNING, hotline, unit

PROVEN = [StageTime("selftest", MORNING, MORNING)]
WORST_FIRST = [Light.RED, Light.GREY, Light.YELLOW, Light.GREEN]


@pytest.mark.parametrize(
    ("words", "light"),
    [
        ([], Light.GREY),
        (["pass"], Light.GREEN),
        (["pass", "warn"], Light.YELLOW),
        (["pass", "unknown"], Light.GREY),
        (["warn", "unknown"], Light.GREY),
        (["unknown", "fail"], Light.RED),
        (["warn", "blocked"], Light.RED),
        (["pass", "fail", "warn"], Light.RED),
    ],
)
def test_the_worst_word_gives_the_light(words, light):
    """Red for what fails, grey for what is not known, yellow for less; nothing is grey."""
    assert light_of(words) is light


def test_a_worse_word_never_improves_the_light():
    """To whatever is known, something worse may be added: the light gets no better."""
    worsening = ["pass", "warn", "unknown", "blocked", "fail"]
    for words in itertools.product(worsening, repeat=2):
        before = WORST_FIRST.index(light_of(words))
        for worse in worsening[worsening.index(words[0]) :]:
            assert WORST_FIRST.index(light_of([worse, words[1]])) <= before


def standing(light, owner=None):
    return Standing(owner or unit("hai-an"), light, ())


def holds(*, units=(), hubs=(), systems=(), stages=PROVEN):
    """Whether each rule holds, by its id."""
    return {rule.id: rule.holds for rule in rules_of(units, hubs, systems, stages)}


def decided(*, units=(Light.GREEN,), hubs=(Light.GREEN,), systems=(), stages=PROVEN):
    everybody = [[standing(light) for light in lights] for lights in (units, hubs, systems)]
    return decide(rules_of(*everybody, stages))


@pytest.mark.parametrize(
    ("light", "expected"), [(Light.GREEN, True), (Light.YELLOW, True), (Light.GREY, None)]
)
@pytest.mark.parametrize(
    ("who", "rule"),
    [("units", "units_ready"), ("hubs", "hubs_ready"), ("systems", "systems_ready")],
)
def test_who_is_not_red_is_ready_if_it_is_known(who, rule, light, expected):
    """Green and yellow are ready; grey leaves the rule undecided."""
    assert holds(**{who: [standing(light)]})[rule] is expected


@pytest.mark.parametrize(
    ("who", "rule"),
    [("units", "units_ready"), ("hubs", "hubs_ready"), ("systems", "systems_ready")],
)
def test_one_red_breaks_its_rule_alone(who, rule):
    """A red one breaks its own rule, also beside a grey one; the others' rules hold."""
    green = [standing(Light.GREEN)]
    others = {"units": green, "hubs": green, "systems": green}
    found = holds(**others | {who: [standing(Light.GREY), standing(Light.RED)]})

    assert found.pop(rule) is False
    assert found.pop("all_measured") is None
    assert set(found.values()) == {True}


def test_a_rule_names_whom_it_is_about():
    """A broken rule lists slugs, and the id of a shared system's target."""
    red = [standing(Light.RED, hotline()), standing(Light.GREEN, hotline())]

    rules = {rule.id: rule for rule in rules_of([standing(Light.GREY)], [], red, PROVEN)}

    assert rules["systems_ready"].subjects == ("city/hotline",)
    assert rules["all_measured"].subjects == ("hai-an",)
    assert rules["units_ready"].detail.en == "Not all of it was measured"


@pytest.mark.parametrize("rule", ["units_ready", "hubs_ready", "systems_ready"])
def test_what_the_inventory_has_not_is_not_ready(rule):
    """Nobody passes for those who are not there: it is said that there are none."""
    found = {r.id: r for r in rules_of([], [], [], PROVEN)}[rule]

    assert (found.holds, found.is_mandatory) == (None, False)
    assert found.detail == Text("Danh mục không có", "None in the inventory")


def test_what_the_inventory_has_not_is_no_condition():
    """A test bed without shared systems can still be a go: nobody asked for them."""
    assert decided(systems=()) is Decision.GO
    assert decided(systems=(Light.GREEN,)) is Decision.GO


def test_plain_text_is_a_condition():
    """A forgotten `s` is no go without conditions, and says where it is missing."""
    plain = replace(hotline(), url="http://1022.example/")
    rules = rules_of([], [], [standing(Light.GREEN, plain)], PROVEN)

    assert {r.id: r.subjects for r in rules if r.holds is False} == {
        "encrypted": ("city/hotline",)
    }
    assert decide(rules) is Decision.CONDITIONAL


@pytest.mark.parametrize(
    ("stages", "expected"),
    [
        ([], None),
        ([StageTime("selftest", MORNING, None)], None),
        ([StageTime("selftest", MORNING, MORNING)], True),
        ([StageTime("selftest", MORNING, MORNING, "bridge.reach[x]: ()")], False),
        ([StageTime("selftest", MORNING, MORNING, "late"), *PROVEN], True),
        ([StageTime("bridges", MORNING, MORNING)], None),
    ],
)
def test_the_instrument_is_proven_by_its_last_finished_selftest(stages, expected):
    """Untried is undecided, a problem is a no, and only the last trial of it counts."""
    assert holds(units=[standing(Light.GREEN)], stages=stages)["instrument_proven"] is expected


def test_nobody_measured_is_not_everybody_measured():
    """A trial of nobody decides nothing."""
    assert holds()["all_measured"] is None
    assert decided(units=(), hubs=()) is Decision.INCONCLUSIVE


@pytest.mark.parametrize(
    ("units", "hubs", "decision"),
    [
        ([Light.GREEN], [Light.GREEN], Decision.GO),
        ([Light.YELLOW], [Light.GREEN], Decision.CONDITIONAL),
        ([Light.GREEN], [Light.YELLOW], Decision.CONDITIONAL),
        ([Light.GREY, Light.YELLOW], [Light.GREEN], Decision.INCONCLUSIVE),
        ([Light.GREEN], [Light.GREY], Decision.INCONCLUSIVE),
        ([Light.RED, Light.GREY], [Light.GREEN], Decision.NO_GO),
        ([Light.GREY], [Light.RED], Decision.NO_GO),
    ],
)
def test_what_follows(units, hubs, decision):
    """Red beats unknown, unknown beats conditions; go is what remains."""
    assert decided(units=units, hubs=hubs) is decision


@pytest.mark.parametrize("lights", [[Light.GREEN], [Light.YELLOW], [Light.GREY], [Light.RED]])
@pytest.mark.parametrize("stages", [[], [StageTime("selftest", MORNING, MORNING, "wrong")]])
def test_an_unproven_instrument_decides_nothing(lights, stages):
    """Neither its red nor its green can be believed."""
    assert decided(units=lights, stages=stages) is Decision.INCONCLUSIVE


def test_a_rule_that_is_not_mandatory_stops_nobody():
    """Conditions make a go conditional, no more."""
    says = Text("a", "a")
    rules = [
        Rule("instrument_proven", says, is_mandatory=True, holds=True, detail=says),
        Rule("no_conditions", says, is_mandatory=False, holds=False, detail=says),
    ]

    assert decide(rules) is Decision.CONDITIONAL
