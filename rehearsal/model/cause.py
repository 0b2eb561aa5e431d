"""Why do units fail together, and what would show that we are wrong?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from rehearsal.model.city import Responsible
from rehearsal.model.words import Group, Level, Step, Text


@dataclass(frozen=True, slots=True)
class Cause:
    """Why units fail together. `frees` counts the units that mending it turns green.

    `frees_with_above` counts those that turn green when all causes above it in the list are
    mended as well. `scope` names what its targets share, `level` where the fault lies.
    `confidence` (0 to 1) is how much of the belief falls on this cause, of all that might
    explain the same failures (`rehearsal.readiness.causes.explaining`); `evidence` speaks
    for it, `against` against it, `disproof` says how to prove it wrong. `owner` is None
    where the inventory names nobody, and where the fault is our own.
    """

    id: str
    group: Group
    step: Step | None
    kind: str
    scope: Mapping[str, str]
    units: tuple[str, ...]
    targets: tuple[str, ...]
    frees: int
    says: Text
    do: Text
    level: Level = Level.UNIT
    confidence: float = 1.0
    evidence: tuple[Text, ...] = ()
    against: tuple[Text, ...] = ()
    disproof: Text | None = None
    owner: Responsible | None = None
    frees_with_above: int = 0
