"""When does everybody connect, how long do they stay, and with whom?"""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass
from typing import Protocol

from rehearsal.model import Target
from rehearsal.net.rollcall.evidence import Attended


class Gathering(Protocol):
    """Participants with sound, somewhere else: `rehearsal.net.rollcall.Assembly`."""

    def seats(self, target: Target) -> bool:
        """Whether that bridge takes part there."""

    async def attend(self, target: Target) -> Attended:
        """What became of it, once the meeting is over; Stopped if it failed."""


@dataclass(frozen=True, slots=True)
class Meeting:
    """A barrier for all participants; `opens_at` is `time.monotonic()`, in every process.

    With an assembly those that it seats are there with sound; the others only sign in.
    """

    opens_at: float
    hold_s: float
    assembly: Gathering | None = None

    @property
    def closes_at(self) -> float:
        """When the last participant may leave, by `time.monotonic()`."""
        return self.opens_at + self.hold_s

    async def opening(self) -> float:
        """Wait for the barrier; how many seconds late this participant set off."""
        await asyncio.sleep(max(0.0, self.opens_at - time.monotonic()))
        return self.elapsed_s()

    def elapsed_s(self) -> float:
        """Seconds since the barrier."""
        return time.monotonic() - self.opens_at
