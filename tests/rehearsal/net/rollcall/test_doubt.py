"""Is our own weakness never another's fault, and never an excuse for one?"""

from __future__ import annotations

from dataclasses import replace

import pytest

from rehearsal.model import Failure, Rung, Step
from rehearsal.net.rollcall.doubt import doubt, doubt_failure
from rehearsal.net.rollcall.evidence import Attended, Delay, Drop, Gap, Hearing, Sound, Turn
from rehearsal.net.rollcall.strain import Strain
from tests.rehearsal.net.rollcall.seated import CLEAR, FINE, HOLD_S, SILENCE, side, with_gaps

STANDSTILL = Strain(9.9, 3.0, lag_s=3.0)
HICCUP = Strain(10.5, 0.2, lag_s=0.2)
OVERRUN = Strain(10.0, 1.0, datagrams_lost=40)
TIRED = tuple(Strain(float(s), 0.5, lag_s=0.5) for s in range(30))


def heard(hearing: Hearing) -> Attended:
    return with_sound(heard_by_centre=hearing)


def with_sound(**changes: object) -> Attended:
    assert FINE.sound is not None
    return replace(FINE, sound=replace(FINE.sound, **changes))


EXHAUSTED = tuple(Strain(float(at), 1.0, lag_s=0.3) for at in range(1, 28))
BLEMISHES = {
    "gap": (heard(with_gaps((10.0, 3.0))), (STANDSTILL,)),
    "drop": (replace(FINE, drops=(Drop(10.5, "x", 12.0),)), (STANDSTILL,)),
    "never heard": (heard(SILENCE), EXHAUSTED),
    "heard late": (heard(replace(CLEAR, first_s=12.9, waited_s=3.0)), (STANDSTILL,)),
    "loss": (heard(replace(CLEAR, loss=0.08)), (OVERRUN,)),
    "delay": (heard(replace(CLEAR, delay_p50_ms=400.0)), TIRED),
    "silent turn": (with_sound(turn=Turn(10.0, 1.0, heard=False)), (STANDSTILL,)),
    "out of turn": (with_sound(spoke_in_turn_of=("b",)), (STANDSTILL,)),
    "delay of all": (with_sound(shared_down=Delay(400.0, 500.0)), TIRED),
    "shared gap": (with_sound(shared_gaps=(Gap(10.0, 3.0),)), (STANDSTILL,)),
}
EACH = pytest.mark.parametrize("name", BLEMISHES)


@EACH
def test_what_our_strain_explains_is_unknown(name: str):
    """The failure is ours, and says what we were like."""
    seen, strains = BLEMISHES[name]

    failure = doubt(seen, strains)

    assert failure is not None
    assert (failure.step, failure.kind) == (Step.OBSERVE, "observer_overloaded")


@EACH
def test_the_same_is_believed_when_we_were_fit(name: str):
    """Nothing is excused without a reason."""
    seen, _ = BLEMISHES[name]

    assert doubt(seen, ()) is None


@EACH
def test_strain_at_another_time_is_no_excuse(name: str):
    """A moment's weakness long after it does not make a fault unknown."""
    seen, _ = BLEMISHES[name]

    assert doubt(seen, (Strain(25.0, 0.4, lag_s=0.4),)) is None


def test_a_hiccup_explains_no_long_silence():
    """Without it, the silence would still have been one."""
    assert doubt(heard(with_gaps((10.0, 3.0))), (HICCUP,)) is None


def test_whoever_is_fit_for_seconds_hears_who_speaks_all_the_time():
    """A third of the time we were late: that hides nobody altogether."""
    assert doubt(heard(SILENCE), TIRED) is None


def test_a_little_late_breaks_no_connection():
    """Sends a tenth of a second late, all around the drop."""
    late = tuple(Strain(float(at), 1.0, send_late_s=0.12) for at in range(8, 13))

    assert doubt(replace(FINE, drops=(Drop(10.5, "x", 12.0),)), late) is None


def test_more_is_missing_than_we_dropped():
    """What our kernel did not lose was lost on the line."""
    assert doubt(heard(replace(CLEAR, loss=0.5)), (OVERRUN,)) is None


def test_what_all_lost_together_is_no_loss_to_doubt():
    """A bridge that wakes up sends all it owes at once: our kernel cannot take that in."""
    owed = replace(CLEAR, loss=0.08, shared_loss=0.08)

    assert doubt(heard(owed), (OVERRUN,)) is None


def test_clean_sound_stays_clean_however_weak_we_were():
    """What came, came."""
    assert doubt(FINE, (STANDSTILL, OVERRUN, *TIRED)) is None


def test_without_sound_there_is_less_to_doubt():
    """The signalling alone is judged by its drops."""
    assert doubt(replace(FINE, sound=None), TIRED) is None


def test_an_answer_that_came_too_late_may_be_ours():
    """When we stood still in the very step that ran out of time."""
    late = Failure(Step.SIGNALLING, "signalling_timeout")
    rungs = (Rung(Step.SIGNALLING, 5.0, held=False),)
    tried = side("a", failure=late, rungs=rungs, left_s=12.0)

    assert doubt_failure(late, tried, (STANDSTILL,)) is not None
    assert doubt_failure(late, replace(tried, left_s=20.0), (STANDSTILL,)) is None


def test_a_refusal_is_an_answer():
    """However slow we were, the room was full."""
    full = Failure(Step.SIGNALLING, "room_full")

    assert doubt_failure(full, side("a", failure=full, left_s=12.0), (STANDSTILL,)) is None


def test_the_sound_of_these_tests_is_whole():
    """The examples above differ from it in one thing each."""
    assert isinstance(FINE.sound, Sound)
    assert FINE.left_s == HOLD_S
