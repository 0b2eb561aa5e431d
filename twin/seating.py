"""Who is connected to a gateway, and where do they sit?"""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(eq=False, slots=True)
class Line:
    """One caller's connection; compared by identity."""

    sessions: dict[int, Session] = field(default_factory=dict)


@dataclass(eq=False, slots=True)
class Session:
    """What a caller created; `heard_s` is when it last said something."""

    id: int
    line: Line
    heard_s: float
    handles: dict[int, Seat] = field(default_factory=dict)


@dataclass(slots=True)
class Room:
    """One meeting: who sits in it, by their number."""

    number: int
    description: str
    seats: dict[int, Seat] = field(default_factory=dict)


@dataclass(eq=False, slots=True)
class Seat:
    """A handle of a session. `has_left`: Janus lets nobody in twice on one handle."""

    handle_id: int
    session: Session
    id: int = 0
    display: str | None = None
    room: Room | None = None
    has_left: bool = False
