"""Who was heard when called, and who when not?"""

from __future__ import annotations

from rehearsal.net.rollcall.roll import Roll
from rehearsal.net.rollcall.schedule import Schedule

NUMBERS = {"central": 0, "a": 1, "b": 2, "c": 3}
SCHEDULE = Schedule(4, 60.0)
A, B, C = ("a", "a"), ("b", "b"), ("c", "c")


def roll(*spoken: tuple[tuple[str, str], ...]) -> Roll:
    """In the centre's own time, then in those of a, b and c."""
    return Roll(SCHEDULE, NUMBERS, ((), *spoken))


def test_each_is_heard_in_its_turn():
    """And only it."""
    told = roll((A,), (B,), (C,))

    assert [told.turn_of(slug).heard for slug in "abc"] == [True] * 3
    assert [told.turn_of(slug).others for slug in "abc"] == [()] * 3


def test_who_stays_silent_was_not_heard():
    """Somebody else's voice is no answer."""
    turn = roll((A,), (), (C,)).turn_of("b")

    assert not turn.heard
    assert turn.others == ()


def test_who_speaks_into_anothers_turn_is_named_on_both_sides():
    """By whom it disturbed, and by whom that one was disturbed."""
    told = roll((A,), (A, B), (C,))

    assert told.turn_of("b").others == ("a",)
    assert told.disturbed_by("a") == ("b",)
    assert told.disturbed_by("b") == ()


def test_no_voice_is_heard_before_its_turn():
    """Nobody speaks uncalled: we had counted the turn before a moment too late."""
    told = roll((A, B), (B,), (C,))

    assert told.turn_of("a").others == ()
    assert told.disturbed_by("b") == ()


def test_a_voice_through_anothers_feed_is_named():
    """An echo of who was called comes from the one through whose feed it comes."""
    told = roll((A, ("b", "a")), (B,), (C,))

    assert told.turn_of("a").others == ("b",)
    assert told.disturbed_by("b") == ()


def test_a_meeting_cut_short_has_no_turn_for_the_rest():
    """What the centre did not come to is not held against anybody."""
    assert roll((A,)).turn_of("c") is None
