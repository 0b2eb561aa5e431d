"""What does a prober say that starts everything at once and never doubts itself?

The few lines of asyncio that one writes first: a task for each target, and a time-out
whose clock runs while the task still waits for its turn.
"""

from __future__ import annotations

import asyncio
import ssl

from benchmarks.spec import MARKER, Site, Sweep, Task, answer, warm_up
from benchmarks.usage import Meter, own_peak_mb


async def _ask(site: Site, tls: ssl.SSLContext) -> bool:
    reader, writer = await asyncio.open_connection(
        site.address, site.port, ssl=tls, server_hostname=site.name
    )
    try:
        request = f"GET / HTTP/1.1\r\nHost: {site.name}\r\nConnection: close\r\n\r\n"
        writer.write(request.encode())
        return MARKER.encode() in await reader.read()
    finally:
        writer.transport.abort()


async def _passes(site: Site, tls: ssl.SSLContext, time_out_s: float) -> bool:
    try:
        return await asyncio.wait_for(_ask(site, tls), time_out_s)
    except OSError:
        return False


async def _all(task: Task, tls: ssl.SSLContext) -> int:
    return sum(await asyncio.gather(*(_passes(s, tls, task.time_out_s) for s in task.sites)))


def sweep(task: Task) -> Sweep:
    """One sweep, in this process."""
    tls = ssl.create_default_context(cafile=task.trust)
    asyncio.run(_all(warm_up(task), tls))
    meter = Meter()
    passed = asyncio.run(_all(task, tls))
    wall_s, cpu_s = meter.wall_s(), meter.cpu_s()
    return Sweep(wall_s, cpu_s, 0.0, own_peak_mb(), passed, len(task.sites) - passed, 0)


if __name__ == "__main__":
    answer(sweep)
