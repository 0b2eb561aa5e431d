"""What must be done about a cause, and how far is it? Every type is frozen."""

from __future__ import annotations

import enum
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from rehearsal.model.words import Group, Text

Pair = tuple[str, str]
"""A target's id, and the code of what was told of it."""


class ActionState(enum.StrEnum):
    """How far an action is; only measurements change it, never somebody's word."""

    OPEN = "open"
    REOPENED = "reopened"
    MENDED = "mended"
    PROVEN = "proven"


class Clear(enum.StrEnum):
    """The six things that must be clear of every action ("6 rõ")."""

    WHO = "who"
    WHAT = "what"
    WHEN = "when"
    RESPONSIBILITY = "responsibility"
    AUTHORITY = "authority"
    RESULT = "result"


class Turn(enum.StrEnum):
    """What happened to an action."""

    OPENED = "opened"
    STILL = "still"
    MENDED = "mended"
    PROVEN = "proven"
    REOPENED = "reopened"


@dataclass(frozen=True, slots=True)
class ActionEvent:
    """One of the six cells of an action, as somebody wrote it; "" when it was emptied.

    The value of `when` is a moment in ISO 8601 with its zone.
    """

    action: str
    at: datetime
    said_by: str
    field: str
    value: str


@dataclass(frozen=True, slots=True)
class Cell:
    """One of the six; `value` is None when it is empty, which is a defect.

    `written` is what a person wrote, which wins over what we derived.
    """

    value: Text | None
    written: ActionEvent | None = None


@dataclass(frozen=True, slots=True)
class Happening:
    """One line of an action's history; `left` is how many of its pairs failed then."""

    at: datetime
    turn: Turn
    label: str
    is_recheck: bool
    left: int


@dataclass(frozen=True, slots=True)
class Action:
    """What must be done about one cause, from the trial that saw it first until it is proven.

    `pairs` are all that ever belonged to it, `failing` those that no later measurement
    has passed, `not_measured` how many of the failing the latest trial did not measure
    again. `frees` is how many units it freed when a whole trial last saw it.
    """

    key: str
    state: ActionState
    group: Group
    kind: str
    scope: Mapping[str, str]
    says: Text
    pairs: tuple[Pair, ...]
    failing: tuple[Pair, ...]
    units: tuple[str, ...]
    frees: int
    opened: datetime
    opened_in: str
    cells: Mapping[Clear, Cell]
    history: tuple[Happening, ...]
    measured: datetime
    not_measured: int = 0

    @property
    def is_closed(self) -> bool:
        """Whether a later trial has proven it; a recheck alone closes nothing."""
        return self.state is ActionState.PROVEN

    @property
    def missing(self) -> tuple[Clear, ...]:
        """Which of the six are not clear."""
        return tuple(field for field in Clear if self.cells[field].value is None)

    @property
    def due(self) -> datetime | None:
        """By when it must be done."""
        value = self.cells[Clear.WHEN].value
        return datetime.fromisoformat(value.en) if value else None
