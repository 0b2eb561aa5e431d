"""What is told of both trials together, before a city goes live? Every type is frozen."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from rehearsal.model.comparison import Calibration, Comparison
from rehearsal.model.words import Decision, Light


@dataclass(frozen=True, slots=True)
class Moment:
    """How the city stood after a trial, or after one round of its rechecks.

    `round` is 0 for the trial itself; `asked` and `measured` count the checks of that round
    alone. `lights` counts the units, `created` and `left` the synthetic records of the
    whole trial. `doubt` says why the instrument was not proven: then it changed nothing.
    """

    at: datetime
    run_id: str
    phase: str
    round: int
    decision: Decision
    lights: Mapping[Light, int]
    asked: int
    measured: int
    created: int = 0
    left: int = 0
    doubt: str = ""


@dataclass(frozen=True, slots=True)
class Review:
    """The days between the trials and go-live.

    `missing` are the phases that nobody tried; `comparison` is of the two trials, where
    there are two, `calibration` what came of the lights, once somebody has told.
    """

    moments: tuple[Moment, ...]
    missing: tuple[str, ...] = ()
    comparison: Comparison | None = None
    calibration: Calibration | None = None
