"""What does the roll call hold of what both ends heard, at the edge of its limits?"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from checks.bridge_roll_call import CHECK
from rehearsal.check import Circumstances
from rehearsal.journal.plain import plain
from rehearsal.journal.stored import adapter
from rehearsal.model import Finding, Outcome
from rehearsal.net.rollcall.evidence import Attended, Delay, Drop, Gap, Sound, Turn
from tests.rehearsal.net.rollcall.seated import CLEAR, FINE, HOLD_S, SILENCE, target, with_gaps

UNHEARD_TURN = Turn(10.0, 1.0, heard=False)


def found(seen: Attended) -> list[Finding]:
    """The findings under the check's own limits."""
    limits = CHECK.standard
    around = Circumstances(target("a"), datetime(2025, 6, 20, tzinfo=UTC), date(2025, 7, 1))
    return list(CHECK.judge(seen, limits, around))


def about(**changes: object) -> list[tuple[str, Outcome]]:
    """What is said of sound that is whole but for these changes."""
    assert FINE.sound is not None
    seen = replace(FINE, sound=replace(FINE.sound, **changes))
    return [(finding.code, finding.outcome) for finding in found(seen)]


def test_whole_sound_both_ways_has_no_finding():
    """Heard, hearing, and called upon."""
    assert found(FINE) == []


def test_each_way_is_told_by_itself():
    """IT people read which direction is at fault."""
    assert about(hears_centre=SILENCE) == [("does_not_hear_centre", Outcome.FAIL)]
    assert about(heard_by_centre=SILENCE, turn=UNHEARD_TURN) == [
        ("not_heard_at_centre", Outcome.FAIL)
    ]


def test_without_the_centre_nothing_is_said_of_sound():
    """Its absence is its own failure."""
    assert found(replace(FINE, sound=Sound(published_s=1.0))) == []
    assert found(replace(FINE, sound=None)) == []


def test_another_room_is_told_once():
    """Who is not there hears nobody either."""
    told = about(meets_centre=False, hears_centre=SILENCE, heard_by_centre=SILENCE)

    assert told == [("in_another_room", Outcome.FAIL)]


def test_who_is_called_and_says_nothing_is_silent():
    """Packets arrive, and hold silence; or none of ours is in them."""
    silent = [("silent_when_called", Outcome.FAIL)]

    assert about(turn=UNHEARD_TURN) == silent
    assert about(heard_by_centre=replace(SILENCE, unmarked=300), turn=UNHEARD_TURN) == silent


def test_a_turn_that_fell_into_a_gap_is_told_as_the_gap():
    """One cause, one finding."""
    told = about(heard_by_centre=with_gaps((9.5, 2.0)), turn=UNHEARD_TURN)

    assert told == [("gap_in_meeting", Outcome.WARN)]


@pytest.mark.parametrize(
    ("at_s", "lasts_s", "expected"),
    [
        (8.0, 0.5, []),
        (8.0, 0.6, [Outcome.WARN]),
        (8.0, 10.0, [Outcome.WARN]),
        (8.0, 10.1, [Outcome.FAIL]),
        (HOLD_S - 1.9, 1.9, [Outcome.WARN]),
        (HOLD_S - 2.1, 2.1, [Outcome.FAIL]),
    ],
)
def test_a_gap_is_as_grave_as_the_absence_it_makes(
    at_s: float, lasts_s: float, expected: list[Outcome]
):
    """A word is lost; after ten seconds, or for good, the meeting goes on without them."""
    told = about(heard_by_centre=with_gaps((at_s, lasts_s)))

    assert [outcome for _, outcome in told] == expected


def test_a_late_first_word_is_a_gap():
    """From our asking for it; a long line has eight round trips more."""
    late = replace(CLEAR, first_s=4.0, waited_s=2.2)

    assert about(hears_centre=late) == [("gap_in_meeting", Outcome.WARN)]
    assert about(hears_centre=late, round_trip_s=0.1) == []


