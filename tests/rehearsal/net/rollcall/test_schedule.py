"""Is everybody called upon, one after the other, within the meeting?"""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rehearsal.net.rollcall.schedule import PAUSE_S, SPEECH_MIN_S, Schedule

CITIES = st.builds(
    Schedule,
    count=st.integers(1, 240),
    hold_s=st.floats(1.0, 3600.0),
    joins_per_s=st.sampled_from([0.0, 10.0, 30.0]),
)


@given(CITIES)
def test_all_turns_lie_within_the_meeting(schedule: Schedule):
    """Nobody is called before the last one is in, or after the meeting's end."""
    slots = [schedule.slot(index) for index in range(schedule.slots)]

    assert all(slot.began_s >= schedule.due_s(schedule.count - 1) for slot in slots)
    assert all(slot.ends_s <= schedule.hold_s for slot in slots)


@given(CITIES)
def test_turns_follow_one_another_with_a_pause(schedule: Schedule):
    """Four packets at least, and then a while in which nobody new speaks."""
    slots = [schedule.slot(index) for index in range(schedule.slots)]

    for one, following in pairwise(slots):
        assert one.speech_s >= SPEECH_MIN_S - 1e-9
        assert one.began_s + one.speech_s + PAUSE_S <= following.began_s + 1e-6


@given(CITIES)
def test_everybody_has_a_turn_when_anybody_has(schedule: Schedule):
    """Where time is short several share one, and none is left out."""
    called = {schedule.index_of(number) for number in range(schedule.count)}

    assert called == (set(range(schedule.slots)) or {None})


@given(CITIES)
def test_who_sets_off_last_is_called_last(schedule: Schedule):
    """However short the meeting, nobody is called sooner than who came before."""
    called = [schedule.index_of(number) or 0 for number in range(schedule.count)]

    assert called == sorted(called)


def test_a_long_meeting_calls_one_at_a_time():
    """The 116 of the city, in the three minutes that a person would take for it."""
    schedule = Schedule(116, 180.0, 30.0)

    assert schedule.slots == 116
    assert schedule.slot(0).speech_s > 1.0


def test_a_storm_is_paced():
    """Thirty a second: the last of 116 sets off after almost four."""
    assert Schedule(116, 60.0, 30.0).due_s(115) == pytest.approx(115 / 30)
    assert Schedule(116, 60.0).due_s(115) == 0.0


def test_everybody_sends_at_full_rate_for_a_while():
    """A few at a time, and each of them within the meeting."""
    schedule = Schedule(116, 60.0)
    moments = range(0, 60, 2)
    at_once = [sum(schedule.is_full_rate(n, s) for n in range(116)) for s in moments]

    assert set(at_once) == {6}
    assert all(any(schedule.is_full_rate(n, s) for s in moments) for n in range(116))
