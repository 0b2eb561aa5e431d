"""Is what most suffered at once held against none of them?"""

from __future__ import annotations

from rehearsal.net.rollcall.evidence import Gap
from rehearsal.net.rollcall.shared import apart_from, are_most, common_gaps
from tests.rehearsal.net.rollcall.seated import with_gaps


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
