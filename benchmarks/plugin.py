"""What does the same sweep cost through check_http, one process for each probe?

It verifies neither the chain nor the name: there is no option for it.
"""

from __future__ import annotations

import asyncio
import resource
from collections.abc import Iterator
from pathlib import Path

from benchmarks.spec import MARKER, Site, Sweep, Task, answer
from benchmarks.usage import Meter, children_cpu_s

PROGRAM = "/usr/lib/nagios/plugins/check_http"
IS_INSTALLED = Path(PROGRAM).exists()


async def _passes(site: Site, time_out_s: float) -> bool:
    where = ("-I", site.address, "-p", str(site.port), "-H", site.name)
    asks = ("-S", "--sni", "-s", MARKER, "-t", f"{time_out_s:.0f}")
    process = await asyncio.create_subprocess_exec(
        PROGRAM, *where, *asks, stdout=asyncio.subprocess.DEVNULL
    )
    return await process.wait() == 0


async def _worker(task: Task, waiting: Iterator[Site]) -> int:
    return sum([await _passes(site, task.time_out_s) for site in waiting])


async def _all(task: Task) -> int:
    waiting = iter(task.sites)
    workers = (_worker(task, waiting) for _ in range(task.at_once))
    return sum(await asyncio.gather(*workers))


def sweep(task: Task) -> Sweep:
    """One sweep; the memory is that of one process times how many run at once."""
    before_s = children_cpu_s()
    meter = Meter()
    passed = asyncio.run(_all(task))
    wall_s, driver_s = meter.wall_s(), meter.cpu_s()
    plugins_s = children_cpu_s() - before_s
    one_mb = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    failed = len(task.sites) - passed
    return Sweep(
        wall_s, plugins_s + driver_s, driver_s, one_mb * task.at_once, passed, failed, 0
    )


if __name__ == "__main__":
    answer(sweep)
