"""What must hold for a go, whose rule is it, and who signed that it need not hold?

Standard library only; every type is frozen.
"""

from __future__ import annotations

import enum
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta, tzinfo
from types import MappingProxyType

from rehearsal.model.run import phases_of
from rehearsal.model.words import Light, Text

HUBS, SYSTEMS = "hubs", "systems"
KINDS_OF_UNITS = {"ward": "wards", "commune": "communes", "special-zone": "special-zones"}
UNITS = tuple(KINDS_OF_UNITS.values())
GROUPS = (HUBS, SYSTEMS, *UNITS)
"""Whom a rule may be about, each owner in exactly one of them."""


class RuleKind(enum.StrEnum):
    """What a rule asks; each kind is one function of `rehearsal.readiness.ruling`."""

    INSTRUMENT = "instrument"
    WHOLE = "whole"
    MEASURED = "measured"
    NONE = "none"
    SHARE = "share"
    ENCRYPTED = "encrypted"
    DECLARED = "declared"
    REPORTED = "reported"
    CLEAN = "clean"


# Nobody can sign for evidence that is not there: these say whether it may be believed.
NEVER_WAIVED = frozenset({RuleKind.INSTRUMENT, RuleKind.WHOLE})


@dataclass(frozen=True, slots=True)
class Term:
    """In which trials something is in force: phases (none: all), first day and last day."""

    phases: tuple[str, ...] = ()
    valid_from: date | None = None
    valid_until: date | None = None

    def covers(self, phase: str, day: date) -> bool:
        """Whether it is in force in that phase, or in one that it reviews, on that day."""
        if self.phases and not set(self.phases) & set(phases_of(phase)):
            return False
        if self.valid_from is not None and day < self.valid_from:
            return False
        return self.valid_until is None or day <= self.valid_until


ALWAYS = Term()


@dataclass(frozen=True, slots=True)
class Source:
    """Where a rule comes from; `is_ours` marks what no document asks for."""

    says: Text
    dated: date | None = None
    is_ours: bool = False


@dataclass(frozen=True, slots=True)
class CheckWeight:
    """How much one check counts in a light: at worst so much; GREEN: nothing at all."""

    at_worst: Light = Light.RED
    warns: bool = True
    term: Term = ALWAYS
    sources: tuple[str, ...] = ()
    own_choice: Text | None = None


FULLY = CheckWeight()


@dataclass(frozen=True, slots=True)
class Criterion:
    """One rule of `criteria.yaml`.

    `of` are the groups that it is about. `light` is what NONE may not find and what SHARE
    asks for: GREEN, or YELLOW for whoever is ready, with conditions or without.
    """

    id: str
    kind: RuleKind
    says: Text
    is_mandatory: bool
    sources: tuple[str, ...]
    of: tuple[str, ...] = GROUPS
    light: Light = Light.RED
    at_least_percent: float = 100.0
    is_weighted: bool = False
    term: Term = ALWAYS
    own_choice: Text | None = None


@dataclass(frozen=True, slots=True)
class Criteria:
    """The policy of a city: what makes a light, and which rules decide.

    `weights` leads from each group to what one of it weighs in a weighted share, `digest`
    is the SHA-256 of the file's bytes.
    """

    term: Term
    sources: Mapping[str, Source]
    rules: tuple[Criterion, ...]
    checks: Mapping[str, CheckWeight] = field(default_factory=lambda: MappingProxyType({}))
    weights: Mapping[str, float] = field(default_factory=lambda: MappingProxyType({}))
    lights_from: tuple[str, ...] = ()
    lights_own_choice: Text | None = None
    digest: str = ""

    def in_force(self, phase: str, day: date) -> Criteria:
        """What of it counts in a trial that begins on that day of the city."""
        is_valid = self.term.covers(phase, day)
        rules = tuple(r for r in self.rules if is_valid and r.term.covers(phase, day))
        checks = {c: w for c, w in self.checks.items() if w.term.covers(phase, day)}
        return replace(self, rules=rules, checks=checks)

    def without(self, names: frozenset[str]) -> Criteria:
        """The same but for these rules: for a question, never for a verdict of record."""
        return replace(self, rules=tuple(r for r in self.rules if r.id not in names))

    def weight_of(self, check_id: str) -> CheckWeight:
        """How much a check counts; what is not said counts fully."""
        return self.checks.get(check_id, FULLY)


@dataclass(frozen=True, slots=True)
class Score:
    """How much of the city's weight is ready; unknown counts as none and as all of it."""

    low_percent: float
    high_percent: float


class WaiverState(enum.StrEnum):
    """What a waiver is to one trial."""

    IN_FORCE = "in-force"
    EXPIRED = "expired"
    WITHDRAWN = "withdrawn"
    LATER = "later"


@dataclass(frozen=True, slots=True)
class Waiver:
    """A rule that somebody signs for, for one subject or (empty) for all of them.

    `expires` is the first moment at which it counts no more. A waiver is final; taking it
    back is another signature.
    """

    id: int
    at: datetime
    rule: str
    subject: str
    signed_by: str
    role: str
    reason: str
    expires: datetime
    withdrawn_at: datetime | None = None
    withdrawn_by: str = ""

    def last_day(self, zone: tzinfo) -> date:
        """The last day on which it counts, by the calendar of that zone."""
        return (self.expires - timedelta(microseconds=1)).astimezone(zone).date()

    def state(self, began: datetime, judged: datetime | None) -> WaiverState:
        """What it is to a trial that began then; `judged` None: it is not judged yet.

        Signed no later than the trial is judged, not withdrawn by then, and not expired
        when it began: only so is it in force.
        """
        if judged is not None and self.at > judged:
            return WaiverState.LATER
        is_withdrawn = self.withdrawn_at is not None and (
            judged is None or self.withdrawn_at <= judged
        )
        if is_withdrawn:
            return WaiverState.WITHDRAWN
        return WaiverState.EXPIRED if began >= self.expires else WaiverState.IN_FORCE


@dataclass(frozen=True, slots=True)
class WaiverHeld:
    """A waiver beside a trial: what it is to it, and whether any rule rests on it."""

    waiver: Waiver
    state: WaiverState
    is_used: bool = False
