"""What ran, when, and what did it measure? Facts are added; none is changed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from functools import partial
from types import TracebackType
from typing import Any, Self

import sqlalchemy as sa

from rehearsal.journal import tables
from rehearsal.journal.access import insert, reading
from rehearsal.journal.actions import Actions
from rehearsal.journal.intents import Intents
from rehearsal.journal.later import Later
from rehearsal.journal.place import engine_for, parse
from rehearsal.journal.problem import (
    AlreadyMeasured,
    NotBegun,
    Refused,
    RunExists,
    UnknownRun,
)
from rehearsal.journal.rechecks import Rechecks
from rehearsal.journal.rows import (
    declaration_of,
    declaration_row,
    measurement_of,
    measurement_row,
    run_of,
    run_row,
    stage_of,
)
from rehearsal.journal.schema import prepare
from rehearsal.journal.stored import StoredMeasurement
from rehearsal.journal.waivers import Waivers
from rehearsal.journal.writer import Writer
from rehearsal.model import Decision, Declaration, Run, StageTime

NEWEST_SHOWN = 5  # as many ids as one line of an error message holds


class Journal:
    """The facts of all trials in one database; made by `open_journal`.

    Every method may raise JournalError. What returned is on disk. Times are aware.
    """

    def __init__(self, engine: sa.Engine) -> None:
        """Own the engine of a database that is up to date."""
        self._engine = engine
        self._writer = Writer(engine)
        self.intents = Intents(engine, self._writer)
        self.later = Later(engine, self._writer)
        self.actions = Actions(engine, self._writer)
        self.rechecks = Rechecks(engine, self._writer)
        self.waivers = Waivers(engine, self._writer)

    def __enter__(self) -> Self:
        """Give the journal itself."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        problem: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Close it."""
        self.close()

    def close(self) -> None:
        """Commit what is under way and let go of the database."""
        self._writer.close()
        self._engine.dispose()

    def begin(self, run: Run) -> None:
        """Write down a new run; RunExists when its id was used before."""
        try:
            self._writer.write(partial(insert, tables.run, [run_row(run)]))
        except Refused as problem:
            raise RunExists(run.id) from problem

    def resume(self, run_id: str, at: datetime) -> Run:
        """Set a run going again and count it; UnknownRun names the newest ids."""
        values = {
            "resumes": tables.run.c.resumes + 1,
            "resumed": at,
            "state": "running",
            "finished": None,
            "verdict": None,
        }
        return self._writer.write(partial(update_run, run_id, values))

    def finish(
        self, run_id: str, *, at: datetime, state: str, verdict: Decision | None
    ) -> None:
        """Write down how and when a run ended; `verdict` is None when it was stopped."""
        values = {"finished": at, "state": state, "verdict": verdict}
        self._writer.write(partial(update_run, run_id, values))

    def run(self, run_id: str) -> Run:
        """One run; UnknownRun names the newest ids."""
        with reading(self._engine) as connection:
            return find_run(connection, run_id)

    def runs(self) -> tuple[Run, ...]:
        """Every run, newest first."""
        with reading(self._engine) as connection:
            return tuple(run_of(row) for row in connection.execute(newest_first()))

    async def record(self, run_id: str, measurements: Sequence[StoredMeasurement]) -> None:
        """Return when all of them are durably committed; on an error, none of them is.

        AlreadyMeasured when one is known in its round, UnknownRun when the run is not.
        """
        if not measurements:
            return
        rows = [measurement_row(run_id, stored) for stored in measurements]
        try:
            await self._writer.written(partial(insert, tables.measurement, rows))
        except Refused:
            self._explain(run_id, measurements)
            raise

    def measurements(self, run_id: str) -> tuple[StoredMeasurement, ...]:
        """All of a run, in the order in which they were recorded."""
        columns = tables.measurement.c
        query = sa.select(tables.measurement).where(columns.run_id == run_id)
        with reading(self._engine) as connection:
            rows = connection.execute(query.order_by(columns.id)).all()
        return tuple(measurement_of(row) for row in rows)

    def stage_began(self, run_id: str, stage: str, at: datetime) -> None:
        """Write down that a stage begins, once more if a resumed run repeats it."""
        row = {"run_id": run_id, "stage": stage, "began": at, "problem": ""}
        try:
            self._writer.write(partial(insert, tables.stage, [row]))
        except Refused:
            self.run(run_id)
            raise

    def stage_ended(self, run_id: str, stage: str, at: datetime, problem: str = "") -> None:
        """Write down that it ended; a `problem` of ours means that it must be repeated."""
        self._writer.write(partial(end_stage, run_id, stage, {"ended": at, "problem": problem}))

    def stages(self, run_id: str) -> tuple[StageTime, ...]:
        """Every beginning of every stage, in order; `ended` is None when it was cut off."""
        columns = tables.stage.c
        query = sa.select(tables.stage).where(columns.run_id == run_id)
        with reading(self._engine) as connection:
            return tuple(stage_of(r) for r in connection.execute(query.order_by(columns.id)))

    def declare(self, run_id: str, said: Sequence[Declaration]) -> None:
        """Write down what people said, all or nothing; UnknownRun when there is no run."""
        rows = [declaration_row(run_id, one) for one in said]
        if not rows:
            return
        try:
            self._writer.write(partial(insert, tables.declaration, rows))
        except Refused:
            self.run(run_id)
            raise

    def declarations(self, run_id: str) -> tuple[Declaration, ...]:
        """All that was said in a run, in the order in which it came in."""
        columns = tables.declaration.c
        query = sa.select(tables.declaration).where(columns.run_id == run_id)
        with reading(self._engine) as connection:
            rows = connection.execute(query.order_by(columns.id))
            return tuple(declaration_of(row) for row in rows)

    def _explain(self, run_id: str, measurements: Sequence[StoredMeasurement]) -> None:
        """Raise what the database's refusal means, if it means one of our own rules."""
        self.run(run_id)
        seen = {key_of(stored) for stored in self.measurements(run_id)}
        for stored in measurements:
            key = key_of(stored)
            if key in seen:
                raise AlreadyMeasured(run_id, *key)
            seen.add(key)


