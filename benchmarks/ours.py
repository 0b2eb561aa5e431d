"""What does a sweep by our own prober cost, with evidence, layers and self-doubt?"""

from __future__ import annotations

import asyncio
import time
from dataclasses import replace
from datetime import date
from typing import Any

from benchmarks.spec import MARKER, Site, Sweep, Task, answer, warm_up
from benchmarks.usage import Meter, own_peak_mb
from checks.system_reach import CHECK
from rehearsal.check import LAG_MAX_S
from rehearsal.model import (
    City,
    Expect,
    Inventory,
    Measurement,
    Network,
    Step,
    Target,
    TargetKind,
)
from rehearsal.net.dns import NameServer, Resolver
from rehearsal.net.door import Deadlines, Door
from rehearsal.net.route import door_to
from rehearsal.observe import Watch, settle
from rehearsal.plan import Slots
from rehearsal.run import measure
from rehearsal.trial import FIT_LAG_S

CITY = City("benchmark", "Asia/Ho_Chi_Minh", date(2025, 7, 1), None)


class Known(Resolver):
    """A resolver that has been told every address: nobody else asks a name server here."""

    def __init__(self, nameserver: NameServer, task: Task) -> None:
        super().__init__((nameserver,))
        self._hosts = {site.name: (site.address,) for site in task.sites}


def inventory_of(task: Task) -> Inventory:
    """The sites as systems of a city."""
    targets = tuple(_target(site) for site in task.sites)
    network = Network(nameservers=(task.nameserver,), trust=(task.trust,))
    return Inventory(CITY, network, (), (), targets, {}, "")


def _target(site: Site) -> Target:
    return Target(
        id=f"{site.name}/page",
        owner="city",
        name=site.name,
        kind=TargetKind.SYSTEM,
        url=f"https://{site.name}:{site.port}/",
        expect=Expect(contains=MARKER),
    )


def door_of(task: Task, inventory: Inventory) -> Door:
    """The way to the sites; every step is given up after the task's time-out."""
    deadlines = Deadlines(*[task.time_out_s] * 6)
    door = door_to(inventory, deadlines=deadlines)
    if task.resolves:
        return door
    host, _, port = task.nameserver.rpartition(":")
    return replace(door, resolver=Known(NameServer(host, int(port)), task))


async def measured(inventory: Inventory, door: Door) -> list[Measurement[Any]]:
    """Every target once, by the path that a trial takes."""
    async with Watch() as watch:
        slots = Slots(lambda: watch.worst_lag_s(time.perf_counter() - LAG_MAX_S) < FIT_LAG_S)

        async def one(target: Target) -> Measurement[Any]:
            async with slots.turn() as queued_s:
                return await measure(
                    CHECK, target, door, watch, vantage="here", queued_s=queued_s
                )

        return await asyncio.gather(*(one(target) for target in inventory.targets()))


def sweep(task: Task) -> Sweep:
    """One sweep, in this process."""
    inventory = inventory_of(task)
    door = door_of(task, inventory)
    asyncio.run(measured(inventory_of(warm_up(task)), door))
    settle()
    meter = Meter()
    found = asyncio.run(measured(inventory, door))
    wall_s, cpu_s = meter.wall_s(), meter.cpu_s()
    failures = [m.failure for m in found if m.failure]
    unknown = sum(failure.step is Step.OBSERVE for failure in failures)
    passed = len(found) - len(failures)
    return Sweep(wall_s, cpu_s, 0.0, own_peak_mb(), passed, len(failures) - unknown, unknown)


if __name__ == "__main__":
    answer(sweep)
