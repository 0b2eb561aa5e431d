"""Which way is a line loaded, and with how much at most?"""

from __future__ import annotations

import enum
from dataclasses import dataclass


class Way(enum.StrEnum):
    """Seen from the unit: its uplink is what we download from its server."""

    UP = "up"
    DOWN = "down"


@dataclass(frozen=True, slots=True)
class Budget:
    """What one direction of one line may cost it: whichever is used up first ends the load.

    Five seconds leave three and a half after the slow start; 25 MB are what a line of
    40 Mbit/s carries in that time, and a faster one needs no longer to be known.
    """

    seconds: float = 5.0
    bytes: int = 25_000_000
