"""Does measuring again tell the truth: nothing better than measured, nothing forgotten?"""

from dataclasses import replace
from datetime import timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from checks import CHECKS
from rehearsal.model import Failure, Outcome, Round, Step
from rehearsal.plan import make_plan
from rehearsal.readiness.assess import assess
from rehearsal.readiness.verdicts import is_blocking
from tests.rehearsal.readiness.small_city import (
    MORNING,
    RUN,
    city,
    hotline,
    light_of,
    measured,
    morning,
    refused,
    unit,
)

BEHIND = replace(unit("an-lao"), hub="central")
CITY = city([unit("hai-an", systems=["mail"]), BEHIND], shared=[hotline()])
HEALTHY = morning(CITY)
BRIDGE, MAIL, HUB = "hai-an/bridge", "hai-an/mail", "central/bridge"
SILENT = Failure(Step.MEDIA, "no_media")
EXPIRED = Failure(Step.TLS_HANDSHAKE, "certificate_not_yet_valid")
DEAD = morning(CITY, {f"bridge.* {BRIDGE}": refused()})


def told(first, *later, inventory=CITY, until=None):
    """The assessment after the trial and these rechecks; each is measurements or a round."""
    rounds = [Round(0, MORNING, tuple(first), CITY)]
    for number, one in enumerate(later, 1):
        at = MORNING + timedelta(days=number)
        rounds.append(one if isinstance(one, Round) else Round(number, at, tuple(one), CITY))
    plan = make_plan(inventory, CHECKS, "phase-1")
    return assess(RUN, inventory, plan, (), stages=(), registry=CHECKS, rounds=rounds[:until])


def verdict_of(found, check_id, target_id):
    everybody = (*found.hubs, *found.units, *found.systems)
    verdicts = [v for s in everybody for v in s.verdicts]
    return next(v for v in verdicts if (v.check_id, v.target.id) == (check_id, target_id))


def codes(verdict):
    return [finding.code for finding in verdict.findings]


def earlier(found, check_id, target_id):
    """What was said before, with its round."""
    known = found.history.get((check_id, target_id), ())
    return [(one.round, one.verdict.outcome.word) for one in known]


def asked(target_id, *names, seen=...):
    return [measured(name, target_id, seen) for name in names]


def test_one_round_is_the_trial_itself():
    """Without a recheck nothing is history, and nothing is said otherwise."""
    found = told(DEAD)
    plan = make_plan(CITY, CHECKS, "phase-1")

    assert found == assess(RUN, CITY, plan, DEAD, stages=(), registry=CHECKS)
    assert found.history == {}


def test_the_latest_round_counts_and_the_earlier_one_is_told():
    """A mended system passes; that it failed stays readable."""
    before = morning(CITY, {f"system.reach {MAIL}": refused()})
    found = told(before, asked(MAIL, "system.reach"))

    assert light_of(found, "hai-an") == "green"
    assert earlier(found, "system.reach", MAIL) == [(0, "fail")]


def test_what_was_not_asked_again_stays_as_it_was():
    """Neither its verdict nor its measurement changes, and it has no history."""
    before = morning(CITY, {f"system.reach {MAIL}": refused()})
    after = told(before, asked(MAIL, "system.reach"))

    assert verdict_of(after, "hotline.reach", "city/hotline") == verdict_of(
        told(before), "hotline.reach", "city/hotline"
    )
    assert set(after.history) == {("system.reach", MAIL)}


def test_worse_news_count_as_well():
    """What passed and fails now, fails."""
    found = told(HEALTHY, asked(MAIL, "system.reach", seen=refused()))

    assert light_of(found, "hai-an") == "red"
    assert earlier(found, "system.reach", MAIL) == [(0, "pass")]


def test_what_passed_is_blocked_once_the_way_to_it_is_gone():
    """No check stays green over a bridge that cannot be reached any more."""
    found = told(HEALTHY, asked(BRIDGE, "bridge.reach", seen=refused()))
    signalling = verdict_of(found, "bridge.signalling", BRIDGE)

    assert signalling.outcome is Outcome.BLOCKED
    assert signalling.blocked_by == "bridge.reach"
    assert earlier(found, "bridge.signalling", BRIDGE) == [(0, "pass")]


def test_what_was_blocked_is_unknown_until_it_is_measured():
    """The bridge is back; nobody has called it since, so nobody says that it comes."""
    mended = asked(BRIDGE, "bridge.reach", "bridge.certificate", "bridge.signalling")
    found = told(DEAD, mended)
    call = verdict_of(found, "bridge.roll_call", BRIDGE)

    assert (call.outcome, codes(call)) == (Outcome.UNKNOWN, ["not_measured_again"])
    assert earlier(found, "bridge.roll_call", BRIDGE) == [(0, "blocked")]
    assert light_of(found, "hai-an") == "grey"


