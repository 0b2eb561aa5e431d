"""Does an action stay the same action until a later trial proves it mended?"""

from __future__ import annotations

import time
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rehearsal.follow_up import followed, following, not_closed
from rehearsal.model import NO_OWNERS, Step, Text
from rehearsal.model.action import ActionState, Clear, Turn
from tests.rehearsal.follow_up.days import KIND, REACH, cause, june, saw

UNITS = ("an-bien", "hai-an", "kien-an", "ngo-quyen")


def actions(*days):
    return followed(days, (), NO_OWNERS)


def only(*days):
    (found,) = actions(*days)
    return found


def told(action):
    return [(one.at.day, one.turn.value, one.is_recheck, one.left) for one in action.history]


def test_many_units_with_one_cause_are_one_action():
    """41 red units with one cause are one line, with how many it frees."""
    slugs = [f"u{n}" for n in range(41)]

    found = only(saw(20, cause(*slugs)))

    assert (found.state, found.frees, len(found.units)) == (ActionState.OPEN, 41, 41)
    assert found.failing == found.pairs
    assert told(found) == [(20, "opened", False, 41)]


def test_the_story_of_june():
    """Opened on 20 June, mended on 23 June by recheck, proven on 25 June."""
    found = only(
        saw(20, cause("hai-an", "an-bien")),
        saw(23, well=["hai-an", "an-bien"], is_recheck=True),
        saw(25, well=["hai-an", "an-bien"]),
    )

    assert found.state is ActionState.PROVEN
    assert told(found) == [
        (20, "opened", False, 2),
        (23, "mended", True, 0),
        (25, "proven", False, 0),
    ]
    assert not_closed([found]) == ()


def test_a_recheck_alone_closes_nothing():
    """Mended is not proven: the review of 30 June still lists it."""
    found = only(saw(20, cause("hai-an")), saw(23, well=["hai-an"], is_recheck=True))

    assert found.state is ActionState.MENDED
    assert not_closed([found]) == (found,)


def test_one_target_left_keeps_it_open():
    """39 of 41 mended is not mended; how many are left is told."""
    found = only(
        saw(20, cause("hai-an", "an-bien", "kien-an")),
        saw(23, well=["hai-an", "an-bien"], is_recheck=True),
    )

    assert found.state is ActionState.OPEN
    assert found.failing == (("kien-an/bridge", KIND),)
    assert found.frees == 3


def test_what_fails_again_opens_it_again():
    """The same target and code later is the same action, not a new one."""
    days = [saw(20, cause("hai-an")), saw(25, well=["hai-an"]), saw(28, cause("hai-an"))]

    found = only(*days)

    assert (found.state, found.key) == (ActionState.REOPENED, only(days[0]).key)
    assert told(found)[-1] == (28, "reopened", False, 1)


def test_what_was_mended_after_it_was_reopened_is_mended():
    """Each turn has its line, and a second repair counts like the first."""
    found = only(
        saw(20, cause("hai-an")),
        saw(21, well=["hai-an"], is_recheck=True),
        saw(25, cause("hai-an")),
        saw(26, well=["hai-an"], is_recheck=True),
    )

    assert found.state is ActionState.MENDED
    assert [turn for _, turn, *_ in told(found)] == ["opened", "mended", "reopened", "mended"]


def test_what_is_not_measured_again_stays_open_and_says_so():
    """Phase 2 does not ask everything that Phase 1 asked: silence mends nothing."""
    found = only(saw(20, cause("hai-an", "an-bien")), saw(25, well=["an-bien"]))

    assert (found.state, found.not_measured) == (ActionState.OPEN, 1)
    assert found.measured == june(25)
    assert only(saw(20, cause("hai-an"))).not_measured == 0


def test_every_check_that_told_it_must_pass():
    """A target that two checks found wrong is not well because one of them passes."""
    both = saw(20, cause("hai-an"))
    pair = ("hai-an/bridge", KIND)
    both = replace(both, told={pair: frozenset({REACH, "bridge.signalling"})})

    assert only(both, saw(25, well=["hai-an"])).state is ActionState.OPEN


