"""Is what both ends say put together right, and blamed on the right one?"""

from __future__ import annotations

from dataclasses import replace

from rehearsal.model import Failure, Step
from rehearsal.net.rollcall.evidence import Delay, Drop
from rehearsal.net.rollcall.outcome import outcomes
from rehearsal.net.rollcall.strain import Strain
from tests.rehearsal.net.rollcall.seated import (
    CLEAR,
    HOLD_S,
    SILENCE,
    gathered,
    hearing_all,
    recipe,
    side,
    unit,
    with_gaps,
)

UNITS = ("a", "b", "c", "d")


def test_both_ways_stand_at_the_unit():
    """What it heard is its own account, how it was heard is the centre's."""
    faint = replace(CLEAR, loss=0.02)

    found = gathered(hearing_all("a", a=faint), unit("a"))["a"].sound

    assert (found.hears_centre, found.heard_by_centre) == (CLEAR, faint)
    assert found.meets_centre


def test_a_missing_centre_is_its_own_failure():
    """Nobody else is told to be deaf or mute for it."""
    absent = side("central", failure=Failure(Step.ICE, "ice_failed"), published_s=None)

    found = gathered(absent, *(unit(slug) for slug in UNITS))

    assert found["central"] == Failure(Step.ICE, "ice_failed")
    assert {found[slug].sound.hears_centre for slug in UNITS} == {None}
    assert {found[slug].sound.heard_by_centre for slug in UNITS} == {None}


def test_a_centre_that_nobody_hears_is_the_one_to_blame():
    """Four lines do not fail in the same direction at once."""
    found = gathered(hearing_all(*UNITS), *(unit(slug, SILENCE) for slug in UNITS))

    assert found["central"] == Failure(Step.MEDIA, "one_way_media", "most did not hear it")
    assert {found[slug].sound.hears_centre for slug in UNITS} == {None}
    assert {found[slug].sound.heard_by_centre.received for slug in UNITS} == {CLEAR.received}


def test_one_deaf_unit_is_its_own_trouble():
    """The others heard the centre."""
    units = [unit("a", SILENCE), *(unit(slug) for slug in UNITS[1:])]

    found = gathered(hearing_all(*UNITS), *units)

    assert found["a"].sound.hears_centre == SILENCE
    assert found["central"].sound is not None


def test_a_silence_of_all_stands_at_the_centre():
    """The centre was cut off, or the bridge: no unit is told of its line for that."""
    cut = with_gaps((10.0, 5.0))

    found = gathered(hearing_all(*UNITS), *(unit(slug, cut) for slug in UNITS))

    assert [round(gap.lasts_s) for gap in found["central"].sound.shared_gaps] == [5]
    assert {found[slug].sound.hears_centre.gaps for slug in UNITS} == {()}


def test_a_standstill_is_one_silence_of_all():
    """It broke off both ways, a moment apart; nobody's line lost what was lost in it."""
    cut = replace(with_gaps((10.0, 3.0)), received=150, loss=0.25, longest_burst=50)
    later = replace(cut, gaps=with_gaps((10.1, 3.0)).gaps)

    found = gathered(
        hearing_all(*UNITS, **dict.fromkeys(UNITS, later)), *(unit(slug, cut) for slug in UNITS)
    )

    (shared,) = found["central"].sound.shared_gaps
    assert (shared.at_s, shared.ends_s) == (10.0, 13.1)
    assert {found[slug].sound.hears_centre.own_loss for slug in UNITS} == {0.0}
    assert {found[slug].sound.heard_by_centre.own_loss for slug in UNITS} == {0.0}


def test_a_delay_of_all_stands_at_the_centre():
    """On each way by itself; a unit's own account keeps what it heard, and what was shared."""
    late = replace(CLEAR, delay_p50_ms=200.0, delay_p95_ms=400.0)

    found = gathered(
        hearing_all(*UNITS, **dict.fromkeys(UNITS, late)), *(unit(slug) for slug in UNITS)
    )

    assert found["central"].sound.shared_up == Delay(200.0, 400.0)
    assert found["central"].sound.shared_down == Delay(20.0, 30.0)
    assert {found[slug].sound.shared_up for slug in UNITS} == {None}
    assert found["a"].sound.heard_by_centre == replace(late, shared_ms=200.0)


def test_the_centres_own_voice_through_a_unit_is_an_echo():
    """It comes back by whose feed it came."""
    echo = replace(CLEAR, strangers=("central",))

    assert gathered(hearing_all("a", a=echo), unit("a"))["a"].sound.echoes == ("central",)


def test_another_unit_through_a_unit_is_an_echo_when_it_has_a_voice_of_its_own():
    """A hall plays what it hears; the other one is heard directly too."""
    echo = replace(CLEAR, strangers=("b",))

    found = gathered(hearing_all("a", "b", a=echo), unit("a"), unit("b"))

    assert found["a"].sound.echoes == ("b",)
    assert found["b"].sound.echoes == ()


