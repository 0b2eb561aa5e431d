"""When is a silence everybody's, and when is it one unit's own?"""

from __future__ import annotations

import pytest

from rehearsal.net.media.marker import Flags, Marker
from rehearsal.net.media.together import KEPT_S, NOTHING_SHARED, PAUSES_MAX, Together
from tests.rehearsal.net.media.listening import (
    FRAME_S,
    NOW_S,
    TRIP_S,
    Hall,
    S,
    holding,
    losing,
    well,
)

NOW_NS = round(NOW_S * S)
BLIP = (4.0, 4.6)
LATER = (7.0, 7.6)


@pytest.fixture
def hall() -> Hall:
    return Hall(Together())


def shared(hall, mine):
    return hall.together.shared(mine, NOW_NS)


def test_what_all_lose_at_once_is_shared(hall):
    """When it was silent, and how much sound is missing."""
    mine = hall.ears(4, losing(BLIP))

    found = shared(hall, mine)

    assert found.silent_s == pytest.approx(0.6, abs=0.03)
    assert found.lost_s == pytest.approx(0.6, abs=0.001)
    assert found.silences[0].at_s == pytest.approx(4.0 + TRIP_S, abs=0.03)


def test_what_all_get_late_is_a_silence_without_a_hole(hall):
    """A server that stands still and goes on loses nothing."""
    mine = hall.ears(4, holding(*BLIP))

    found = shared(hall, mine)

    assert found.silent_s == pytest.approx(0.6, abs=0.03)
    assert found.holes == ()


@pytest.mark.parametrize(
    ("breaking", "well_beside", "is_shared"),
    [
        (0, 6, False),
        (1, 28, False),  # two of thirty, by chance
        (2, 0, False),  # all the others, and too few
        (3, 0, True),
        (3, 2, True),
        (3, 3, False),  # half is not most
        (16, 15, True),
    ],
)
def test_most_others_are_more_than_half_and_three_at_least(
    hall, breaking, well_beside, is_shared
):
    """One unit's own silence stays its own."""
    mine = hall.ear(losing(BLIP))
    for _ in range(breaking):
        hall.ear(losing(BLIP))
    for _ in range(well_beside):
        hall.ear()

    assert bool(shared(hall, mine).silences) is is_shared
    assert bool(shared(hall, mine).holes) is is_shared


def test_who_shares_a_bridge_shares_its_silence(hall):
    """Ten fall silent at one server, while twenty elsewhere hear on."""
    at_one = [hall.ear(losing(BLIP), bridge="10.0.0.1") for _ in range(10)]
    elsewhere = [hall.ear() for _ in range(20)]
    alone = hall.ear(losing(BLIP))

    assert shared(hall, at_one[0]).holes
    assert shared(hall, elsewhere[0]) == NOTHING_SHARED
    assert shared(hall, alone) == NOTHING_SHARED


def test_only_what_most_others_had_too_is_shared(hall):
    """The unit's own second silence is told apart from the first."""
    mine = hall.ear(losing(BLIP, LATER))
    for _ in range(5):
        hall.ear(losing(BLIP))

    assert [round(gap.at_s) for gap in shared(hall, mine).silences] == [4]


def test_a_long_silence_is_not_excused_by_a_short_one_within(hall):
    """At least half of it must be everybody's."""
    mine = hall.ear(losing((4.0, 6.5)))
    for _ in range(5):
        hall.ear(losing(BLIP))

    assert shared(hall, mine) == NOTHING_SHARED


def test_who_never_heard_anything_is_no_witness(hall):
    """Four ears without a packet outvote nobody."""
    mine = hall.ear(losing(BLIP))
    for _ in range(3):
        hall.ear(losing(BLIP))
    for _ in range(4):
        hall.ear(losing((0.0, 10.0)))

    assert shared(hall, mine).silences


def test_who_was_dead_long_before_is_no_witness(hall):
    """Neither for a silence nor against it."""
    dead = losing((1.0, 10.0))
    alone = hall.ear(losing(BLIP))
    for _ in range(4):
        hall.ear(dead, is_done=False)

    assert shared(hall, alone) == NOTHING_SHARED

    for _ in range(3):
        hall.ear(losing(BLIP))

    assert shared(hall, alone).silences


def test_who_has_ended_or_not_begun_is_no_witness(hall):
    """Only who listened then can tell."""
    mine = hall.ear(losing(BLIP))
    for _ in range(3):
        hall.ear(losing(BLIP), ends_s=5.0)
    for _ in range(4):
        hall.ear(ends_s=3.5)
        hall.ear(begins_s=5.0)

    assert shared(hall, mine).silences


def test_near_and_far_bridges_miss_what_was_sent_at_one_time(hall):
    """What our line loses on the way there a bridge by satellite misses 0.6 s later."""
    far = hall.ear(losing(BLIP, trip_s=0.65))
    for _ in range(5):
        hall.ear(losing(BLIP))

    assert shared(hall, far).lost_s == pytest.approx(0.6, abs=0.001)


