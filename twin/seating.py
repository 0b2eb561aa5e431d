"""Who is connected to a gateway, and where do they sit?"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from twin.media.peer import Peer
from twin.subscription import Subscription

Message = dict[str, Any]


def _to_nobody(_message: Message) -> None:
    """Drop what nobody asked for."""


@dataclass(eq=False, slots=True)
class Line:
    """One caller's connection; compared by identity. `tell`: says what it did not ask for."""

    sessions: dict[int, Session] = field(default_factory=dict)
    tell: Callable[[Message], None] = _to_nobody


@dataclass(eq=False, slots=True)
class Session:
    """What a caller created; `heard_s` is when it last said something."""

    id: int
    line: Line
    heard_s: float
    handles: dict[int, Seat] = field(default_factory=dict)


@dataclass(slots=True)
class Room:
    """One meeting: who sits in it, by their number, and who only listens."""

    number: int
    description: str
    seats: dict[int, Seat] = field(default_factory=dict)
    listeners: list[Seat] = field(default_factory=list)


@dataclass(eq=False, slots=True)
class Seat:
    """A handle of a session. `has_left`: Janus lets nobody in twice on one handle.

    `peer` is its PeerConnection; `subscription` is set if it is there to listen;
    `descriptions`: what a publisher says of its streams, by `mid`.
    """

    handle_id: int
    session: Session
    plugin: str = ""
    id: int = 0
    display: str | None = None
    room: Room | None = None
    has_left: bool = False
    peer: Peer | None = None
    subscription: Subscription[Seat] | None = None
    descriptions: Mapping[str, str] = field(default_factory=dict)

    @property
    def is_publishing(self) -> bool:
        """Whether others can subscribe to it."""
        is_speaker = self.room is not None and self.subscription is None
        is_heard = self.peer is not None and self.peer.is_open
        return is_speaker and is_heard and not self.has_left
