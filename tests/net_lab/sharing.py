"""What does a check say of several units that one process measures through one line?

A worker: an order is one for `tests.net_lab.media_probing`, and for how many units.
"""

from __future__ import annotations

import asyncio
import json
import sys
from typing import Any

from rehearsal.net.media.voice import Camera, Voice
from rehearsal.observe import Watch, settle
from tests.net_lab.media_probing import door, target, told

PACE_S = 0.1  # what setting out costs would delay the others' sound


async def obey(order: dict[str, Any]) -> list[dict[str, Any]]:
    """All of them at once, by the door of one trial."""
    out, asked = door(order), target(order)
    async with Watch() as watch:

        async def one(number: int) -> dict[str, Any]:
            await asyncio.sleep(number * PACE_S)
            return await told(order["check"], asked, out, watch)

        return await asyncio.gather(*map(one, range(order["units"])))


if __name__ == "__main__":
    Voice(0).prepare()
    Camera(0).prepare()
    settle()
    for line in sys.stdin:
        print(json.dumps(asyncio.run(obey(json.loads(line))), default=str), flush=True)
