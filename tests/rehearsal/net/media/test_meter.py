"""Does the meter tell what befell the packets, and only that?"""

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rehearsal.net.media.marker import Flags, Marker
from rehearsal.net.media.meter import GAPS_MAX, REORDER, Meter, Spread

MS = 10**6
SECOND = 1000 * MS
BEGAN = 5 * SECOND
SPEAKING = Flags.SPEAKING


def fed(arrivals, period_ms=20, flags=SPEAKING):
    """A meter that heard these: (sequence, trip in ms) in their order of arrival."""
    meter = Meter(BEGAN)
    for sequence, trip_ms in arrivals:
        sent_ns = BEGAN + sequence * period_ms * MS
        meter.heard(sent_ns + int(trip_ms * MS), Marker(1, sequence, sent_ns, flags))
    return meter


def report(arrivals, **how):
    meter = fed(arrivals, **how)
    return meter.report(meter.last_ns)


def test_nothing_heard_is_no_report():
    """Not a report of zeros."""
    assert Meter(BEGAN).report(BEGAN + SECOND) is None


def test_a_perfect_line():
    """Everything came, at once and evenly."""
    heard = report([(n, 40) for n in range(750)])

    assert (heard.received, heard.expected, heard.spoke) == (750, 750, 750)
    assert (heard.loss, heard.bursts, heard.reordered, heard.duplicates) == (0, 0, 0, 0)
    assert heard.gaps == ()
    assert heard.jitter_s == 0
    assert heard.trip_p50_s == pytest.approx(0.04, rel=0.02)
    assert heard.trip_p95_s == pytest.approx(0.04, rel=0.02)
    assert heard.first_s == pytest.approx(0.04)


@given(lost=st.sets(st.integers(1, 298)), count=st.just(300))
@settings(max_examples=60)
def test_losses_are_counted_one_by_one_and_in_bursts(lost, count):
    """Against a count by hand, whichever packets are missing."""
    heard = report([(n, 10) for n in range(count) if n not in lost])

    runs = [n for n in lost if n - 1 not in lost]
    assert heard.expected - heard.received == len(lost)
    assert heard.loss == pytest.approx(len(lost) / count)
    assert heard.bursts == len(runs)
    assert heard.mean_burst == pytest.approx(len(lost) / len(runs) if runs else 0)


@given(seed=st.integers(0, 10**6))
@settings(max_examples=40)
def test_the_order_of_arrival_changes_no_loss(seed):
    """A packet that others overtook is not lost, and is counted as overtaken."""
    chance = random.Random(seed)
    arrivals = [(n, 10 + (n > 3) * chance.choice((0, 0, 0, 75))) for n in range(200)]
    in_time = sorted(arrivals, key=lambda one: one[0] * 20 + one[1])

    heard = report(in_time)

    assert heard.expected == heard.received == 200
    assert heard.loss == 0
    overtaken = sum(n < max(m for m, _ in in_time[: k + 1]) for k, (n, _) in enumerate(in_time))
    assert heard.reordered == overtaken


def test_what_comes_far_too_late_stays_lost():
    """A listener has long played something else."""
    sequences = [n for n in range(2 * REORDER) if n != 5]
    heard = report([(n, 10) for n in sequences] + [(5, 10 + 40 * REORDER)])

    assert heard.expected - heard.received == 1
    assert heard.duplicates == 1


def test_duplicates_are_no_arrivals():
    """Each packet counts once."""
    heard = report([(n, 10) for n in range(50) for _ in range(2)])

    assert (heard.received, heard.duplicates) == (50, 50)


def test_the_worst_window_is_told_apart_from_the_whole():
    """15 s of 10 % among a minute without loss."""
    lost = {n for n in range(751, 1500) if n % 10 == 0}
    heard = report([(n, 10) for n in range(3000) if n not in lost])

    assert heard.loss == pytest.approx(0.025, abs=0.002)
    assert heard.worst_loss == pytest.approx(0.1, abs=0.005)


