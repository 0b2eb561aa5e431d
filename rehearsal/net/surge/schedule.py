"""When does each dossier of an opening hour set out, and how many are each target's? Pure."""

from __future__ import annotations

import math
import random
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

# How an hour begins is not known: an assumption. Who waited at the door comes first, and
# from 1.6 times the mean the rate falls evenly to 0.4: 36 % come in the first quarter.
OPENING, CLOSING = 1.6, 0.4
FEW = 12  # of a target that nobody gave a share: enough to be a crowd at a test bed
FEW_TAKE_S = 1.5


@dataclass(frozen=True, slots=True)
class Surge:
    """An opening hour, compressed: how long it lasts, and how many each target gets.

    `shares` is by target id. `begins_s` is the common start on the event loop's clock;
    without one everybody begins at once.
    """

    lasts_s: float = FEW_TAKE_S
    begins_s: float | None = None
    shares: Mapping[str, int] = field(default_factory=lambda: MappingProxyType({}))

    def left_s(self, now_s: float) -> float:
        """How long it is until its last one has set out."""
        return max(0.0, (self.begins_s or now_s) - now_s) + self.lasts_s

    def moments(self, target_id: str, count: int | None = None) -> tuple[float, ...]:
        """When each of a target's sets out, in seconds after the start; always the same.

        They come at random, as people do: by the target's name, so that no two are alike.
        """
        chance = random.Random(target_id)  # noqa: S311 - variety, not secrecy
        wanted = self.shares.get(target_id, FEW) if count is None else count
        return tuple(sorted(self.lasts_s * _when(chance.random()) for _ in range(wanted)))


def _when(part: float) -> float:
    """By which part of the hour this part of all have come: the rate falls evenly."""
    fall = OPENING - CLOSING
    return (OPENING - math.sqrt(OPENING**2 - 2 * fall * part)) / fall


def shared_out(total: int, weights: Mapping[str, float]) -> dict[str, int]:
    """So many dossiers by weight, and at least one each: who is asked nothing is not tried."""
    rest, whole = max(0, total - len(weights)), sum(weights.values())
    exact = {name: rest * weight / whole for name, weight in weights.items()}
    found = {name: 1 + math.floor(share) for name, share in exact.items()}
    short = max(total, len(weights)) - sum(found.values())
    for name in sorted(exact, key=lambda n: math.floor(exact[n]) - exact[n])[:short]:
        found[name] += 1  # the largest remainders
    return found
