"""Whose desks lead to one hotline, and who of them misbehaves?"""

from __future__ import annotations

from dataclasses import dataclass, field

from twin.hotline.lapses import Lapse
from twin.plan import Place

EVERYBODY = ""
CODES = 100_000


@dataclass(slots=True)
class Register:
    """The units of one hotline by their codes, in the order of the inventory."""

    _names: dict[str, str] = field(default_factory=dict)
    _lapses: dict[str, Lapse] = field(default_factory=dict)

    def enter(self, place: Place) -> None:
        """Add a target that leads here: a unit's queue, or the hotline itself."""
        if place.code:
            self._names[place.code] = place.owner_name
        self._lapses[place.code] = Lapse(place.lapse)

    def knows(self, code: str) -> bool:
        """Whether tickets may be for that unit; a hotline without a list takes any."""
        return code in self._names or not self._names

    def name(self, code: str) -> str | None:
        """What the unit is called."""
        return self._names.get(code)

    def lapse(self, code: str = EVERYBODY) -> Lapse:
        """How it misbehaves for that unit; the hotline's own way strikes all."""
        own = self._lapses.get(EVERYBODY, Lapse.NONE)
        if len(self._lapses) == 1:  # whoever is alone here is the hotline
            own = next(iter(self._lapses.values()))
        return self._lapses.get(code, Lapse.NONE) or own

    def neighbour(self, code: str) -> str:
        """The unit to which a wrong table leads; some code or other where there is one."""
        codes = list(self._names)
        if code not in codes or len(codes) == 1:
            return f"{(int(code) + 1) % CODES:05}"
        return codes[(codes.index(code) + 1) % len(codes)]
