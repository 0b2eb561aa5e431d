"""What was about to be created in a system, and what became of it? Every type is frozen."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Intent:
    """A synthetic record, written down before it is sent.

    `store` is the name that its check has for where it is made at the target. `record_id`
    is what the system called it in its reply: a hint where to look, and no more.
    """

    run_id: str
    marker: str
    check_id: str
    target_id: str
    store: str
    at: datetime
    record_id: str = ""


@dataclass(frozen=True, slots=True)
class Sweep:
    """What one attempt to clean an intent up came to.

    `is_gone`: the system was asked for the marker, and again after it had settled, and
    showed nothing. Else `problem` says why that is not proven. `strangers` counts records
    that the system showed for it and that do not carry it; they were not touched.
    """

    marker: str
    at: datetime
    found: int = 0
    removed: int = 0
    strangers: int = 0
    is_gone: bool = False
    problem: str = ""


@dataclass(frozen=True, slots=True)
class Remnant:
    """An intent that is not proven gone; `last` is its latest sweep, if there was one."""

    intent: Intent
    last: Sweep | None


@dataclass(frozen=True, slots=True)
class Synthetic:
    """What a run has put into the city's systems, and what of it is not proven gone."""

    created: int = 0
    remnants: tuple[Remnant, ...] = ()

    @property
    def left(self) -> int:
        """How many records are not proven gone."""
        return len(self.remnants)

    @property
    def cleaned(self) -> int:
        """How many are."""
        return self.created - self.left


NOTHING_CREATED = Synthetic()
