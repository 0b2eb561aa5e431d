"""What does the prober say of these addresses, from inside a namespace?"""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import Sequence
from urllib.parse import urlsplit

from checks import CHECKS
from rehearsal.model import Target, TargetKind
from rehearsal.net.dns import NameServer, Resolver
from rehearsal.net.door import Deadlines, Door
from rehearsal.net.tls import context
from rehearsal.observe import Watch
from rehearsal.run import measure

STEP_S = 4.0  # longer than the three seconds in which Linux looks for a neighbour


async def probe(urls: Sequence[str], nameservers: Sequence[str]) -> dict[str, list[str]]:
    """The first URL is asked before the others, as a witness that our line works."""
    door = Door(
        resolver=Resolver([NameServer(host) for host in nameservers]),
        tls=context(),
        hosts=frozenset(str(urlsplit(url).hostname) for url in urls),
        deadlines=Deadlines(*[STEP_S] * 6),
    )
    check = CHECKS["system.reach"]

    async def one(url: str) -> list[str]:
        target = Target(url, "unit", "unit", TargetKind.SYSTEM, url)
        measured = await measure(check, target, door, watch, vantage="lab")
        failure = measured.failure
        return [failure.step, failure.kind] if failure else []

    async with Watch() as watch:
        first = await one(urls[0])
        print(json.dumps("begun"), flush=True)
        others = await asyncio.gather(*(one(url) for url in urls[1:]))
    return dict(zip(urls, [first, *others], strict=True))


if __name__ == "__main__":
    asked = json.loads(sys.argv[1])
    print(json.dumps(asyncio.run(probe(asked["urls"], asked["nameservers"]))), flush=True)