def test_frozen_sound_is_a_gap():
    """Packets came, and none of them was new."""
    told = about(hears_centre=replace(CLEAR, frozen_s=12.0))

    assert told == [("gap_in_meeting", Outcome.FAIL)]


def test_a_gap_names_both_directions():
    """The longest one each way, and where the longest of all began."""
    seen = replace(
        FINE,
        sound=replace(
            FINE.sound,
            heard_by_centre=with_gaps((5.0, 0.7), (12.0, 4.0)),
            hears_centre=with_gaps((12.1, 3.5)),
        ),
    )

    assert found(seen)[0].values == {"lasts_s": 4.0, "at_s": 12.0, "up_s": 4.0, "down_s": 3.5}


def test_what_a_lost_connection_did_to_the_sound_is_told_once():
    """As the drop that it was, with the time away."""
    dropped = replace(
        FINE,
        drops=(Drop(10.0, "x", 12.0),),
        sound=replace(
            FINE.sound,
            heard_by_centre=replace(with_gaps((9.9, 2.8)), loss=0.1),
            turn=UNHEARD_TURN,
        ),
    )

    assert [finding.code for finding in found(dropped)] == ["dropped_and_returned"]


CENTRE = {"hears_centre": None, "heard_by_centre": None, "turn": None}


@pytest.mark.parametrize(
    ("lasts_s", "expected"),
    [(0.5, []), (0.6, [Outcome.WARN]), (2.0, [Outcome.WARN]), (2.1, [Outcome.FAIL])],
)
def test_a_silence_of_all_is_the_meetings(lasts_s: float, expected: list[Outcome]):
    """It stands in the centre's evidence alone, and is told as no line's fault."""
    told = about(shared_gaps=(Gap(10.0, lasts_s),), **CENTRE)

    assert told == [("meeting_stood_still", outcome) for outcome in expected]


def test_a_standstill_says_when_and_for_how_long():
    """The longest one."""
    seen = replace(
        FINE, sound=replace(FINE.sound, shared_gaps=(Gap(5.0, 0.6), Gap(9.96, 3.04)), **CENTRE)
    )

    assert found(seen)[0].values == {"at_s": 10.0, "lasts_s": 3.0}


@pytest.mark.parametrize("back_s", [None, 12.0])
def test_a_silence_in_which_the_centre_was_cut_off_is_told_once(back_s: float | None):
    """The server died, or the centre's line: its lost connection says so."""
    sound = replace(FINE.sound, shared_gaps=(Gap(9.9, 8.0),), **CENTRE)
    seen = replace(FINE, drops=(Drop(10.0, "x", back_s),), sound=sound)

    assert [f.code.partition("_")[0] for f in found(seen)] == ["dropped"]


@pytest.mark.parametrize(
    ("loss", "expected"),
    [(0.01, []), (0.011, [Outcome.WARN]), (0.03, [Outcome.WARN]), (0.031, [Outcome.FAIL])],
)
def test_loss_is_yellow_then_red(loss: float, expected: list[Outcome]):
    """One percent is heard, three are the most that speech bears; the limit is still good."""
    told = about(hears_centre=replace(CLEAR, loss=loss, received=100_000))

    assert [outcome for _, outcome in told] == expected


def test_what_chance_may_be_is_not_told():
    """Two packets of 160 are over one percent, and no line's fault."""
    short = replace(CLEAR, received=160)

    assert about(hears_centre=replace(short, loss=2 / 160)) == []
    assert about(hears_centre=replace(short, loss=8 / 160)) == [
        ("loss_in_meeting", Outcome.FAIL)
    ]


def test_what_was_lost_in_a_silence_of_all_is_held_against_nobody():
    """Three percent of its own are still its own."""
    cut = replace(CLEAR, loss=0.25, received=100_000, shared_loss=0.24)
    lossy = replace(cut, loss=0.28)

    assert about(hears_centre=cut) == []
    assert about(hears_centre=lossy) == [("loss_in_meeting", Outcome.FAIL)]


