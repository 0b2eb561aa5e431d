"""How did the meeting as a whole go: who was in, when, and who was cut off?"""

from dataclasses import dataclass, replace

import pytest

from checks import CHECKS
from rehearsal.model import Failure, Step, Verdict
from rehearsal.net.rollcall.evidence import Attended, Drop
from rehearsal.readiness.roll_call import hold_of, roll_call_of
from rehearsal.readiness.verdicts import judge
from tests.rehearsal.readiness.small_city import GO_LIVE, bridge, measured, refused


def attended(slug, seen):
    """One participant's verdict."""
    at = bridge(slug)
    return Verdict("bridge.roll_call", at, (), measured("bridge.roll_call", at.id, seen))


def stayed(started_s, joined_s, left_s=60.0, *drops):
    return Attended(started_s, joined_s, left_s, 1, drops)


def test_everybody_is_in():
    """Skew, the last one's arrival and the peak, of all who came."""
    found = roll_call_of(
        [attended("a", stayed(0.001, 0.4)), attended("b", stayed(0.004, 2.5))], 60.0
    )

    assert (found.expected, found.joined, found.peak_held) == (2, 2, 2)
    assert found.start_skew_s == pytest.approx(0.003)
    assert found.all_in_s == 2.5
    assert found.hold_s == 60.0


def test_somebody_is_missing():
    """While one is missing they are not all in; the missing one is listed."""
    found = roll_call_of([attended("a", stayed(0.0, 0.4)), attended("b", refused())], 60.0)

    assert (found.expected, found.joined, found.all_in_s) == (2, 1, None)
    assert [(a.slug, a.joined_s) for a in found.attendance] == [("a", 0.4), ("b", None)]


def test_nobody_came():
    """A meeting without participants has no times."""
    found = roll_call_of([attended("a", refused())], 60.0)

    assert (found.joined, found.start_skew_s, found.all_in_s, found.peak_held) == (
        0,
        0,
        None,
        0,
    )


def test_there_was_no_roll_call():
    """Without a planned roll call there is nothing to tell."""
    assert roll_call_of([Verdict("bridge.reach", bridge("a"))], 60.0) is None


def test_who_is_cut_off_is_not_held_meanwhile():
    """Two who are never in at the same moment are a peak of one."""
    first = stayed(0.0, 0.1, 60.0, Drop(1.0, "x", 50.0))
    second = stayed(0.0, 2.0, 40.0)

    found = roll_call_of([attended("a", first), attended("b", second)], 60.0)

    assert found.peak_held == 1
    assert found.attendance[0].drops == ((1.0, 50.0),)


def test_who_returns_is_held_again():
    """After a return both are in."""
    first = stayed(0.0, 0.1, 60.0, Drop(1.0, "x", 10.0), Drop(20.0, "x", 30.0))

    assert (
        roll_call_of([attended("a", first), attended("b", stayed(0, 5.0))], 60.0).peak_held == 2
    )


def test_who_stays_away_is_gone():
    """A drop for good ends the presence: who comes later meets nobody."""
    gone = stayed(0.0, 0.1, 12.0, Drop(1.0, "x", None))

    assert (
        roll_call_of([attended("a", gone), attended("b", stayed(0, 5.0))], 60.0).peak_held == 1
    )


@pytest.mark.parametrize(
    ("parameters", "expected"), [({"hold_s": 60}, 60.0), ({}, 0.0), ({"hold_s": "x"}, 0.0)]
)
def test_how_long_it_was_held(parameters, expected):
    """The hold is the run's parameter, in seconds."""
    assert hold_of(parameters) == expected


@dataclass(frozen=True)
class Heard:
    """What the tests need of a hearing."""

    first_s: float | None
    gaps: tuple = ()


@dataclass(frozen=True)
class Both:
    hears_centre: Heard | None
    heard_by_centre: Heard | None
    shared_gaps: tuple = ()


@dataclass(frozen=True)
class Gap:
    at_s: float
    lasts_s: float


@dataclass(frozen=True)
class WithSound:
    """An attendance with sound, as the roll call's evidence has it."""

    sound: Both
    started_s: float = 0.0
    joined_s: float = 0.5
    left_s: float = 60.0
    drops: tuple = ()
    due_s: float = 0.0


def test_who_heard_whom_is_counted():
    """Each way by itself; without a centre nobody is blamed."""
    gone = Heard(0.9, (Gap(10.0, 2.5),))
    found = roll_call_of(
        [
            attended("a", WithSound(Both(Heard(0.8), gone))),
            attended("b", WithSound(Both(Heard(None), Heard(0.7)))),
            attended("c", WithSound(Both(None, None))),
        ],
        60.0,
    )

    assert (found.with_sound, found.hear, found.heard) == (2, 1, 2)
    assert [(a.hears, a.heard) for a in found.attendance] == [
        (True, True),
        (False, True),
        (None, None),
    ]
    assert found.attendance[0].gaps == ((10.0, 2.5),)


def test_what_most_lost_together_is_the_meetings():
    """It stands in the centre's evidence, once, and in nobody's own silences."""
    centre = Both(None, None, (Gap(10.0, 3.0), Gap(40.0, 0.6)))
    seen = [
        attended("central", WithSound(centre)),
        attended("a", WithSound(Both(Heard(0.8), Heard(0.8)))),
        attended("b", refused()),
    ]

    assert roll_call_of(seen, 60.0).silences == ((10.0, 3.0), (40.0, 0.6))


def test_joins_are_counted_by_second():
    """Of each second after the barrier: how many came in, and how long 95 % of them took."""
    seen = [attended(f"u{n}", stayed(0.0, 0.02 * n)) for n in range(1, 61)]
    found = roll_call_of([*seen, attended("late", stayed(1.0, 1.5))], 60.0)

    assert [(j.second, j.joined) for j in found.joins] == [(0, 49), (1, 12)]
    assert found.joins[0].p95_s == pytest.approx(0.94)


def test_a_paced_start_is_no_skew():
    """Who starts when it is due is punctual, however late that is."""
    found = roll_call_of(
        [
            attended("a", stayed(0.001, 0.4)),
            attended("b", replace(stayed(3.504, 4.0), due_s=3.5)),
        ],
        60.0,
    )

    assert found.start_skew_s == pytest.approx(0.003)


def test_whom_we_failed_to_watch_is_not_missing():
    """Our own overload says nothing of who came."""
    lost = Failure(Step.OBSERVE, "observer_overloaded", "2.1 s late")
    seen = [judged("a", lost), judged("b", Failure(Step.SIGNALLING, "no_such_room", ""))]
    found = roll_call_of(seen, 60.0)

    assert [(a.slug, a.is_known) for a in found.attendance] == [("a", False), ("b", True)]


def judged(slug, failure):
    """One participant's verdict, with the outcome that its failure has."""
    at = bridge(slug)
    check = CHECKS["bridge.roll_call"]
    return judge(check, measured(check.id, at.id, failure), at, go_live=GO_LIVE)
