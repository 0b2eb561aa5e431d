"""An opening hour: who comes when, and how it is dealt out."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rehearsal.net.surge.schedule import FEW, Surge, shared_out

COUNT = 4_000


def test_most_come_when_the_doors_open():
    """The first quarter of the hour sees 36 of a hundred, the last 14."""
    moments = Surge(40.0, shares={"x": COUNT}).moments("x")

    first = sum(at_s < 10 for at_s in moments) / COUNT
    last = sum(at_s >= 30 for at_s in moments) / COUNT
    assert first == pytest.approx(0.3625, abs=0.03)
    assert last == pytest.approx(0.1375, abs=0.03)


def test_they_come_in_order_and_within_the_hour():
    """A moment after the hour would be asked for by nobody."""
    moments = Surge(40.0, shares={"x": COUNT}).moments("x")

    assert list(moments) == sorted(moments)
    assert moments[0] >= 0.0
    assert moments[-1] <= 40.0


def test_the_same_target_is_met_in_the_same_way_again():
    """Two trials are compared; two targets do not come in step."""
    surge = Surge(40.0)

    assert surge.moments("a") == surge.moments("a")
    assert surge.moments("a") != surge.moments("b")
    assert len(surge.moments("a")) == FEW


def test_how_long_it_takes_from_now():
    """The wait for the common start counts, and is no longer counted once it is over."""
    surge = Surge(40.0, begins_s=110.0)

    assert surge.left_s(100.0) == 50.0
    assert surge.left_s(120.0) == 40.0
    assert Surge(40.0).left_s(7.0) == 40.0


WEIGHTS = st.dictionaries(st.text(), st.floats(0.01, 1e4), min_size=1, max_size=200)


@given(WEIGHTS, st.integers(0, 20_000))
def test_everybody_gets_one_and_none_is_lost(weights, total):
    """Shares add up to what was ordered, or to one each where that is more."""
    shares = shared_out(total, weights)

    assert shares.keys() == weights.keys()
    assert min(shares.values()) >= 1
    assert sum(shares.values()) == max(total, len(weights))


def test_who_takes_in_twice_as_many_gets_twice_as_many():
    """Beside the one that everybody gets."""
    assert shared_out(302, {"a": 2.0, "b": 1.0}) == {"a": 201, "b": 101}
