"""How far away is everybody? A round-trip time for each owner, drawn once."""

from __future__ import annotations

import random
from collections.abc import Mapping

from pydantic import BaseModel, ConfigDict, Field, model_validator

from rehearsal.model import Inventory

Range = tuple[float, float]
LONGEST_MS = 10_000.0


class RoundTrips(BaseModel):
    """Milliseconds, lowest and highest: by default, by kind of unit, by slug."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    default: Range = (3.0, 25.0)
    kinds: Mapping[str, Range] = Field(default={"special-zone": (90.0, 110.0)})
    units: Mapping[str, Range] = Field(default={})

    @model_validator(mode="after")
    def _in_order(self) -> RoundTrips:
        ranges = (self.default, *self.kinds.values(), *self.units.values())
        if not all(0 <= low <= high <= LONGEST_MS for low, high in ranges):
            raise ValueError(f"a range is [low, high] in ms, 0 to {LONGEST_MS:.0f}")
        return self

    def draw(self, inventory: Inventory, seed: int) -> Mapping[str, float]:
        """Owner's slug, or `city` -> seconds; the same seed gives the same distances."""
        kinds = {unit.slug: unit.kind for unit in inventory.units}
        owners = (*kinds, *(hub.slug for hub in inventory.hubs), "city")
        return {owner: self._drawn(owner, kinds.get(owner, ""), seed) for owner in owners}

    def _drawn(self, owner: str, kind: str, seed: int) -> float:
        low, high = self.units.get(owner) or self.kinds.get(kind) or self.default
        chance = random.Random(f"{seed}/{owner}")  # noqa: S311 - variety, not secrecy
        return chance.uniform(low, high) / 1000
