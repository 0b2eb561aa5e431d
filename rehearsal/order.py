"""What did somebody ask for, and who watches?"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Protocol

from rehearsal.journal import journal_url
from rehearsal.model import Outcome, Run
from rehearsal.plan import Plan

EXIT_USAGE = 2
EXIT_INVENTORY = 3
EXIT_LOCKED = 4
EXIT_LEFT = 13

Spawn = Callable[[str, Callable[[], Awaitable[None]]], Awaitable[None]]


async def directly(name: str, work: Callable[[], Awaitable[None]]) -> None:
    """Run a piece of work without an orchestrator."""
    del name
    await work()


class TrialRefused(Exception):  # noqa: N818 - what the reader is told
    """The trial cannot begin; the message says why, `exit_code` is the command's."""

    def __init__(self, message: str, exit_code: int) -> None:
        super().__init__(message)
        self.exit_code = exit_code


class Progress(Protocol):
    """Who watches a trial."""

    def run_began(self, run: Run, plan: Plan) -> None:
        """A run is about to measure."""

    def stage_began(self, stage: str, checks: int) -> None:
        """A stage begins, with that many checks to go."""

    def check_done(self, stage: str, outcome: Outcome) -> None:
        """One check of a stage has an outcome."""

    def stage_ended(self, stage: str, problem: str) -> None:
        """A stage is over; `problem` is ours, and empty when there is none."""


class Unwatched:
    """Nobody watches."""

    def run_began(self, run: Run, plan: Plan) -> None:
        """Nothing to show."""

    def stage_began(self, stage: str, checks: int) -> None:
        """Nothing to show."""

    def check_done(self, stage: str, outcome: Outcome) -> None:
        """Nothing to show."""

    def stage_ended(self, stage: str, problem: str) -> None:
        """Nothing to show."""


@dataclass(frozen=True, slots=True)
class Order:
    """What somebody asked for. `twin` is a scenario's name or file.

    The meeting is held for `hold_s` seconds, each bridge is listened to for `media_s`,
    each line is loaded for `line_s` each way. An opening hour of `dossiers` is compressed to
    `surge_s`. `recheck` is the run that is asked again: then an empty `inventory` is that
    run's own, and how long things last is as it was.
    """

    phase: str = "phase-1"
    inventory: str = "bridges.yaml"
    twin: str | None = None
    units: tuple[str, ...] = ()
    only: tuple[str, ...] = ()
    hold_s: float = 60.0
    media_s: float = 15.0
    line_s: float = 5.0
    dossiers: int = 2_000  # as many as the real trial put in
    surge_s: float = 120.0
    criteria: str | None = None  # None: beside the inventory, else the project's own
    at: datetime | None = None
    out: str = "runs"
    database: str | None = None
    resume: str | None = None
    recheck: str | None = None

    @property
    def journal_url(self) -> str:
        """The database that this order's run is written to."""
        return journal_url(Path(self.out), url=self.database or "")