def test_two_in_one_place_share_an_account():
    """Both are told, and with whom."""
    found = gathered(hearing_all("a", "b"), unit("a", feed=7), unit("b", feed=7))

    assert {found[slug].kind for slug in "ab"} == {"account_in_use"}
    assert found["a"].detail.endswith("b")


def test_who_is_heard_only_through_another_shares_its_account():
    """One took the other's place in the room."""
    taken = replace(CLEAR, strangers=("b",))

    found = gathered(hearing_all("a", "b", a=taken, b=SILENCE), unit("a"), unit("b"))

    assert {found[slug].kind for slug in "ab"} == {"account_in_use"}


def test_neither_finds_the_other_in_another_room():
    """Signed in, sending, and alone."""
    centre = replace(hearing_all("a", a=SILENCE), meets={"a": False})
    lost = replace(unit("a", SILENCE), meets={"central": False})

    assert gathered(centre, lost)["a"].sound.meets_centre is False


def test_a_process_that_died_is_ours():
    """Its participants are unknown; nobody else is touched."""
    people = recipe("central", "a")

    found = outcomes(people, [None], {})

    assert {failure.kind for failure in found.values()} == {"observer_overloaded"}


def test_strain_anywhere_may_have_deafened_everybody():
    """A silence of all is not the centre's while our own processes stood still."""
    cut = with_gaps((10.0, 5.0))

    found = gathered(
        hearing_all(*UNITS),
        *(unit(slug, cut) for slug in UNITS),
        strains=(Strain(10.0, 5.0, lag_s=5.0),),
    )

    assert {failure.kind for failure in [found["central"]]} == {"observer_overloaded"}


def test_turns_come_from_the_centres_ears():
    """The only slot of a meeting of two in which the unit is called."""
    found = gathered(hearing_all("a"), unit("a"), spoken=((), (("a", "a"),)))

    assert found["a"].sound.turn.heard
    assert 0 < found["a"].sound.turn.began_s < HOLD_S


def test_who_was_called_before_its_sound_came_through_had_no_turn():
    """We called too soon: it was not silent, it was not heard yet."""
    silent_turn = ((), ())
    heard_since = replace(CLEAR, first_s=HOLD_S - 2.0)

    early = gathered(hearing_all("a"), unit("a"), spoken=silent_turn)
    soon = gathered(hearing_all("a", a=heard_since), unit("a"), spoken=silent_turn)

    assert not early["a"].sound.turn.heard
    assert soon["a"].sound.turn is None


def test_a_turn_in_a_silence_of_all_is_no_turn():
    """The centre's line was down when one of them was called: it was not silent."""
    silent = {slug: with_gaps((4.0, 20.0)) for slug in UNITS}
    spoken = ((), (), (), (), ())

    found = gathered(hearing_all(*UNITS, **silent), *(map(unit, UNITS)), spoken=spoken)

    assert {found[slug].sound.turn for slug in UNITS} == {None}
    assert found["central"].sound.shared_gaps


def test_what_nobody_could_hear_is_untested():
    """Nobody is blamed for a centre that is not there, and nobody is heard by it."""
    absent = side("central", failure=Failure(Step.ICE, "ice_failed"), published_s=None)
    headless = gathered(absent, unit("a"), unit("b"))
    without = gathered(None, unit("a"), unit("b"))
    whole = gathered(hearing_all("a"), unit("a"))
    mute = gathered(hearing_all(*UNITS), *(unit(slug, SILENCE) for slug in UNITS))

    assert headless["a"].sound.untested == "the centre took no part"
    assert mute["a"].sound.untested == "most did not hear it"
    assert whole["a"].sound.untested == without["a"].sound.untested == ""


def test_the_centre_is_not_cut_off_where_we_were():
    """It sits alone; those who had company could tell that our own line was cut."""
    ours = Failure(Step.OBSERVE, "observer_offline", "cut off together with others")
    centre = replace(hearing_all("a"), drops=(Drop(6.0, "signalling/closed_1006", None),))

    cut, later = (side("b", failure=ours, left_s=at_s) for at_s in (9.0, 29.0))

    assert gathered(centre, unit("a"), cut)["central"] == ours
    assert gathered(centre, unit("a"), later)["central"].drops
    assert gathered(centre, unit("a"), unit("b"))["central"].drops


def test_who_came_too_late_to_be_heard_is_not_called_silent():
    """A slow bridge let it in at the very end: nobody had time to look for it, or to hear."""
    centre = hearing_all("a", a=SILENCE)
    late = unit("a", SILENCE, published_s=HOLD_S - 1.0)

    found = gathered(centre, late)["a"].sound

    assert (found.hears_centre, found.heard_by_centre) == (None, None)
    assert (found.meets_centre, found.turn) == (None, None)


def test_the_longer_the_round_trip_the_later_is_late():
    """Joining takes eight of them."""
    centre = hearing_all("a", a=SILENCE)
    far = unit("a", SILENCE, published_s=HOLD_S - 5.0, round_trip_s=0.6)
    near = replace(far, round_trip_s=0.02)

    assert gathered(centre, far)["a"].sound.heard_by_centre is None
    assert gathered(centre, near)["a"].sound.heard_by_centre == SILENCE
