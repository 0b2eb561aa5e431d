"""Are we ourselves fit to judge others just now?"""

import asyncio
import time

import pytest

from rehearsal import observe
from rehearsal.model import Failure, Observer, Step
from rehearsal.net.pulse import may_be_offline
from rehearsal.observe import SEND_LATE_MAX_S, Watch, doubt


async def test_a_calm_loop_is_on_time():
    """Nobody blocks the loop: its lateness is far below any limit."""
    async with Watch() as watch:
        began_s = time.perf_counter()
        await asyncio.sleep(0.1)

        assert watch.worst_lag_s(began_s) < observe.SEND_LATE_MAX_S


async def test_a_block_is_seen_while_it_lasts_and_afterwards():
    """The lateness is known before the next beat could be written down."""
    async with Watch() as watch:
        began_s = time.perf_counter()
        await asyncio.sleep(0.05)
        time.sleep(0.3)  # noqa: ASYNC251  (the loop is blocked on purpose)
        during_s = watch.worst_lag_s(began_s)
        await asyncio.sleep(0.05)

        assert during_s > 0.2
        assert watch.worst_lag_s(began_s) > 0.2


async def test_an_earlier_block_is_no_longer_ours():
    """Who begins after a block is not doubted for it."""
    async with Watch() as watch:
        began_s = time.perf_counter()
        await asyncio.sleep(0.03)
        time.sleep(0.4)  # noqa: ASYNC251  (the loop is blocked on purpose)
        await asyncio.sleep(0.05)
        blocked_s = watch.worst_lag_s(began_s)

        assert watch.worst_lag_s(time.perf_counter()) < blocked_s


async def test_a_long_meeting_remembers_its_beginning(monkeypatch):
    """However many beats ago it was, the worst lateness since then is known."""
    monkeypatch.setattr(observe, "BEAT_S", 0.0)
    async with Watch() as watch:
        began_s = time.perf_counter()
        await asyncio.sleep(0.01)
        time.sleep(0.3)  # noqa: ASYNC251  (the loop is blocked on purpose)
        for _ in range(6000):
            await asyncio.sleep(0)

        assert watch.worst_lag_s(began_s) > 0.2


async def test_watching_ends():
    """No task of the watch outlives it."""
    before = asyncio.all_tasks()
    async with Watch():
        assert len(asyncio.all_tasks()) == len(before) + 1

    assert asyncio.all_tasks() == before


@pytest.mark.parametrize(
    ("health", "kind"),
    [
        (Observer(), None),
        (Observer(loop_lag_s=0.5), None),
        (Observer(loop_lag_s=0.51), "observer_overloaded"),
        (Observer(send_late_s=SEND_LATE_MAX_S), None),
        (Observer(send_late_s=SEND_LATE_MAX_S + 0.01), "observer_overloaded"),
        (Observer(uplink_up=False), "observer_offline"),
        (Observer(uplink_up=True), None),
        (Observer(queued_s=900.0), None),
        (Observer(resolver_answers=False), None),
    ],
)
def test_when_we_doubt_ourselves(health, kind):
    """Over a limit of ours nothing is said of the target; exactly at it, it still is."""
    found = doubt(health, 0.5)

    assert (found and found.kind) == kind
    assert found is None or found.step is Step.OBSERVE


@pytest.mark.parametrize(
    ("failure", "may_be"),
    [
        (None, False),
        (Failure(Step.CONNECT, "connect_timeout"), True),
        (Failure(Step.RESOLVE, "resolver_timeout"), True),
        (Failure(Step.CONNECT, "network_unreachable"), True),
        (Failure(Step.CONNECT, "connection_refused"), False),
        (Failure(Step.RESOLVE, "nxdomain"), False),
    ],
)
def test_what_looks_like_being_offline(failure, may_be):
    """Silence may be our own line's; an answer, even a refusal, is not."""
    assert may_be_offline(failure) is may_be
