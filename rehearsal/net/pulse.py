"""Is our own uplink alive? Somebody who answered a moment ago is asked again."""

from __future__ import annotations

import asyncio
import time
from collections import OrderedDict
from dataclasses import dataclass, field

WITNESSES = 3  # one may have gone down by itself in the meantime
ANSWER_S = 1.5
FRESH_S = 1.0  # failures that come together share one question


@dataclass(slots=True)
class Pulse:
    """Remembers who accepted a connection, and asks them when others do not."""

    _seen: OrderedDict[tuple[str, int], None] = field(default_factory=OrderedDict)
    _asked_s: float = float("-inf")
    _asking: asyncio.Task[bool] | None = None

    def beat(self, address: str, port: int) -> None:
        """Somebody accepted a connection just now."""
        self._seen[address, port] = None
        self._seen.move_to_end((address, port))
        while len(self._seen) > WITNESSES:
            self._seen.popitem(last=False)

    async def is_alive(self) -> bool | None:
        """Whether any recent witness still accepts; None when there never was one."""
        if not self._seen:
            return None
        if self._asking is None or time.monotonic() - self._asked_s > FRESH_S:
            self._asked_s = time.monotonic()
            self._asking = asyncio.create_task(self._ask(tuple(self._seen)))
        return await asyncio.shield(self._asking)

    async def _ask(self, witnesses: tuple[tuple[str, int], ...]) -> bool:
        answers = await asyncio.gather(*(_accepts(*witness) for witness in witnesses))
        return any(answers)


async def _accepts(address: str, port: int) -> bool:
    try:
        async with asyncio.timeout(ANSWER_S):
            _, writer = await asyncio.open_connection(address, port)
    except OSError:
        return False
    writer.transport.abort()
    return True