def test_a_voice_that_arrives_late_is_told():
    """By its delay, or by the turn of another into which it falls."""
    late = [("voice_delayed", Outcome.WARN)]

    assert about(hears_centre=replace(CLEAR, delay_p50_ms=150.0)) == []
    assert about(hears_centre=replace(CLEAR, delay_p50_ms=151.0)) == late
    assert about(spoke_in_turn_of=("b",)) == late


def test_who_had_no_turn_is_late_only_by_its_delay():
    """A silence fell into its turn: what it had said came out of it, into the next one's."""
    slow = replace(CLEAR, delay_p50_ms=151.0)

    assert about(turn=None, spoke_in_turn_of=("b",)) == []
    assert about(turn=None, heard_by_centre=slow) == [("voice_delayed", Outcome.WARN)]


def test_what_all_suffer_is_held_against_none_of_them():
    """Late, and heard in the next one's turn; but more than everybody is one's own line."""
    shared = replace(CLEAR, delay_p50_ms=300.0, shared_ms=200.0)
    own = replace(shared, delay_p50_ms=351.0)

    assert about(heard_by_centre=shared, spoke_in_turn_of=("b",)) == []
    assert about(heard_by_centre=own) == [("voice_delayed", Outcome.WARN)]


def test_a_short_delay_of_all_excuses_nobody():
    """With 150 ms nobody minds it, and 151 are too many however they are made up."""
    late = replace(CLEAR, delay_p50_ms=151.0, shared_ms=150.0)

    assert about(heard_by_centre=late) == [("voice_delayed", Outcome.WARN)]


@pytest.mark.parametrize(
    ("down", "up", "expected"),
    [
        (Delay(151.0, 252.0), Delay(151.0, 252.0), [("bridge_overloaded", Outcome.FAIL)]),
        (Delay(151.0, 251.0), Delay(151.0, 252.0), [("voice_delayed", Outcome.WARN)]),
        (Delay(150.0, 400.0), Delay(151.0, 400.0), [("voice_delayed", Outcome.WARN)]),
        (Delay(150.0, 400.0), Delay(150.0, 400.0), []),
    ],
    ids=["both, unevenly", "one evenly", "one way", "in time"],
)
def test_what_delays_all(down: Delay, up: Delay, expected: list[tuple[str, Outcome]]):
    """The bridge is late both ways, now more and now less; else it is the centre's line."""
    assert about(shared_down=down, shared_up=up, **CENTRE) == expected


def test_whose_words_come_after_the_turn_is_late_and_not_silent():
    """They could not be heard in it."""
    late = replace(CLEAR, delay_p50_ms=600.0, delay_p95_ms=1001.0)

    assert about(heard_by_centre=late, turn=UNHEARD_TURN) == [("voice_delayed", Outcome.WARN)]


def test_an_echo_names_whose_voice_comes_back():
    """The centre's own, or that of another unit."""
    seen = replace(FINE, sound=replace(FINE.sound, echoes=("central", "b")))

    assert [(f.code, f.values) for f in found(seen)] == [
        ("echo_from_hall", {"voices": "central, b"})
    ]


def test_evidence_is_read_back_as_it_was_stored():
    """Through plain JSON."""
    seen = replace(FINE, drops=(Drop(1.0, "x", None),))

    assert adapter(Attended).validate_python(plain(seen)) == seen


def test_evidence_of_earlier_trials_is_still_read():
    """Before there was sound, and before starts were paced."""
    old = {"started_s": 0.0, "joined_s": 0.1, "left_s": 5.0, "present_at_join": 2, "drops": []}

    assert adapter(Attended).validate_python(old) == Attended(0.0, 0.1, 5.0, 2)
