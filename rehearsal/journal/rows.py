"""How does a noun become a row, and a row the noun again?"""

from __future__ import annotations

from dataclasses import asdict, fields
from typing import Any

import sqlalchemy as sa

from rehearsal.journal.stored import StoredMeasurement, adapter, plain_mapping
from rehearsal.model import (
    Attempt,
    Decision,
    Declaration,
    Failure,
    Observer,
    Run,
    StageTime,
    Step,
)

RUN = tuple(field.name for field in fields(Run))
DECLARATION = tuple(field.name for field in fields(Declaration))
OBSERVER = tuple(field.name for field in fields(Observer))
TAKEN_AS_IS = ("check_id", "target_id", "started_at", "elapsed_s", "vantage", "evidence")


def run_row(run: Run) -> dict[str, Any]:
    """The columns of a run."""
    return {name: getattr(run, name) for name in RUN}


def run_of(row: sa.Row[Any]) -> Run:
    """The run that a row holds."""
    columns = {name: getattr(row, name) for name in RUN}
    verdict = row.verdict and Decision(row.verdict)
    return Run(**columns | {"verdict": verdict})


def stage_of(row: sa.Row[Any]) -> StageTime:
    """The stage that a row holds."""
    return StageTime(row.stage, row.began, row.ended, row.problem)


def declaration_row(run_id: str, said: Declaration) -> dict[str, Any]:
    """The columns of a declaration."""
    named = {name: getattr(said, name) for name in DECLARATION}
    return {"run_id": run_id, **named, "answers": plain_mapping(said.answers)}


def declaration_of(row: sa.Row[Any]) -> Declaration:
    """The declaration that a row holds."""
    return Declaration(**{name: getattr(row, name) for name in DECLARATION})


def measurement_row(run_id: str, stored: StoredMeasurement) -> dict[str, Any]:
    """The columns of a measurement; what SQL may ask about has a column of its own."""
    failure = stored.failure
    return {
        "run_id": run_id,
        "round": stored.round,
        **{name: getattr(stored, name) for name in TAKEN_AS_IS},
        "attempts": stored.attempts,
        "failure_step": failure and failure.step,
        "failure_kind": failure and failure.kind,
        "failure_detail": failure and failure.detail,
        **asdict(stored.observer),
    }


def measurement_of(row: sa.Row[Any]) -> StoredMeasurement:
    """The measurement that a row holds."""
    columns = row._asdict()
    return StoredMeasurement(
        **{name: columns[name] for name in TAKEN_AS_IS},
        attempts=adapter(tuple[Attempt, ...]).validate_python(row.attempts),
        observer=Observer(**{name: columns[name] for name in OBSERVER}),
        failure=failure_of(row),
        round=row.round,
        run_id=row.run_id,
    )


def failure_of(row: sa.Row[Any]) -> Failure | None:
    """The failure in a row, or None where there is evidence."""
    if row.failure_kind is None:
        return None
    return Failure(Step(row.failure_step), row.failure_kind, row.failure_detail)