def test_who_told_it_once_must_pass_whoever_tells_it_later():
    """Another check tells the same a day later: both are asked for."""
    pair = ("hai-an/bridge", KIND)
    other = replace(saw(25, cause("hai-an")), told={pair: frozenset({"bridge.signalling"})})
    passes = replace(saw(26), sound=frozenset({("bridge.signalling", "hai-an/bridge")}))

    assert only(saw(20, cause("hai-an")), other, passes).state is ActionState.OPEN
    assert (
        only(saw(20, cause("hai-an")), other, saw(26, well=["hai-an"])).state
        is ActionState.OPEN
    )


def test_what_is_told_is_not_well_although_it_was_measured():
    """A warning beside good evidence is a warning."""
    assert only(saw(20, cause("hai-an"), well=["hai-an"])).state is ActionState.OPEN


def test_a_recheck_of_some_keeps_what_the_trial_counted():
    """How many units an action frees is seen in the whole city only; nor is it a line."""
    found = only(
        saw(20, cause("hai-an", "an-bien", "kien-an")),
        saw(23, cause("hai-an", frees=1), is_recheck=True),
    )

    assert (found.frees, len(found.history)) == (3, 1)


def test_of_two_causes_of_an_action_the_gravest_speaks():
    """Causes come in the order in which to mend them."""
    parts = cause("hai-an", frees=5), replace(cause("an-bien", frees=1), do=Text("B", "B"))

    found = only(saw(20, cause("hai-an", "an-bien")), saw(25, *parts))

    assert found.frees == 5
    assert found.cells[Clear.WHAT].value == parts[0].do


def test_keys_differ_even_where_digests_meet(monkeypatch):
    """Two actions under one key would be written over each other."""
    monkeypatch.setattr(following, "KEY_CHARS", 1)
    found = actions(*(saw(20, *(cause("a", kind=f"k{n}") for n in range(12))),))

    assert len({action.key for action in found}) == 12


def test_a_later_step_that_fails_mends_the_earlier_one():
    """Who connects and shows an expired certificate has mended the connection."""
    asked = (REACH, "hai-an/bridge")
    expired = replace(saw(25), held={asked: frozenset({Step.CONNECT})})
    unresolved = replace(saw(25), held={asked: frozenset({Step.OBSERVE})})

    assert only(saw(20, cause("hai-an")), expired).state is ActionState.PROVEN
    assert only(saw(20, cause("hai-an")), unresolved).state is ActionState.OPEN


def test_new_targets_of_the_same_cause_join_the_open_action():
    """Same kind and scope while it is open: the same repair."""
    found = only(saw(20, cause("hai-an")), saw(25, cause("kien-an")))

    assert [target for target, _ in found.pairs] == ["hai-an/bridge", "kien-an/bridge"]
    assert told(found)[-1] == (25, "still", False, 2)


def test_a_cause_that_grew_is_the_same_action():
    """Old targets beside new ones, under a scope that became wider."""
    narrow = cause("hai-an", scope={"target": "hai-an/bridge"})

    found = only(saw(20, narrow), saw(25, cause("hai-an", "kien-an")))

    assert (len(found.pairs), found.scope) == (2, {"target": "hai-an/bridge"})


@pytest.mark.parametrize(
    "other",
    [
        cause("kien-an", kind="nxdomain"),
        cause("kien-an", scope={"system": "bridge", "former_province": "hai-duong"}),
    ],
    ids=["kind", "scope"],
)
def test_another_kind_or_scope_is_another_action(other):
    """What somebody else mends elsewhere is not hidden in an older line."""
    found = actions(saw(20, cause("hai-an")), saw(25, cause("hai-an"), other))

    assert len(found) == 2
    assert len({action.key for action in found}) == 2


def test_new_targets_do_not_open_a_proven_action():
    """It was proven; what fails elsewhere later is a new one, with its own key."""
    proven, new = sorted(
        actions(saw(20, cause("hai-an")), saw(25, well=["hai-an"]), saw(28, cause("kien-an"))),
        key=lambda action: action.opened,
    )

    assert (proven.state, new.state) == (ActionState.PROVEN, ActionState.OPEN)
    assert new.opened_in == "r28"


def test_a_known_target_stays_with_its_action():
    """A pair belongs to one action for ever, whatever it is later bundled with."""
    two = saw(20, cause("hai-an"), cause("an-bien", scope={"target": "an-bien/bridge"}))
    together = saw(25, cause("hai-an", "an-bien"))

    found = actions(two, together)

    assert sorted(len(action.pairs) for action in found) == [1, 1]
    assert sum(action.frees for action in found) >= 2