def open_journal(url: str) -> Journal:
    """Open the journal, making or migrating its tables first; JournalError if it can't."""
    address = parse(url)
    engine = engine_for(address)
    try:
        prepare(engine)
    finally:
        engine.dispose()  # nothing of the migration stays open, whatever became of it
    return Journal(engine)


def update_run(run_id: str, values: dict[str, Any], connection: sa.Connection) -> Run:
    """Change where a run stands, and give the run as it is then."""
    connection.execute(sa.update(tables.run).where(tables.run.c.id == run_id).values(values))
    return find_run(connection, run_id)


def find_run(connection: sa.Connection, run_id: str) -> Run:
    """One run, or UnknownRun with the newest ids."""
    found = connection.execute(sa.select(tables.run).where(tables.run.c.id == run_id)).first()
    if found is None:
        newest = connection.execute(newest_first().limit(NEWEST_SHOWN))
        raise UnknownRun(run_id, [row.id for row in newest])
    return run_of(found)


def newest_first() -> sa.Select[Any]:
    """The runs by their start; the id decides between equal ones."""
    return sa.select(tables.run).order_by(tables.run.c.started.desc(), tables.run.c.id.desc())


def end_stage(
    run_id: str, stage: str, values: dict[str, Any], connection: sa.Connection
) -> None:
    """End the latest beginning of a stage."""
    columns = tables.stage.c
    latest = sa.select(sa.func.max(columns.id)).where(
        columns.run_id == run_id, columns.stage == stage
    )
    ending = sa.update(tables.stage).where(columns.id == latest.scalar_subquery())
    if not connection.execute(ending.values(values)).rowcount:
        find_run(connection, run_id)
        raise NotBegun(run_id, stage)


def key_of(stored: StoredMeasurement) -> tuple[str, str, int]:
    """What may be recorded once in a run."""
    return stored.check_id, stored.target_id, stored.round
