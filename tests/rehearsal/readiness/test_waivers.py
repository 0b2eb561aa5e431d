"""Does a signature count for what it was given for, as long as it lasts, and for no more?"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from rehearsal.criteria import shipped
from rehearsal.model import Decision, Light, StageTime, Standing
from rehearsal.model.decision import Waiver, WaiverState
from rehearsal.readiness.gate import decide, rules_of
from rehearsal.readiness.judging import Judging
from tests.rehearsal.readiness.small_city import (
    CHECKS,
    MORNING,
    RUN,
    assess,
    city,
    hotline,
    make_plan,
    measured,
    morning,
    refused,
    unit,
)

PROVEN = [StageTime("selftest", MORNING, MORNING)]
NIGHT = datetime(2025, 6, 30, 17, tzinfo=UTC)  # the end of 30 June in the city
G, Y, K, R = Light.GREEN, Light.YELLOW, Light.GREY, Light.RED
FIRST, SECOND = MORNING, MORNING + timedelta(days=5)  # the trials of 20 and 25 June


def waiver(rule="units_ready", subject="", *, number=1, **more) -> Waiver:
    """A waiver that was signed the evening before the first trial."""
    signed = MORNING - timedelta(hours=12)
    return Waiver(number, signed, rule, subject, "A", "Phó Chủ tịch", "có lý do", NIGHT, **more)


def judged(lights, *waivers, hubs=()):
    """Rules and decision where units have these lights, by their slug."""
    units = [Standing(unit(slug), light, ()) for slug, light in lights.items()]
    over = [Standing(unit(slug), light, ()) for slug, light in dict(hubs).items()]
    rules = rules_of(units, over, [], PROVEN, waivers=waivers)
    return {r.id: r for r in rules}, decide(rules)


def test_a_red_unit_that_is_signed_for_is_a_condition():
    """The rule still does not hold, and the unit stays red; the city may go, conditionally."""
    rules, decision = judged({"a": R, "b": G}, waiver(subject="a"))

    assert decision is Decision.CONDITIONAL
    assert rules["units_ready"].holds is False
    assert (rules["units_ready"].waived_by, rules["units_ready"].is_covered) == ((1,), True)
    assert rules["units_ready"].subjects == ("a",)


@pytest.mark.parametrize("subject", ["b", "a/bridge-of-another", "c"])
def test_a_signature_for_one_covers_nobody_else(subject):
    """Another red unit is still a no."""
    rules, decision = judged({"a": R, "b": G, "c": Y}, waiver(subject=subject))

    assert decision is Decision.NO_GO
    assert rules["units_ready"].waived_by == ()


def test_a_signature_for_all_covers_all():
    """Without a subject the whole rule is signed for, by the one who signs it."""
    assert judged({"a": R, "b": R}, waiver())[1] is Decision.CONDITIONAL


def test_a_waiver_covers_its_own_rule_alone():
    """A signed unit says nothing of a hub."""
    signed = waiver(subject="a")

    assert judged({"a": R}, signed, hubs={"central": R})[1] is Decision.NO_GO
    assert judged({"a": R}, waiver("hubs_ready"), hubs={"central": G})[1] is Decision.NO_GO


def test_a_waiver_that_nobody_needs_changes_nothing():
    """A go stays a go, and no rule rests on it."""
    rules, decision = judged({"a": G}, waiver(subject="a"))

    assert decision is Decision.GO
    assert rules["units_ready"].waived_by == ()


def test_who_signs_for_red_signs_for_unknown():
    """A unit that may be red may also be unknown: else it would fare better by failing."""
    rules, decision = judged({"a": K, "b": G}, waiver(subject="a"))

    assert decision is Decision.CONDITIONAL
    assert rules["all_measured"].waived_by == rules["units_ready"].waived_by == (1,)


def test_who_signs_for_unknown_does_not_sign_for_red():
    """That it could not be measured is no excuse for what was measured."""
    signed = waiver("all_measured", "a")

    assert judged({"a": K}, signed)[1] is Decision.CONDITIONAL
    assert judged({"a": R}, signed)[1] is Decision.NO_GO


def test_who_signs_for_a_condition_signs_for_no_more():
    """Yellow is accepted already; red and unknown are not."""
    signed = waiver("no_conditions", "a")

    assert judged({"a": Y}, signed)[1] is Decision.CONDITIONAL
    assert judged({"a": K}, signed)[1] is Decision.INCONCLUSIVE
    assert judged({"a": R}, signed)[1] is Decision.NO_GO


def test_what_is_unknown_beside_a_signed_unit_stays_unknown():
    """The red unit is signed for; the other one may still be anything."""
    rules, decision = judged({"a": R, "b": K}, waiver(subject="a"))

    assert decision is Decision.INCONCLUSIVE
    assert (rules["units_ready"].waived_by, rules["units_ready"].is_covered) == ((1,), False)


@pytest.mark.parametrize("rule", ["instrument_proven", "whole_city"])
def test_nobody_can_sign_for_evidence(rule):
    """What the instrument did not prove, a name does not prove either."""
    units = [Standing(unit("a"), G, ())]
    rules = rules_of(units, [], [], [], is_whole=False, waivers=[waiver(rule)])

    assert decide(rules) is Decision.INCONCLUSIVE
    assert all(not r.waived_by for r in rules)


def test_what_is_left_behind_can_be_signed_for_as_a_whole():
    """Somebody answers for it by name; it is still told, and no go."""
    units = [Standing(unit("a"), G, ())]
    rules = rules_of(units, [], [], PROVEN, left=3, waivers=[waiver("nothing_left_behind")])

    assert decide(rules) is Decision.CONDITIONAL


def test_plain_text_is_signed_for_target_by_target():
    """Each address that is open needs its own signature."""
    plain = replace(hotline(), url="http://1022.example/")
    systems = [Standing(plain, G, ())]

    def waived(subject):
        rules = rules_of([], [], systems, PROVEN, waivers=[waiver("encrypted", subject)])
        return {r.id: r.waived_by for r in rules}["encrypted"]

    assert (waived("city/hotline"), waived("city/portal")) == ((1,), ())


@pytest.mark.parametrize(
    ("began", "judged_at", "state"),
    [
        (FIRST, FIRST + timedelta(hours=1), WaiverState.IN_FORCE),
        (FIRST, None, WaiverState.IN_FORCE),
        (FIRST, MORNING - timedelta(hours=12), WaiverState.IN_FORCE),
        (FIRST, MORNING - timedelta(hours=12, seconds=1), WaiverState.LATER),
        (NIGHT - timedelta(seconds=1), NIGHT + timedelta(hours=1), WaiverState.IN_FORCE),
        (NIGHT, NIGHT + timedelta(hours=1), WaiverState.EXPIRED),
    ],
    ids=["signed before", "running", "that moment", "signed later", "last second", "over"],
)
def test_when_a_waiver_counts(began, judged_at, state):
    """Signed when the trial is judged, and not expired when it began: to the second."""
    assert waiver().state(began, judged_at) is state


@pytest.mark.parametrize(
    ("withdrawn", "state"),
    [
        (FIRST, WaiverState.WITHDRAWN),
        (FIRST + timedelta(hours=1), WaiverState.WITHDRAWN),
        (FIRST + timedelta(hours=1, seconds=1), WaiverState.IN_FORCE),
    ],
)
def test_what_is_withdrawn_by_the_verdict_does_not_count(withdrawn, state):
    """What is taken back later leaves the verdict of record as it was."""
    one = waiver(withdrawn_at=withdrawn)

    assert one.state(FIRST, FIRST + timedelta(hours=1)) is state


def trial(started, but, *waivers, judged=None):
    """A trial in a small city that began then."""
    inventory = city([unit("hai-an", systems=["mail"]), unit("an-lao")], shared=[hotline()])
    plan = make_plan(inventory, CHECKS, "phase-1")
    return assess(
        replace(RUN, started=started),
        inventory,
        plan,
        morning(inventory, but),
        stages=PROVEN,
        registry=CHECKS,
        judging=Judging(waivers=waivers, judged=judged),
    )


def test_a_waiver_that_expires_between_the_trials():
    """It counts on 20 June; on 25 June it is shown as expired, and the same fault is a no."""
    signed = replace(waiver(subject="hai-an"), expires=datetime(2025, 6, 24, 17, tzinfo=UTC))
    broken = {"system.reach hai-an/mail": refused()}
    first, second = trial(FIRST, broken, signed), trial(SECOND, broken, signed)

    assert (first.decision, second.decision) == (Decision.CONDITIONAL, Decision.NO_GO)
    assert [(h.state, h.is_used) for h in first.waivers] == [(WaiverState.IN_FORCE, True)]
    assert [(h.state, h.is_used) for h in second.waivers] == [(WaiverState.EXPIRED, False)]
    assert {s.owner.slug: s.light for s in first.units}["hai-an"] is R


@pytest.mark.parametrize(
    ("but", "decision"),
    [
        ({"system.reach hai-an/mail": refused()}, Decision.CONDITIONAL),
        ({"bridge.reach hai-an/bridge": refused()}, Decision.NO_GO),
        (
            {
                "system.reach hai-an/mail": refused(),
                "bridge.reach hai-an/bridge": refused(),
            },
            Decision.NO_GO,
        ),
        ({"system.reach hai-an/mail": None}, Decision.CONDITIONAL),
    ],
    ids=["it", "another", "both", "it is unknown"],
)
def test_a_signature_for_one_system_covers_no_other(but, decision):
    """Whose mail is signed for may not lack its bridge."""
    assert trial(FIRST, but, waiver(subject="hai-an/mail")).decision is decision


def test_the_criteria_of_the_tests_know_the_rules():
    """A renamed rule would make every waiver idle, and these tests with it."""
    assert {"units_ready", "all_measured", "hubs_ready", "no_conditions"} <= {
        r.id for r in shipped().rules
    }
    assert measured("bridge.reach", "a/bridge").evidence is not None
