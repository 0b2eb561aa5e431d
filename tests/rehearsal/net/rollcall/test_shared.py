"""Is what most suffered at once held against none of them?"""

from __future__ import annotations

from dataclasses import replace

import pytest

from rehearsal.net.rollcall.evidence import Delay, Gap, Hearing
from rehearsal.net.rollcall.shared import (
    apart_from,
    are_most,
    beyond,
    common_delay,
    common_gaps,
    joined,
)
from tests.rehearsal.net.rollcall.seated import CLEAR, SILENCE, with_gaps


def late(p50_ms: float) -> Hearing:
    """A voice that comes so late, and one in twenty of its packets 100 ms later."""
    return replace(CLEAR, delay_p50_ms=p50_ms, delay_p95_ms=p50_ms + 100)


def test_two_are_never_most():
    """Two may have the same trouble by chance, even if there are no more."""
    assert not are_most(2, 2)
    assert are_most(3, 4)
    assert not are_most(3, 6)


def test_a_silence_of_all_is_shared_for_as_long_as_most_had_it():
    """From the moment that most are silent to the one that most are not."""
    heard = [with_gaps((10.0, 5.0)), with_gaps((10.25, 4.75)), with_gaps((10.1, 5.3))]

    assert common_gaps(heard) == (Gap(10.25, 4.75),)


def test_silences_one_after_the_other_are_not_shared():
    """Three lines that stutter in turn are three lines."""
    heard = [with_gaps((10.0, 1.0)), with_gaps((12.0, 1.0)), with_gaps((14.0, 1.0))]

    assert common_gaps(heard) == ()


def test_ones_own_silence_stays():
    """What was shared is taken away, and nothing else."""
    left = apart_from(with_gaps((10.0, 5.0), (20.0, 2.0)), [Gap(10.2, 4.8)])

    assert left.gaps == (Gap(20.0, 2.0),)


def test_a_delay_of_most_is_as_long_as_most_had_it():
    """Two of three lines at least; who is later still is so by itself."""
    heard = [late(20), late(200), late(210), late(220), late(900), late(230)]

    assert common_delay(heard) == Delay(210, 310)


def test_two_late_voices_of_six_are_two_lines():
    """Most were in time."""
    heard = [late(20), late(21), late(22), late(23), late(200), late(210)]

    assert common_delay(heard) == Delay(22, 122)


def test_who_was_not_heard_says_nothing_of_delay():
    """And two who were are too few."""
    assert common_delay([late(200), late(200), SILENCE, SILENCE]) is None


def test_everybodys_delay_is_noted_beside_ones_own():
    """What was measured stays as it was."""
    assert apart_from(late(300), [], Delay(200, 300)) == replace(late(300), shared_ms=200)


def test_a_gap_that_an_uneven_delay_of_all_explains_is_nobodys():
    """Half a second and 0.2 more, where everybody's delay varies by as much; not 0.3 more."""
    gaps = [Gap(10.0, 0.7), Gap(20.0, 0.8)]

    assert beyond(gaps, Delay(200, 400)) == (Gap(20.0, 0.8),)
    assert beyond(gaps, Delay(400, 400)) == beyond(gaps, None) == tuple(gaps)
    assert apart_from(replace(CLEAR, gaps=tuple(gaps)), [], Delay(200, 400)).gaps == (gaps[1],)


def test_what_one_standstill_delayed_is_no_sway():
    """In a short meeting it is many of the packets, and yet not half of them."""
    standstill = (Gap(5.0, 3.0),)

    assert beyond(standstill, Delay(2, 2600)) == standstill


def test_both_ways_of_one_standstill_are_one():
    """They begin and end a moment apart; another one stays another."""
    gaps = (Gap(4.1, 3.0), Gap(20.0, 1.0), Gap(4.0, 3.05))

    assert joined(gaps) == (Gap(4.0, pytest.approx(3.1)), Gap(20.0, 1.0))


def test_what_fell_into_a_silence_of_all_is_noted_beside_the_loss():
    """At most as much as was lost in a row; the rest is its own, and so is all without one."""
    lossy = replace(with_gaps((10.0, 3.0)), received=150, loss=0.25, longest_burst=40)

    assert apart_from(lossy, [Gap(10.0, 3.0)]).own_loss == pytest.approx(0.05)
    assert apart_from(lossy, []).own_loss == 0.25
    assert apart_from(SILENCE, [Gap(10.0, 3.0)]) == SILENCE
