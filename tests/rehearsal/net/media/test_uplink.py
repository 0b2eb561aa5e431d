"""Is the uplink's loss what the bridge reports of it, whatever it reports?"""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rehearsal.net.media.rtp import Report
from rehearsal.net.media.uplink import Uplink

SECOND_NS = 10**9
FIRST, HZ = 1000, 48000
NUMBER = st.integers(0, 2**32 - 1)


def report(lost, highest, jitter=0):
    return Report(1, lost, highest, jitter, 0, 0.0)


def fed(*reports, sent=10_000):
    uplink = Uplink(FIRST, HZ)
    for second, found in enumerate(reports):
        uplink.heard(found, second * SECOND_NS, sent)
    return uplink


def test_nothing_reported_is_nothing_told():
    """And nobody hears us, as far as we know."""
    assert Uplink(FIRST, HZ).told() is None
    assert not Uplink(FIRST, HZ).is_heard


def test_losses_are_those_of_the_latest_report():
    """It counts from the beginning."""
    told = fed(report(1, FIRST + 49), report(5, FIRST + 99, jitter=480)).told()

    assert (told.reports, told.expected, told.lost) == (2, 100, 5)
    assert told.loss == pytest.approx(0.05)
    assert told.jitter_s == pytest.approx(0.01)


def test_the_worst_fifteen_seconds_are_told_apart():
    """A bad quarter of a minute in a good meeting."""
    good = [report(0, FIRST + 50 * second) for second in range(60)]
    bad = [report(5 * s, FIRST + 50 * (60 + s)) for s in range(16)]
    after = [report(75, FIRST + 50 * (76 + s)) for s in range(60)]

    told = fed(*good, *bad, *after).told()

    assert told.worst_loss == pytest.approx(0.1, abs=0.01)
    assert told.loss < 0.015


def test_what_comes_late_is_not_lost():
    """A report is written while packets that others overtook are still on their way."""
    told = fed(report(5, FIRST + 99)).told()

    assert (told.at_most(0).lost, told.at_most(0).worst_loss) == (0, 0.0)
    assert told.at_most(2).loss == pytest.approx(0.02)
    assert told.at_most(2).worst_loss == pytest.approx(0.02)
    assert told.at_most(9) == told


def test_heavy_packets_are_counted_by_themselves():
    """They are sent to strain the line: their loss is no loss of the voice."""
    uplink = fed(report(0, FIRST + 499))
    uplink.is_heavy = True
    uplink.heard(report(30, FIRST + 599), 2 * SECOND_NS, 10_000)

    told = uplink.told()
    assert (told.loss, told.expected) == (0.0, 500)
    assert told.heavy_loss == pytest.approx(0.3)


@given(st.lists(st.builds(Report, NUMBER, NUMBER, NUMBER, NUMBER, NUMBER, st.floats(0, 65536))))
def test_a_lying_bridge_does_no_harm(reports):
    """It tells of no more packets than we sent, and nothing raises."""
    told = fed(*reports, sent=500).told()

    assert told is None or (0 <= told.loss <= 1 and 0 <= told.expected <= 500)
