"""What must a process know to let its participants take part in the meeting?"""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType

from rehearsal.model import Network, Target
from rehearsal.net.door import Deadlines, Door
from rehearsal.net.rollcall.schedule import Schedule
from rehearsal.net.route import door_by

PROTOCOL = "janus"
SOUND_MAX = 240  # both hubs and 232 units: the most that was measured on two cores
CENTRAL = "central"
_NOBODY: Mapping[str, str] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Seat:
    """One participant: its bridge, its place in every order, its number on every packet."""

    target: Target
    number: int
    sender: int
    role: str = ""

    @property
    def slug(self) -> str:
        """Whose seat it is."""
        return self.target.owner


@dataclass(frozen=True, slots=True)
class Recipe:
    """The meeting: by which route, how long, how fast they join, and who takes part."""

    network: Network
    hosts: tuple[str, ...]
    deadlines: Deadlines
    marker: str
    hold_s: float
    joins_per_s: float
    seats: tuple[Seat, ...]

    @property
    def schedule(self) -> Schedule:
        """Who does what when."""
        return Schedule(len(self.seats), self.hold_s, self.joins_per_s)

    def door(self) -> Door:
        """The same door as the trial's, in another process."""
        return door_by(self.network, self.hosts, deadlines=self.deadlines, marker=self.marker)


def recipe_of(
    targets: Sequence[Target],
    network: Network,
    door: Door,
    *,
    roles: Mapping[str, str] = _NOBODY,
    hold_s: float,
    joins_per_s: float = 0.0,
) -> Recipe | None:
    """The meeting with sound of these targets; None when there is none to be had.

    The centre sits first, the other hubs follow: whoever is called must find them there.
    """
    called = [t for t in targets if t.protocol == PROTOCOL]
    if not called or len(called) > SOUND_MAX:
        return None
    order = {CENTRAL: 0, "main": 1}
    called.sort(key=lambda target: order.get(roles.get(target.owner, ""), 2))
    # Another trial in the same room has other numbers, most likely.
    first = random.randrange(1 << 16) << 16  # noqa: S311 - a number to be told apart by
    seats = tuple(
        Seat(target, number, first + number, roles.get(target.owner, ""))
        for number, target in enumerate(called)
    )
    return Recipe(
        network=replace(network, ports=dict(network.ports)),  # plain: it travels as JSON
        hosts=tuple(sorted(door.hosts)),
        deadlines=door.deadlines,
        marker=door.marker,
        hold_s=hold_s,
        joins_per_s=joins_per_s,
        seats=seats,
    )
