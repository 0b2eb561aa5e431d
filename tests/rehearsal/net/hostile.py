"""How much memory does the prober need for hostile peers? In a process of its own.

`python -m tests.rehearsal.net.hostile JSON` prints how many bytes it grew by, at most.
"""

from __future__ import annotations

import asyncio
import json
import re
import sys
from collections.abc import Sequence
from pathlib import Path

from checks import CHECKS
from rehearsal.model import Expect, Target, TargetKind
from rehearsal.net.dns import NameServer, Resolver
from rehearsal.net.door import Deadlines, Door
from rehearsal.net.tls import context
from rehearsal.observe import Watch
from rehearsal.run import measure
from tests.yardstick.house import CODE

STEP_S = 2.0
AT_ONCE = 8


def _peak_bytes() -> int:
    """The high-water mark of this program alone; `getrusage` counts our parent's in."""
    told = Path("/proc/self/status").read_text(encoding="ascii")
    return int(re.search(r"VmHWM:\s+(\d+) kB", told)[1]) * 1024


async def _grown(names: int, healthy: str, hostile: Sequence[str]) -> int:
    door = Door(
        resolver=Resolver([NameServer("127.0.0.1", names)]),
        tls=context(),
        hosts=frozenset({"unit.street.example"}),
        deadlines=Deadlines(*[STEP_S] * 6),
    )
    slots = asyncio.Semaphore(AT_ONCE)

    async def one(url: str) -> None:
        is_bridge = url.startswith("ws")
        kind = TargetKind.BRIDGE if is_bridge else TargetKind.SYSTEM
        target = Target(url, "unit", "unit", kind, url, expect=Expect(200, CODE), room=1)
        check = CHECKS["bridge.signalling" if is_bridge else "system.reach"]
        async with slots:
            await measure(check, target, door, watch, vantage="test")

    async with Watch() as watch:
        await asyncio.gather(*(one(healthy) for _ in range(AT_ONCE)))
        before = _peak_bytes()
        await asyncio.gather(*(one(url) for url in hostile))
    return _peak_bytes() - before


if __name__ == "__main__":
    asked = json.loads(sys.argv[1])
    print(asyncio.run(_grown(asked["names"], asked["healthy"], asked["hostile"])))
