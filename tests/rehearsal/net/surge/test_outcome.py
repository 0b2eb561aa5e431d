"""Figures of a rush: nobody who waited is hidden, and nothing of ours is laid on others."""

from rehearsal.model import Failure, Step
from rehearsal.net.surge.outcome import Sent, Spread, commonest, summed

THEIRS = Failure(Step.TRANSACTION, "not_stored")
OTHER = Failure(Step.HTTP_EXCHANGE, "maintenance")
OURS = Failure(Step.OBSERVE, "host_spared")


def test_percentiles_are_values_that_were_measured():
    """By the nearest rank; of one value all of them are that one."""
    hundred = summed([Sent(float(n), 0.0, 0.0) for n in range(1, 101)])
    one = summed([Sent(3.0, 0.0, 0.0)])

    assert hundred.waited == Spread(50.0, 95.0, 99.0, 100.0)
    assert one.waited == Spread(3.0, 3.0, 3.0, 3.0)


def test_what_we_held_up_is_told_apart():
    """The citizen waited for both; the system answers for one of them."""
    found = summed([Sent(took_s=9.0, late_s=0.5, held_s=6.0)])

    assert (found.waited.p95_s, found.answered.p95_s, found.late_s) == (9.0, 3.0, 0.5)


def test_failures_are_counted_by_kind_and_ours_apart():
    """What never went out says nothing of the system, for or against it."""
    sent = [Sent(1, 0, 0), *[Sent(1, 0, 0, f) for f in (OTHER, THEIRS, THEIRS, OURS, OURS)]]

    found = summed(sent)

    assert (found.sent, found.done, found.failing) == (6, 1, 3)
    assert found.failed == {"maintenance": 1, "not_stored": 2}
    assert found.withheld == {"host_spared": 2}
    assert found.failed_share == 0.75
    assert found.kinds == "not_stored, maintenance"


def test_where_none_came_through_the_commonest_is_told():
    """What the system did counts before what we withheld because of it."""
    all_lost = [Sent(1, 0, 0, f) for f in (OTHER, THEIRS, THEIRS, OURS, OURS, OURS)]

    assert commonest(all_lost) == THEIRS
    assert commonest([Sent(1, 0, 0, OURS)]) == OURS
    assert commonest([*all_lost, Sent(1, 0, 0)]) is None
    assert commonest([]) is None
