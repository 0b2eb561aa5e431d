"""What was seen, and what is made of it? Every type is frozen."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Generic, TypeVar

from rehearsal.model.city import Target
from rehearsal.model.words import NOTHING, Outcome, Step, TargetKind

E = TypeVar("E")


@dataclass(frozen=True, slots=True)
class Failure:
    """Why there is no evidence: a fact about the attempt, not a judgement.

    `kind` is snake_case and permanent; `detail` is raw and may be hostile text.
    """

    step: Step
    kind: str
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Rung:
    """One step of one attempt: how long it took, what it saw, whether it held."""

    step: Step
    elapsed_s: float
    held: bool
    facts: Mapping[str, object] = field(default_factory=lambda: NOTHING)


@dataclass(frozen=True, slots=True)
class Observer:
    """Our own health while we measured; over the limits nothing is said of the unit.

    `loop_lag_s` is the worst lateness of the event loop during the measurement,
    `send_late_s` how late a timed send left, `queued_s` the wait for a free slot,
    `datagrams_lost` what our own kernel dropped because we read too slowly.
    """

    loop_lag_s: float = 0.0
    send_late_s: float = 0.0
    queued_s: float = 0.0
    resolver_answers: bool | None = None
    uplink_up: bool | None = None
    datagrams_lost: int = 0


@dataclass(frozen=True, slots=True)
class Attempt:
    """One try of a check; every one is kept, the last one counts."""

    started_at: datetime
    elapsed_s: float
    rungs: tuple[Rung, ...]
    failure: Failure | None = None


@dataclass(frozen=True, slots=True)
class Measurement(Generic[E]):
    """What a check saw of a target. Exactly one of evidence and failure is set."""

    check_id: str
    target_id: str
    started_at: datetime
    elapsed_s: float
    vantage: str
    attempts: tuple[Attempt, ...]
    observer: Observer
    evidence: E | None = None
    failure: Failure | None = None

    def __post_init__(self) -> None:
        """Refuse a measurement that says nothing, or two things."""
        if (self.evidence is None) == (self.failure is None):
            raise ValueError("a measurement has evidence or a failure, not both")


@dataclass(frozen=True, slots=True)
class Finding:
    """One opinion about one measurement, with the values that its words need."""

    code: str
    outcome: Outcome
    values: Mapping[str, object] = field(default_factory=lambda: NOTHING)


@dataclass(frozen=True, slots=True)
class Declaration:
    """What somebody says of a target, in answer to a check's question.

    `answers` has the shape of that check's evidence. It is never averaged with what was
    measured; of several about one target the latest `said_at` counts.
    """

    check_id: str
    target_id: str
    said_by: str
    said_at: datetime
    answers: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the judge made of one check on one target.

    `measurement` is missing when the check was blocked before it ran or was never
    reached, or when people answered it: `declared` is what they said. `blocked_by` names
    the check that it waits for, `blocked_at` the target of that check where it is another
    one: its hub's.
    """

    check_id: str
    target: Target
    findings: tuple[Finding, ...] = ()
    measurement: Measurement[object] | None = None
    blocked_by: str | None = None
    blocked_at: str | None = None
    declared: Declaration | None = None

    @property
    def is_undeclared(self) -> bool:
        """Whether only people can answer, and nobody has: a condition, and no light."""
        return self.target.kind is TargetKind.DECLARED and self.declared is None

    @property
    def outcome(self) -> Outcome:
        """The worst finding; blocked or never measured is no PASS."""
        if self.blocked_by is not None:
            return Outcome.BLOCKED
        if self.measurement is None and self.declared is None:
            return Outcome.UNKNOWN
        return max((f.outcome for f in self.findings), default=Outcome.PASS)
