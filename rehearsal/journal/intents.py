"""What were we about to create in the city's systems, and is it proven gone?

An intent is open until a sweep of it says that its record is gone. Nothing is ever taken
back: a later sweep stands beside the earlier ones.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from functools import partial
from typing import Any

import sqlalchemy as sa

from rehearsal.journal import tables
from rehearsal.journal.access import insert, reading
from rehearsal.journal.writer import Writer
from rehearsal.model import Intent, Remnant, Sweep, Synthetic

Markers = sa.Select[tuple[str]]


class Intents:
    """The synthetic records of all runs. Every method may raise JournalError."""

    def __init__(self, engine: sa.Engine, writer: Writer) -> None:
        """Read by the engine, write by the journal's one writer."""
        self._engine = engine
        self._writer = writer

    async def intend(self, intent: Intent) -> None:
        """Return once it is on disk: only then may the record be created."""
        row = asdict(intent)
        del row["record_id"]
        await self._writer.written(partial(insert, tables.intent, [row]))

    async def acknowledge(self, marker: str, record_id: str) -> None:
        """Write down what a system called the record."""
        row = {"marker": marker, "record_id": record_id}
        await self._writer.written(partial(insert, tables.acknowledgement, [row]))

    async def swept(self, sweeps: Sequence[Sweep]) -> None:
        """Write down what attempts to clean up came to."""
        if sweeps:
            rows = [asdict(sweep) for sweep in sweeps]
            await self._writer.written(partial(insert, tables.sweep, rows))

    def created(self, run_id: str) -> int:
        """How many intents a run has written down."""
        query = sa.select(sa.func.count()).where(tables.intent.c.run_id == run_id)
        with reading(self._engine) as connection:
            return connection.execute(query).scalar_one()

    def of(self, run_id: str) -> Synthetic:
        """What a run has created, and what of it is left."""
        return Synthetic(self.created(run_id), self.remnants(run_id))

    def remnants(self, run_id: str | None = None) -> tuple[Remnant, ...]:
        """Whatever is not proven gone, of one run or of all, oldest first."""
        gone = sa.select(tables.sweep.c.marker).where(tables.sweep.c.is_gone)
        query = sa.select(tables.intent).where(tables.intent.c.marker.not_in(gone))
        if run_id is not None:
            query = query.where(tables.intent.c.run_id == run_id)
        with reading(self._engine) as connection:
            rows = connection.execute(query.order_by(tables.intent.c.id)).all()
            if not rows:
                return ()
            names = query.with_only_columns(tables.intent.c.marker)
            told_ids, last = _acknowledged(connection, names), _last_sweeps(connection, names)
        return tuple(
            Remnant(_intent_of(row, told_ids.get(row.marker, "")), last.get(row.marker))
            for row in rows
        )


def _acknowledged(connection: sa.Connection, markers: Markers) -> Mapping[str, str]:
    """What systems called these records; the latest counts."""
    table = tables.acknowledgement
    query = sa.select(table).where(table.c.marker.in_(markers))
    rows = connection.execute(query.order_by(table.c.id))
    return {row.marker: row.record_id for row in rows}


def _last_sweeps(connection: sa.Connection, markers: Markers) -> Mapping[str, Sweep]:
    query = sa.select(tables.sweep).where(tables.sweep.c.marker.in_(markers))
    rows = connection.execute(query.order_by(tables.sweep.c.id))
    return {row.marker: _sweep_of(row) for row in rows}


def _intent_of(row: sa.Row[Any], record_id: str) -> Intent:
    columns = row._asdict()
    del columns["id"]
    return Intent(**columns, record_id=record_id)


def _sweep_of(row: sa.Row[Any]) -> Sweep:
    columns = row._asdict()
    del columns["id"]
    return Sweep(**columns)
