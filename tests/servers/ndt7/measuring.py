"""What does the prober measure of a line? In a process of its own, so in any namespace.

`python -m tests.servers.ndt7.measuring URL SECONDS` prints what each way carried, as JSON.
"""

from __future__ import annotations

import asyncio
import sys
from dataclasses import asdict
from urllib.parse import urlsplit

from rehearsal.net.dns import Resolver
from rehearsal.net.door import Door
from rehearsal.net.ndt7.budget import Budget, Way
from rehearsal.net.ndt7.flow import flow
from rehearsal.net.tls import context
from tests.servers.children import until_parent_ends


async def _main(url: str, seconds: float) -> None:
    door = Door(Resolver([]), context(), frozenset({str(urlsplit(url).hostname)}))
    budget = Budget(seconds=seconds)
    carried = {way.value: asdict(await flow(door, url, way, budget)) for way in Way}
    await until_parent_ends(carried)


asyncio.run(_main(sys.argv[1], float(sys.argv[2])))