def test_a_failure_that_only_follows_is_no_proof():
    """It is told, although no cause of its own: it keeps its action open."""
    pair = ("hai-an/bridge", KIND)

    found = only(saw(20, cause("hai-an")), saw(25, told=[pair]))

    assert found.state is ActionState.OPEN


def test_open_ones_stand_first_by_what_they_free():
    """The committee reads from the top."""
    found = actions(
        saw(20, cause("a", "b"), cause("c", kind="nxdomain"), cause("d", kind="sip_503")),
        saw(21, well=["a", "b"], is_recheck=True),
    )

    assert [(a.kind, a.state.value) for a in found] == [
        ("nxdomain", "open"),
        ("sip_503", "open"),
        (KIND, "mended"),
    ]


def test_the_key_is_short_stable_and_of_its_run():
    """It stands in sheets and letters: the same whenever the journal is read again."""
    first, again = only(saw(20, cause("hai-an"))), only(saw(20, cause("hai-an")))
    other = only(saw(21, cause("hai-an")))

    assert first.key == again.key != other.key
    assert len(first.key) == len("V-ABCDEFG")


def test_two_causes_of_one_kind_and_scope_have_one_line_each_key():
    """No two actions share a key."""
    found = actions(saw(20, cause("a"), cause("b", kind="x"), cause("c", kind="y")))

    assert len({action.key for action in found}) == 3


DAYS = st.lists(
    st.tuples(
        st.booleans(),
        st.dictionaries(st.sampled_from(UNITS), st.booleans()),
        st.sampled_from([{"system": "bridge"}, {"bloc": "party"}]),
    ),
    min_size=1,
    max_size=6,
)


def drawn(days):
    """A day of each: who failed, who passed; the rest was not measured."""
    return [
        saw(
            day,
            *([cause(*failed, scope=scope)] if failed else []),
            well=[slug for slug, is_well in seen.items() if is_well],
            is_recheck=is_recheck,
        )
        for day, (is_recheck, seen, scope) in enumerate(days, start=1)
        for failed in [sorted(slug for slug, is_well in seen.items() if not is_well)]
    ]


@given(DAYS, st.randoms(use_true_random=False))
def test_the_order_of_reading_never_matters(days, chance):
    """Rechecks of an older trial come between later ones: time decides."""
    seen = drawn(days)
    shuffled = chance.sample(seen, len(seen))

    assert actions(*shuffled) == actions(*seen)


@given(DAYS)
def test_every_failure_belongs_to_one_action_and_none_is_lost(days):
    """Each pair that ever failed is in exactly one; its last measurement decides."""
    seen = drawn(days)
    found = actions(*seen)
    pairs = [pair for action in found for pair in action.pairs]
    last = {}
    for day in seen:
        last |= dict.fromkeys(day.told, True)
        last |= {(t, KIND): False for _, t in day.sound if (t, KIND) in last}

    assert sorted(pairs) == sorted(last)
    assert {p for a in found for p in a.failing} == {p for p, fails in last.items() if fails}


@given(DAYS)
def test_only_a_whole_trial_proves(days):
    """Whatever happens, the day that closed an action was no recheck."""
    for action in actions(*drawn(days)):
        closing = [one for one in action.history if one.turn is Turn.PROVEN]
        assert not any(one.is_recheck for one in closing)
        assert action.is_closed == (action.history[-1].turn is Turn.PROVEN)


@given(DAYS)
def test_a_later_day_never_renames_an_action(days):
    """What people wrote about it is found again after each trial."""
    seen = drawn(days)
    before = {a.key: a.pairs for a in actions(*seen[:-1])}
    after = {a.key: a.pairs for a in actions(*seen)}

    assert all(set(pairs) <= set(after[key]) for key, pairs in before.items())


def test_a_nation_is_followed_in_seconds():
    """3,321 units with 15 targets each over 20 runs: work in proportion to what was seen."""
    slugs = [f"u{n}" for n in range(3_321)]
    keys = [f"s{n}" for n in range(15)]

    def day(number):
        broken = [cause(*slugs[at::10], scope={"x": str(at)}) for at in range(number % 10)]
        seen = saw(number, *broken)
        sound = frozenset(("c", f"{slug}/{key}") for slug in slugs for key in keys)
        return replace(seen, sound=sound)

    began = time.process_time()
    found = actions(*(day(number) for number in range(1, 21)))

    assert len(found) == 9
    assert time.process_time() - began < 20  # a few in fact: only what is quadratic fails