def test_what_we_ourselves_sent_late_is_no_silence(hall):
    """Our own event loop stood still before sending: nothing was held back or lost."""
    late = [n * FRAME_S + (0.5 if n >= 200 else 0.0) for n in range(475)]
    mine = hall.ears(5, well, sends=late)

    assert shared(hall, mine) == NOTHING_SHARED


def test_short_silences_count_from_three_packets(hall):
    """One that is lost leaves no silence; three make a burst."""
    one = hall.ears(5, losing((4.0, 4.02)))

    assert shared(hall, one) == NOTHING_SHARED

    three = hall.ears(8, losing((5.0, 5.06)))

    assert shared(hall, three).lost_s == pytest.approx(0.06, abs=0.001)


def test_who_hears_pictures_only_is_asked_about_long_silences(hall):
    """Ten pictures a second cannot tell a silence of a tenth of a second."""
    pictures = [watching(hall, BLIP) for _ in range(2)] + [watching(hall) for _ in range(4)]
    short = hall.ears(4, losing((2.0, 2.1)))
    long = hall.ear(losing(BLIP))

    assert shared(hall, short).silences
    assert shared(hall, long) == NOTHING_SHARED
    assert hall.together.shared(pictures[0], NOW_NS) == NOTHING_SHARED


def watching(hall, gap=None):
    """One that hears a second of sound, and from then on a picture every 0.1 s."""
    mine = hall.ear(ends_s=1.0, is_done=False)
    mine.listens(Flags.PICTURE, 0.1, S)
    for number in range(10, 120):
        sent_s = number / 10
        if gap is None or not gap[0] <= sent_s < gap[1]:
            at_ns = round((sent_s + TRIP_S) * S)
            mine.heard(at_ns, Marker(1, number, round(sent_s * S), Flags.PICTURE))
    return mine


def test_to_listen_to_pictures_for_a_while_is_no_silence(hall):
    """Sound is not given back meanwhile, and its numbers go on."""
    mine = []
    for _ in range(5):
        ear = hall.ear(ends_s=5.0, is_done=False)
        ear.listens(Flags.PICTURE, 0.1, 5 * S)
        for number in range(20):
            sent_ns = round((5.0 + number / 10) * S)
            ear.heard(sent_ns + round(TRIP_S * S), Marker(1, number, sent_ns, Flags.PICTURE))
        ear.listens(Flags.NONE, FRAME_S, 7 * S)
        for number in range(350, 600):
            sent_ns = round(number * FRAME_S * S)
            ear.heard(sent_ns + round(TRIP_S * S), Marker(1, number, sent_ns, Flags.NONE))
        mine.append(ear)

    assert shared(hall, mine[0]) == NOTHING_SHARED


def test_a_stall_is_shared_while_it_lasts(hall):
    """All ceased at one moment, and none has come back yet."""
    ended = losing((9.0, NOW_S))
    mine = hall.ears(4, ended, ends_s=NOW_S, is_done=False)

    assert hall.together.is_stalled(mine, NOW_NS)


def test_a_stall_goes_on_while_what_is_listened_to_changes(hall):
    """It began when sound ceased; that no picture came after is the same stall."""
    ended = losing((5.0, NOW_S))
    hall.ears(3, ended, ends_s=NOW_S, is_done=False)
    mine = hall.ear(ended, ends_s=NOW_S, is_done=False)
    mine.listens(Flags.PICTURE, 0.1, 9 * S)

    assert hall.together.is_stalled(mine, NOW_NS)
    assert shared(hall, mine).silences[0].lasted_s == pytest.approx(7.0, abs=0.05)


def test_a_stall_of_one_is_its_own(hall):
    """The others hear on."""
    mine = hall.ear(losing((9.0, NOW_S)), ends_s=NOW_S, is_done=False)
    for _ in range(5):
        hall.ear(well, ends_s=NOW_S, is_done=False)

    assert not hall.together.is_stalled(mine, NOW_NS)


def test_who_gets_nothing_from_the_beginning_may_have_come_into_a_stall(hall):
    """It set out when all others ceased to hear; alone it would be its own fault."""
    late = hall.together.begin("late", round(9.2 * S), FRAME_S)
    others = [hall.ear(losing((9.0, NOW_S)), ends_s=NOW_S, is_done=False) for _ in range(3)]

    assert hall.together.is_stalled(late, NOW_NS)
    assert hall.together.shared(late, NOW_NS).first_s == pytest.approx(2.8, abs=0.05)

    hall.together.end(others[0], round(5.0 * S))

    assert not hall.together.is_stalled(late, NOW_NS)


def test_what_is_over_is_forgotten(hall):
    """Neither ears that ended long ago nor a terrible line's pauses pile up."""
    for number in range(50):
        hall.ear(begins_s=number * 1.0, ends_s=number * 1.0)
    hall.together.begin("new", round((50 + KEPT_S) * S), FRAME_S)

    assert len(hall.together._ears) <= KEPT_S

    terrible = hall.together.begin("terrible", 0, FRAME_S)
    for number in range(0, 8 * PAUSES_MAX, 4):
        terrible.heard(number * S, Marker(1, number, number * S, Flags.NONE))

    assert len(terrible.pauses("sent", terrible._arrived_ns)) == PAUSES_MAX