def test_it_stays_unknown_whatever_else_is_asked():
    """A later recheck of something else does not answer for it."""
    mended = asked(BRIDGE, "bridge.reach", "bridge.certificate", "bridge.signalling")
    found = told(DEAD, mended, asked(MAIL, "system.reach"))

    assert codes(verdict_of(found, "bridge.roll_call", BRIDGE)) == ["not_measured_again"]


def test_a_way_that_came_back_does_not_bring_the_old_pass_back():
    """Passed, then cut off, then reachable: what lies behind has to be measured again."""
    cut, back = (asked(BRIDGE, "bridge.reach", seen=s) for s in (refused(), ...))
    found = told(HEALTHY, cut, back)

    assert codes(verdict_of(found, "bridge.media", BRIDGE)) == ["not_measured_again"]
    assert earlier(found, "bridge.media", BRIDGE) == [(0, "pass"), (1, "blocked")]


def test_whom_a_mended_hub_blocked_is_unknown_until_measured():
    """The hub is well now; its unit may be, too, and nobody knows."""
    silent = {f"bridge.media {name}": SILENT for name in (HUB, "an-lao/bridge")}
    before = morning(CITY, silent)
    found = told(before, asked(HUB, "bridge.media"))

    assert verdict_of(told(before), "bridge.media", "an-lao/bridge").blocked_at == HUB
    assert codes(verdict_of(found, "bridge.media", "an-lao/bridge")) == ["not_measured_again"]
    both = told(before, [*asked(HUB, "bridge.media"), *asked("an-lao/bridge", "bridge.media")])
    assert verdict_of(both, "bridge.media", "an-lao/bridge").outcome is Outcome.PASS


def test_another_address_is_another_thing_to_measure():
    """What passed at the old address is not measured at the new one; its past is told."""
    here = unit("hai-an", systems=["mail"])
    moved = replace(here.targets[1], url="https://new.mail.example/")
    there = replace(CITY, units=(replace(here, targets=(here.targets[0], moved)), BEHIND))
    nothing = Round(1, MORNING + timedelta(days=1), (), there)
    found = told(HEALTHY, nothing, inventory=there)

    assert verdict_of(found, "system.reach", MAIL).outcome is Outcome.UNKNOWN
    assert earlier(found, "system.reach", MAIL) == [(0, "pass")]
    asked_there = replace(nothing, measurements=tuple(asked(MAIL, "system.reach")))
    assert light_of(told(HEALTHY, asked_there, inventory=there), "hai-an") == "green"


def test_each_round_has_the_clock_that_it_was_measured_by():
    """On the 20th our clock was wrong; a certificate refused by it then is not excused now."""
    wrong = morning(CITY, {"*.* *": EXPIRED})
    names = ("bridge.reach", "bridge.certificate")
    found = told(wrong, asked(BRIDGE, *names, seen=EXPIRED))

    assert codes(verdict_of(told(wrong), "bridge.certificate", BRIDGE)) == ["clock_skewed"]
    assert verdict_of(found, "bridge.reach", BRIDGE).outcome is Outcome.FAIL


KEYS = [(m.check_id, m.target_id) for m in HEALTHY]
SEEN = st.sampled_from([..., refused(), SILENT, Failure(Step.OBSERVE, "observer_overloaded")])
ROUND = st.dictionaries(st.sampled_from(KEYS), SEEN, max_size=len(KEYS))


def round_of(seen):
    return [measured(check_id, target_id, s) for (check_id, target_id), s in seen.items()]


@settings(max_examples=80, deadline=None)
@given(ROUND, st.lists(ROUND, max_size=3))
def test_nothing_is_green_that_was_not_measured_well(first, later):
    """Whatever was asked again: a pass has good evidence, of its latest round, and a way."""
    latest = {}
    for seen in (first, *later):
        latest |= seen
    found = told(round_of(first), *map(round_of, later))

    for standing in (*found.hubs, *found.units, *found.systems):
        for verdict in standing.verdicts:
            if verdict.outcome is Outcome.PASS:
                key = verdict.check_id, verdict.target.id
                required = CHECKS[verdict.check_id].requires
                below = [v for v in standing.verdicts if v.check_id in required]
                assert latest[key] is ...
                assert not [v for v in below if is_blocking(v) and _later(v, key, later)]


def _later(below, key, later):
    """Whether the check below was asked in a round after the one that asked this check."""

    def last(wanted):
        return max((n for n, seen in enumerate(later, 1) if wanted in seen), default=0)

    return last((below.check_id, below.target.id)) > last(key)


@settings(max_examples=30, deadline=None)
@given(ROUND, st.lists(ROUND, min_size=1, max_size=3))
def test_a_past_round_is_told_as_it_was_told_then(first, later):
    """What is measured later changes nothing of what was said before."""
    rounds = [round_of(seen) for seen in later]
    then = told(round_of(first), *rounds[:-1])

    assert told(round_of(first), *rounds, until=len(rounds)) == then
