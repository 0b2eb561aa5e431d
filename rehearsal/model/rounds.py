"""What was measured again in a run, and what was said before? Every type is frozen."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from rehearsal.model.city import Inventory
from rehearsal.model.measurement import Measurement, Verdict
from rehearsal.model.words import NOTHING


@dataclass(frozen=True, slots=True)
class Recheck:
    """That a run was asked again: `round` is that of its measurements, 1 and more.

    `parameters` say what was ordered, and what was asked for it.
    """

    round: int
    at: datetime
    parameters: Mapping[str, object] = field(default_factory=lambda: NOTHING)


@dataclass(frozen=True, slots=True)
class Round:
    """What was measured at one time of a run: number 0 is the trial, later are rechecks.

    `inventory` is the one in force then. `doubt` says why the instrument was not proven:
    then nothing of the round counts.
    """

    number: int
    at: datetime
    measurements: tuple[Measurement[Any], ...]
    inventory: Inventory
    doubt: str = ""
    parameters: Mapping[str, object] = field(default_factory=lambda: NOTHING)


@dataclass(frozen=True, slots=True)
class Earlier:
    """What was said of a check on a target before that changed, since which round and when."""

    round: int
    at: datetime
    verdict: Verdict


@dataclass(frozen=True, slots=True)
class Rechecked:
    """What a report says of a recheck.

    `asked` is how many checks it meant to measure, `not_asked` names those that it left
    alone because all must be asked together, `gone` the targets that are in the inventory
    no more. `doubt` as in Round.
    """

    round: int
    at: datetime
    asked: int
    measured: int
    units: tuple[str, ...] = ()
    only: tuple[str, ...] = ()
    inventory: str = ""
    not_asked: tuple[str, ...] = ()
    gone: tuple[str, ...] = ()
    doubt: str = ""
