"""How do we wait for something that tells nobody when it comes true?"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

LOOK_EVERY_S = 0.1


async def until(holds: Callable[[], Awaitable[bool]], within_s: float) -> None:
    """Return once it holds, looked at ten times a second; TimeoutError after `within_s`."""
    async with asyncio.timeout(within_s):
        while not await holds():  # noqa: ASYNC110  (no event tells of it)
            await asyncio.sleep(LOOK_EVERY_S)
