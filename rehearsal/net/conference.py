"""How does a participant take part in a meeting, whatever protocol its bridge speaks?"""

from __future__ import annotations

from typing import Protocol

from rehearsal.model import Target
from rehearsal.net import janus
from rehearsal.net.door import Door
from rehearsal.net.sip import participant
from rehearsal.net.xmpp import occupant


class Participant(Protocol):
    """One participant at one bridge; every request is a timed step with its deadline.

    Whatever ends a step early is `Stopped`. Nothing of us stays at the bridge after
    `leave`.
    """

    @property
    def times_s(self) -> dict[str, float]:
        """How long each request took, by its name."""

    @property
    def upgrade_s(self) -> float:
        """How long a WebSocket's opening took, in seconds; 0 where there is none."""

    @property
    def own_id(self) -> str | int | None:
        """Who we are in the room's list, once we are in it."""

    async def enter(self, room: int | str, display: str) -> None:
        """Join the room under that name."""

    async def listed(self, room: int | str) -> tuple[str, ...] | None:
        """The ids of everybody in the room; None where the protocol cannot tell."""

    async def stay(self, until: float) -> None:
        """Remain until that moment of the event loop's clock."""

    async def leave(self) -> None:
        """Leave the room and the bridge."""

    def abort(self) -> None:
        """Drop the connection without a word."""


class Arrive(Protocol):
    """How a module of one protocol opens its bridge."""

    async def __call__(self, door: Door, target: Target) -> Participant:
        """Connect, as far as possible without joining a room."""


PROTOCOLS: dict[str, Arrive] = {
    "janus": janus.arrive,
    "xmpp": occupant.arrive,
    "sip": participant.arrive,
}


async def arrive(door: Door, target: Target) -> Participant:
    """Open the target's bridge by the protocol that the inventory names."""
    return await PROTOCOLS[target.protocol](door, target)
