"""An open loop: a slow system makes nobody come later, and everybody's wait counts."""

import asyncio

from rehearsal.model import Failure, Load, Step
from rehearsal.net.load import Gate
from rehearsal.net.surge.rush import rush
from rehearsal.net.trail import stop

LOST = Failure(Step.TRANSACTION, "not_stored")


async def test_a_slow_system_keeps_nobody_from_coming():
    """All have set out before the first is through."""
    under_way = []

    async def send(number: int) -> None:
        under_way.append(number)
        if len(under_way) == len(moments):
            all_there.set()
        await all_there.wait()

    all_there = asyncio.Event()
    moments = [0.0, 0.01, 0.02, 0.03]
    async with asyncio.timeout(5.0):
        sent = await rush(moments, None, send)

    assert [one.failure for one in sent] == [None] * 4


async def test_a_wait_counts_from_the_intended_start():
    """Whoever queues behind another inside the system waits for both."""
    counter = asyncio.Lock()

    async def send(_number: int) -> None:
        async with counter:
            await asyncio.sleep(0.1)

    sent = await rush([0.0, 0.0, 0.0], None, send)

    took_s = sorted(one.took_s for one in sent)
    assert took_s[0] >= 0.1
    assert took_s[1] >= 0.2
    assert took_s[2] >= 0.3


async def test_who_sets_out_late_by_us_says_so():
    """The start lies in the past: our lateness is part of the wait, and told."""
    begins_s = asyncio.get_running_loop().time() - 2.0

    async def send(_number: int) -> None:
        return None

    (one,) = await rush([0.5], begins_s, send)

    assert one.late_s >= 1.5
    assert one.took_s >= one.late_s


async def test_what_our_own_bounds_hold_up_is_told():
    """Five a second: the fourth leaves 0.6 s after its moment, and the system is quick."""
    gate = Gate(Load(5, 10, 1000), Load(1e6, 10, 1000))

    async def send(_number: int) -> None:
        async with gate.passing("a") as told:
            told(200)

    sent = await rush([0.0] * 4, None, send)

    held_s = sorted(one.held_s for one in sent)
    assert held_s[0] < 0.2
    assert held_s[3] >= 0.55
    assert all(one.took_s >= one.held_s for one in sent)


async def test_how_each_failed_is_kept():
    """Told or raised, and the others go on."""

    async def send(number: int) -> Failure | None:
        if number == 1:
            raise stop(Step.OBSERVE, "host_spared")
        return LOST if number == 2 else None

    sent = await rush([0.0] * 3, None, send)

    kinds = [one.failure and one.failure.kind for one in sent]
    assert kinds == [None, "host_spared", "not_stored"]