def test_jitter_is_that_of_rfc_3550():
    """Trips that alternate by 10 ms have D of 10 ms each time, which J approaches."""
    heard = report([(n, 50 + 10 * (n % 2)) for n in range(2000)])

    assert heard.jitter_s == pytest.approx(0.01, rel=0.02)


def test_gaps_are_told_with_when_and_how_long():
    """Two seconds of nothing, a second after the beginning."""
    heard = report([(n, 10) for n in range(200) if not 50 <= n < 149])

    assert heard.gap_count == 1
    assert heard.gaps[0].at_s == pytest.approx(0.99)
    assert heard.gaps[0].lasted_s == pytest.approx(2.0)
    assert heard.longest_gap_s == pytest.approx(2.0)


def test_silence_to_the_end_is_a_gap():
    """Nobody knows yet whether it will end."""
    meter = fed([(n, 10) for n in range(50)])

    heard = meter.report(meter.last_ns + 3 * SECOND)

    assert heard.longest_gap_s == pytest.approx(3.0)
    assert meter.report(meter.last_ns).gap_count == 0  # asking has changed nothing


def test_the_percentiles_are_right_within_two_per_cent():
    """However the durations are spread."""
    chance = random.Random(1)
    durations = sorted(int(chance.lognormvariate(18, 1)) for _ in range(5000))
    spread = Spread()
    for duration in durations:
        spread.add(duration)

    for share in (0.1, 0.5, 0.95):
        exact_s = durations[int(share * len(durations)) - 1] / 1e9
        assert spread.at_s(share) == pytest.approx(exact_s, rel=0.025)


def test_silent_packets_are_told_from_speech():
    """Their sender says so itself."""
    assert report([(n, 10) for n in range(50)], flags=Flags.NONE).spoke == 0


def test_a_frozen_picture_keeps_coming_without_a_new_one():
    """The last frame again and again, for three seconds."""
    meter = fed([(n, 10) for n in range(10)], period_ms=100)
    newest = Marker(1, 9, BEGAN + 900 * MS, Flags.PICTURE)
    for again in range(1, 31):
        meter.heard(BEGAN + (910 + again * 100) * MS, newest)

    assert meter.report(meter.last_ns).frozen_s == pytest.approx(3.0)
    assert meter.report(meter.last_ns).longest_gap_s < 0.2


def test_losses_up_to_a_packet_are_exact():
    """So that both ends' counts can be compared; what is long ago nobody knows."""
    meter = fed([(n, 10) for n in range(300) if n not in {100, 250, 280}])

    assert [meter.lost_until(n) for n in (100, 249, 260, 299)] == [None, 1, 2, 3]
    assert meter.lost_until(300) is None


def test_hours_of_meeting_take_no_more_memory_than_minutes():
    """What is kept has its bound, also on a line that breaks off all the time."""
    meter = Meter(BEGAN)
    for n in range(20_000):
        sent_ns = BEGAN + n * 600 * MS
        meter.heard(sent_ns + (n * 7919 % 400) * MS, Marker(1, n, sent_ns))

    kept = meter.report(meter.last_ns)
    assert len(kept.gaps) == GAPS_MAX
    assert kept.gap_count > 10_000
    assert len(meter._waiting) <= REORDER + 1
    assert len(meter.trips._steps) < 1000


@given(
    st.lists(
        st.tuples(st.integers(0, 2**64 - 1), st.integers(0, 2**32 - 1), st.integers(0, 2**64)),
        max_size=30,
    )
)
def test_no_forged_marker_raises(forged):
    """Numbers and times of whatever size, in whatever order."""
    meter = Meter(BEGAN)
    for arrival_ns, sequence, sent_ns in forged:
        meter.heard(arrival_ns, Marker(1, sequence, sent_ns, Flags.NONE))

    heard = meter.report(2**64)
    assert heard is None or heard.received <= heard.expected
