"""How does a test wait for what will happen soon, on a machine that may be slow?"""

from __future__ import annotations

import asyncio
from collections.abc import Callable

LOOK_S, LOOKS = 0.01, 1000


async def until(has_happened: Callable[[], bool]) -> None:
    """Look again and again; after ten seconds it will not happen."""
    for _ in range(LOOKS):
        if has_happened():
            return
        await asyncio.sleep(LOOK_S)
    raise AssertionError("it never happened")
