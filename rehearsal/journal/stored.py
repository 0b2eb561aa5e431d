"""In what shape does a measurement lie in the journal, which knows no check?"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cache
from typing import Any, TypeVar, cast

from pydantic import TypeAdapter, ValidationError

from rehearsal.journal.plain import plain, visible
from rehearsal.journal.problem import EvidenceMismatch
from rehearsal.model import Attempt, Failure, Measurement, Observer, Rung

E = TypeVar("E")


@dataclass(frozen=True, slots=True)
class StoredMeasurement:
    """A measurement whose evidence is plain JSON. Exactly one of evidence and failure.

    `round` is 0 in the trial itself, higher when it was measured again later.
    `run_id` is filled in by the journal on reading, and compares as nothing.
    """

    check_id: str
    target_id: str
    started_at: datetime
    elapsed_s: float
    vantage: str
    attempts: tuple[Attempt, ...]
    observer: Observer
    evidence: Mapping[str, object] | None = None
    failure: Failure | None = None
    round: int = 0
    run_id: str = field(default="", compare=False)

    def __post_init__(self) -> None:
        """Refuse a measurement that says nothing, or two things."""
        if (self.evidence is None) == (self.failure is None):
            raise ValueError("a measurement has evidence or a failure, not both")


def to_stored(measurement: Measurement[Any]) -> StoredMeasurement:
    """The same measurement with nothing but plain, storable values; TypeError if it can't.

    NULs and lone surrogates of foreign text are written out visibly (see `visible`).
    """
    evidence = measurement.evidence
    return StoredMeasurement(
        check_id=measurement.check_id,
        target_id=measurement.target_id,
        started_at=measurement.started_at,
        elapsed_s=measurement.elapsed_s,
        vantage=measurement.vantage,
        attempts=tuple(storable_attempt(attempt) for attempt in measurement.attempts),
        observer=measurement.observer,
        evidence=None if evidence is None else plain_mapping(evidence),
        failure=storable_failure(measurement.failure),
    )


def plain_mapping(value: object) -> dict[str, object]:
    """The fields of a dataclass, or the items of a mapping."""
    return cast("dict[str, object]", plain(value))


def storable_attempt(attempt: Attempt) -> Attempt:
    """The attempt with the facts of its rungs and its failure made storable."""
    return replace(
        attempt,
        rungs=tuple(storable_rung(rung) for rung in attempt.rungs),
        failure=storable_failure(attempt.failure),
    )


def storable_rung(rung: Rung) -> Rung:
    """The rung with plain facts."""
    return replace(rung, facts=plain_mapping(rung.facts))


def storable_failure(failure: Failure | None) -> Failure | None:
    """The failure with its raw detail made visible."""
    return failure and replace(failure, detail=visible(failure.detail))


adapter: Callable[[Any], TypeAdapter[Any]] = cache(TypeAdapter)
"""Reads plain JSON back into a type; built once for each type, since that is slow."""


def from_stored(stored: StoredMeasurement, evidence_type: type[E]) -> Measurement[E]:
    """The measurement with its evidence in the check's own type.

    EvidenceMismatch names run, check, target and the fields that are missing or wrong.
    """
    return Measurement(
        check_id=stored.check_id,
        target_id=stored.target_id,
        started_at=stored.started_at,
        elapsed_s=stored.elapsed_s,
        vantage=stored.vantage,
        attempts=stored.attempts,
        observer=stored.observer,
        evidence=typed_evidence(stored, evidence_type),
        failure=stored.failure,
    )


def typed_evidence(stored: StoredMeasurement, evidence_type: type[E]) -> E | None:
    """The evidence as the check declares it, or None where there is a failure."""
    if stored.evidence is None:
        return None
    try:
        return cast("E", adapter(evidence_type).validate_python(stored.evidence))
    except ValidationError as problem:
        raise EvidenceMismatch(subject(stored), wrong_fields(problem)) from problem


def subject(stored: StoredMeasurement) -> str:
    """Which measurement, in one line."""
    return f"{stored.run_id or '?'} / {stored.check_id} / {stored.target_id}"


def wrong_fields(problem: ValidationError) -> str:
    """Each wrong field with what is wrong, without the foreign value itself."""
    errors = problem.errors(include_input=False, include_url=False)
    return "; ".join(f"{'.'.join(map(str, e['loc']))}: {e['msg']}" for e in errors)
