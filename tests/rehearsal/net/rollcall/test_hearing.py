"""Is what came of one speaker told right, over several connections?"""

from __future__ import annotations

import pytest

from rehearsal.net.media.marker import Flags, Marker
from rehearsal.net.media.meter import Meter
from rehearsal.net.rollcall.evidence import Gap
from rehearsal.net.rollcall.hearing import Silence, hearing_of

OPENS_AT = 1000.0
PACKET_S = 0.06
TRIP_S = 0.02


def heard(asked_s: float, from_s: float, until_s: float, first: int = 0) -> Meter:
    """A connection that brought a packet every 60 ms between two moments of the meeting."""
    meter = Meter(_ns(asked_s))
    for number in range(round((until_s - from_s) / PACKET_S) + 1):
        at_s = from_s + number * PACKET_S
        meter.heard(_ns(at_s + TRIP_S), Marker(7, first + number, _ns(at_s), Flags.NONE))
    return meter


def _ns(at_s: float) -> int:
    return round((OPENS_AT + at_s) * 1e9)


def told(*meters: Meter, until_s: float, noticed: tuple[Silence, ...] = ()):
    return hearing_of(meters, opens_at=OPENS_AT, until_s=until_s, noticed=noticed)


def test_nothing_is_nothing():
    """Who was never heard has no first moment, and no loss either."""
    assert told(until_s=10.0).first_s is None


def test_times_are_those_of_the_meeting():
    """After the barrier, and from when we asked for it."""
    hearing = told(heard(1.0, 1.5, 10.0), until_s=10.0)

    assert hearing.first_s == pytest.approx(1.52, abs=0.001)
    assert hearing.waited_s == pytest.approx(0.52, abs=0.001)
    assert hearing.delay_p50_ms == pytest.approx(20.0, rel=0.03)
    assert hearing.gaps == ()


def test_a_silence_at_the_end_is_a_gap():
    """Sound that stops and never comes back has not just been lost."""
    hearing = told(heard(1.0, 1.5, 6.0), until_s=10.0)

    assert [(round(g.at_s), round(g.lasts_s)) for g in hearing.gaps] == [(6, 4)]


def test_a_return_ends_the_silence():
    """By another connection, whose first packet it is."""
    parts = heard(1.0, 1.5, 6.0), heard(7.5, 8.0, 10.0, first=90)

    hearing = told(*parts, until_s=10.0)

    assert [(round(g.at_s), round(g.lasts_s)) for g in hearing.gaps] == [(6, 2)]
    assert hearing.received == 76 + 34


def test_it_is_known_when_a_silence_was_noticed():
    """While it lasted, and how long after it began."""
    gap = told(
        heard(1.0, 1.5, 6.0), until_s=10.0, noticed=(Silence(6.02, 7.2), Silence(2.0, 3.1))
    ).gaps[0]

    assert gap == Gap(pytest.approx(6.02), pytest.approx(3.98), pytest.approx(1.18))


def test_the_longest_burst_is_what_was_lost_in_a_row():
    """Of all its connections: a line that is down loses everything that is sent meanwhile."""
    cut = heard(1.0, 1.5, 6.0)
    cut.heard(_ns(9.0), Marker(7, 126, _ns(8.98), Flags.NONE))

    assert told(cut, heard(9.2, 9.5, 10.0, first=130), until_s=10.0).longest_burst == 50
