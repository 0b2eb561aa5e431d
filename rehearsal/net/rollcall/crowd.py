"""What do the participants of one process share?"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from rehearsal.net.door import Door
from rehearsal.net.rollcall.recipe import CENTRAL, Recipe
from rehearsal.net.rollcall.schedule import Schedule
from rehearsal.net.rollcall.tongue import Feed, Said

TAIL_S = 0.5  # everybody goes on speaking until all have counted what they heard


@dataclass(slots=True)
class Crowd:
    """The meeting as one process sees it; `say` tells the trial."""

    recipe: Recipe
    door: Door
    opens_at: float
    say: Callable[[Said], None]
    feeds: dict[str, Feed] = field(default_factory=dict)

    @property
    def schedule(self) -> Schedule:
        """Who does what when."""
        return self.recipe.schedule

    @property
    def closes_at(self) -> float:
        """When the meeting ends, by `time.monotonic()`."""
        return self.opens_at + self.recipe.hold_s

    @property
    def senders(self) -> Mapping[int, str]:
        """Whose each number on a packet is."""
        return {seat.sender: seat.slug for seat in self.recipe.seats}

    @property
    def centre(self) -> str | None:
        """The slug of the centre, if it takes part."""
        return next((s.slug for s in self.recipe.seats if s.role == CENTRAL), None)

    def elapsed_s(self) -> float:
        """Seconds since the barrier."""
        return time.monotonic() - self.opens_at

    async def until(self, at_s: float) -> None:
        """Wait for a moment of the meeting, in seconds after the barrier."""
        await asyncio.sleep(max(0.0, at_s - self.elapsed_s()))
