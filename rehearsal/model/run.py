"""What is one trial, as the journal knows it?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from rehearsal.model.words import NOTHING, Decision

TWIN = "twin"
PHASES = ("phase-1", "phase-2")
REVIEW = "review"


def phases_of(phase: str) -> tuple[str, ...]:
    """The phases whose trials a run is about: a review is about both."""
    return PHASES if phase == REVIEW else (phase,)


@dataclass(frozen=True, slots=True)
class Run:
    """One trial, as the journal knows it. `city` is `twin` when it was the twin city."""

    id: str
    phase: str
    city: str
    started: datetime
    finished: datetime | None = None
    state: str = "running"
    verdict: Decision | None = None
    resumes: int = 0
    reports_to: str = ""
    parameters: Mapping[str, object] = field(default_factory=lambda: NOTHING)

    @property
    def is_twin(self) -> bool:
        """Whether it was the twin city, which ends with whoever started it."""
        return self.city == TWIN

    @property
    def is_narrowed(self) -> bool:
        """Whether somebody asked for some units or some checks only."""
        return bool(self.parameters.get("units") or self.parameters.get("only"))


@dataclass(frozen=True, slots=True)
class StageTime:
    """When a stage of a run began and ended, and how it ended (`problem` is ours)."""

    stage: str
    began: datetime
    ended: datetime | None
    problem: str = ""
