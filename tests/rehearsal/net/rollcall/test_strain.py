"""Do we notice our own weakness?"""

from __future__ import annotations

import asyncio
import time

from rehearsal.net.rollcall import strain
from rehearsal.net.rollcall.strain import Gauge, Strain, worst


async def gauged(work: float, late_s: float = 0.0) -> list[Strain]:
    """What a gauge says while our event loop stands still for a while."""
    gauge = Gauge(time.monotonic(), lambda: late_s)
    watching = asyncio.create_task(gauge.watch())
    await asyncio.sleep(0.2)
    time.sleep(work)  # noqa: ASYNC251 - a standstill is what is looked for
    await asyncio.sleep(1.2)
    watching.cancel()
    return gauge.strains


async def test_a_standstill_is_timed():
    """When it was, and how long."""
    longest = max(await gauged(0.6), key=lambda s: s.lag_s)

    assert longest.lag_s > 0.4
    assert longest.touches(0.3, 0.7)


async def test_late_senders_are_told_each_second():
    """What they say of themselves counts as ours."""
    assert max(s.send_late_s for s in await gauged(0.0, late_s=0.3)) == 0.3


async def test_the_kernels_losses_are_told(monkeypatch):
    """By how many datagrams it dropped since the last look."""
    counts = iter([100, 100, 142, 142, 142])
    monkeypatch.setattr(strain, "datagrams_lost", lambda: next(counts))
    gauge = Gauge(0.0, lambda: 0.0, _lost=strain.datagrams_lost())

    for second in range(3):
        gauge.sample(float(second), second + 1.0)

    assert [(s.at_s, s.datagrams_lost) for s in gauge.strains] == [(1.0, 42)]


def test_the_kernel_tells_how_many_it_dropped():
    """A number, whatever its columns are called on this kernel."""
    assert strain.datagrams_lost() >= 0


def test_the_worst_of_all_is_what_a_report_shows():
    """The worst of each kind, and the sum of what was lost."""
    found = worst([Strain(1, 0.2, 0.2), Strain(2, 1, send_late_s=0.4, datagrams_lost=3)])

    assert (found.loop_lag_s, found.send_late_s, found.datagrams_lost) == (0.2, 0.4, 3)
