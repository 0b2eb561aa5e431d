"""Does the prober doubt itself before it blames a unit?"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from dataclasses import replace

from checks import CHECKS
from rehearsal.model import Outcome, Step, Target
from rehearsal.observe import Watch
from rehearsal.plan import CONCURRENCY, Slots
from rehearsal.readiness.verdicts import judge
from rehearsal.run import measure
from tests.rehearsal.net.conftest import Street

CHECK = CHECKS["system.reach"]
BLOCKED_S = 0.7  # longer than a check's limit of half a second
Targets = Callable[[str], Target]


async def _hog() -> None:
    """Somebody who will not give the event loop back."""
    while True:
        time.sleep(BLOCKED_S)  # noqa: ASYNC251 - this is the fault that the test is about
        await asyncio.sleep(0.01)


async def test_a_blocked_event_loop_is_our_own_fault(peers: Street, target: Targets):
    """A dead unit, measured by a prober that cannot keep up, is UNKNOWN and not red."""
    dead = target(peers.url("silent-at-request"))
    async with Watch() as watch:
        hog = asyncio.create_task(_hog())
        measured = await measure(CHECK, dead, peers.door(step_s=0.5), watch, vantage="test")
        hog.cancel()
    verdict = judge(CHECK, measured, dead, go_live=measured.started_at.date())

    assert measured.failure is not None
    assert (measured.failure.step, measured.failure.kind) == (
        Step.OBSERVE,
        "observer_overloaded",
    )
    assert verdict.outcome is Outcome.UNKNOWN


async def test_a_short_hiccup_is_measured_again(peers: Street, target: Targets):
    """Once we are fit again, the unit gets the verdict that it deserves."""
    async with Watch() as watch:
        asyncio.get_running_loop().call_later(0.01, time.sleep, BLOCKED_S)
        page = target(peers.url("good-page"))
        measured = await measure(CHECK, page, peers.door(), watch, vantage="test")

    assert measured.failure is None
    assert len(measured.attempts) == 2


async def test_waiting_in_the_queue_is_not_the_units_time(peers: Street, target: Targets):
    """A check whose deadline is shorter than its queue passes all the same."""
    slots = Slots(is_fit=lambda: False)  # so that nobody steps aside
    impatient = replace(CHECK, deadline_s=1.0)

    async def busy() -> None:
        async with slots.turn():
            await asyncio.sleep(1.5)

    async with Watch() as watch, asyncio.TaskGroup() as group:
        for _ in range(CONCURRENCY):
            group.create_task(busy())
        await asyncio.sleep(0)
        async with slots.turn() as queued_s:
            page = target(peers.url("good-page"))
            measured = await measure(
                impatient, page, peers.door(), watch, vantage="test", queued_s=queued_s
            )

    assert measured.failure is None
    assert measured.observer.queued_s > impatient.deadline_s
