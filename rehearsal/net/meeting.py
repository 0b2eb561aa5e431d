"""When does everybody connect, and how long do they stay?"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Meeting:
    """A barrier for all participants; `opens_at` is in the event loop's own time."""

    opens_at: float
    hold_s: float

    @property
    def closes_at(self) -> float:
        """When the last participant may leave, in the event loop's time."""
        return self.opens_at + self.hold_s

    async def opening(self) -> float:
        """Wait for the barrier; how many seconds late this participant set off."""
        loop = asyncio.get_running_loop()
        await asyncio.sleep(max(0.0, self.opens_at - loop.time()))
        return loop.time() - self.opens_at

    def elapsed_s(self) -> float:
        """Seconds since the barrier."""
        return asyncio.get_running_loop().time() - self.opens_at
