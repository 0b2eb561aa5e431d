"""What does an assessment say to the follow-up, and what may it not say?"""

from __future__ import annotations

from dataclasses import replace

import pytest

from rehearsal.follow_up import actions_of, observation_of
from rehearsal.model import (
    NO_OWNERS,
    Attempt,
    Declaration,
    Failure,
    Finding,
    Outcome,
    Rule,
    Rung,
    Step,
    Text,
    Verdict,
)
from rehearsal.model.action import ActionState
from tests.rehearsal.follow_up.days import KIND, REACH, june, rechecked, trial
from tests.rehearsal.readiness.small_city import MORNING, bridge, measured

PAIR = ("hai-an/bridge", KIND)
ASKED = (REACH, "hai-an/bridge")


def seen_as(verdict: Verdict):
    """What an assessment with only this verdict of hai-an says."""
    found = trial(20)
    units = [
        s if s.owner.slug != "hai-an" else replace(s, verdicts=(verdict,)) for s in found.units
    ]
    return observation_of(replace(found, units=tuple(units)))


def test_a_trial_that_fails_and_one_that_passes_prove_the_repair():
    """From the checks' own evidence to the end of the action."""
    opened, proven = (
        actions_of(days, (), NO_OWNERS)
        for days in ([trial(20, "hai-an")], [trial(20, "hai-an"), trial(25)])
    )

    assert [(a.pairs, a.state) for a in opened] == [((PAIR,), ActionState.OPEN)]
    assert [a.state for a in proven] == [ActionState.PROVEN]


@pytest.mark.parametrize("narrowed", [{"units": ["hai-an"]}, {"only": [REACH]}], ids=str)
def test_a_part_of_the_city_is_a_recheck(narrowed):
    """One unit run again mends; the city's next trial proves."""
    (found,) = actions_of([trial(20, "hai-an"), trial(23, **narrowed)], (), NO_OWNERS)

    assert found.state is ActionState.MENDED


def test_a_recheck_of_the_trial_mends_what_it_measured():
    """Later rounds of a run speak of what they measured, at their own time."""
    first = trial(20, "hai-an", "an-bien")
    again = rechecked(trial(20, "an-bien"), 23, "hai-an")

    (found,) = actions_of([first, again], (), NO_OWNERS)

    assert found.failing == (("an-bien/bridge", KIND),)
    assert found.measured == again.rechecks[0].at
    assert observation_of(again).told == {}


def test_a_late_recheck_of_an_old_trial_says_nothing_old():
    """What it did not measure itself was known before: it reopens nothing."""
    days = [
        trial(20, "hai-an", "an-bien"),
        trial(25),
        rechecked(trial(20, "an-bien"), 26, "hai-an"),
    ]

    (found,) = actions_of(days, (), NO_OWNERS)

    assert found.state is ActionState.PROVEN


def test_a_recheck_that_fails_again_opens_it_again():
    """It was mended on 21 June, and on 23 June it fails."""
    days = [
        trial(20, "hai-an"),
        trial(21, units=["hai-an"]),
        rechecked(trial(20, "hai-an"), 23, "hai-an"),
    ]

    (found,) = actions_of(days, (), NO_OWNERS)

    assert found.state is ActionState.REOPENED


def test_an_instrument_that_is_in_doubt_mends_nothing():
    """Neither a trial whose instrument was not proven, nor such a recheck."""
    doubted = trial(25)
    says = Text("a", "a")
    rule = Rule("instrument_proven", says, is_mandatory=True, holds=False, detail=says)
    days = (
        replace(doubted, rules=(rule,)),
        rechecked(trial(20), 25, "hai-an", doubt="no self-test"),
    )

    for day in days:
        (found,) = actions_of([trial(20, "hai-an"), day], (), NO_OWNERS)
        assert found.state is ActionState.OPEN


def test_what_was_never_reached_is_not_well():
    """No measurement, none by people either."""
    assert ASKED not in seen_as(Verdict(REACH, bridge("hai-an"))).sound


def test_what_is_blocked_is_not_well():
    """Nobody saw it, even if a measurement lies there."""
    verdict = Verdict(REACH, bridge("hai-an"), (), measured(*ASKED), "bridge.certificate")

    assert ASKED not in seen_as(verdict).sound


def test_what_failed_otherwise_is_not_well():
    """It says something else now; whether the first is gone, nobody has seen."""
    failure = Failure(Step.RESOLVE, "nxdomain")
    told = Finding("nxdomain", Outcome.FAIL)

    seen = seen_as(Verdict(REACH, bridge("hai-an"), (told,), measured(*ASKED, failure)))

    assert ASKED not in seen.sound


def test_what_is_in_doubt_is_not_well():
    """An UNKNOWN finding beside the evidence leaves it open."""
    doubt = Finding("observer_overloaded", Outcome.UNKNOWN)
    verdict = Verdict(REACH, bridge("hai-an"), (doubt,), measured(*ASKED))
    seen = seen_as(verdict)

    assert ASKED not in seen.sound
    assert ("hai-an/bridge", "observer_overloaded") in seen.told


def test_another_finding_says_that_this_one_is_gone():
    """Slow, but it answers: the check looked, and told something else."""
    slow = Finding("slow", Outcome.WARN)

    assert ASKED in seen_as(Verdict(REACH, bridge("hai-an"), (slow,), measured(*ASKED))).sound


def test_what_people_declare_counts_as_seen():
    """Their word is the only evidence of such a system."""
    said = Declaration(REACH, "hai-an/bridge", "Trần B", MORNING, {})

    assert ASKED in seen_as(Verdict(REACH, bridge("hai-an"), declared=said)).sound


def test_steps_that_held_below_a_failure_are_seen():
    """The last attempt counts; a step that broke once in it did not hold."""
    failure = Failure(Step.TLS_HANDSHAKE, "certificate_expired")
    rungs = [
        Rung(Step.RESOLVE, 0.1, held=True),
        Rung(Step.CONNECT, 0.1, held=False),
        Rung(Step.CONNECT, 0.1, held=True),
        Rung(Step.TLS_HANDSHAKE, 0.1, held=False),
    ]
    attempts = (
        Attempt(MORNING, 1.0, (Rung(Step.MEDIA, 0.1, held=True),), failure),
        Attempt(MORNING, 1.0, tuple(rungs), failure),
    )
    told = replace(measured(*ASKED, failure), attempts=attempts)

    held = seen_as(Verdict(REACH, bridge("hai-an"), (), told)).held[ASKED]

    assert held == {Step.RESOLVE, Step.OBSERVE}


def test_our_own_failure_holds_no_step():
    """An overloaded instrument has seen nothing of the unit, nor that it is well itself."""
    told = measured(*ASKED, Failure(Step.OBSERVE, "observer_overloaded"))

    assert seen_as(Verdict(REACH, bridge("hai-an"), (), told)).held[ASKED] == frozenset()


def test_a_deadline_runs_from_what_was_seen():
    """Not from when the trial was ordered, nor from when somebody judged it again."""
    assert observation_of(trial(20)).at == june(20, 0).replace(minute=30, second=1)
