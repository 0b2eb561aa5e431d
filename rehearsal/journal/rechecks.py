"""When was a run measured again, how was that ordered, and which round was it?"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from functools import partial
from typing import Any

import sqlalchemy as sa

from rehearsal.journal import tables
from rehearsal.journal.access import reading
from rehearsal.journal.writer import Writer
from rehearsal.model import Recheck

_WITH_ROUNDS = (tables.recheck, tables.measurement)


class Rechecks:
    """The rechecks of all runs; added, never changed. Every method may raise JournalError."""

    def __init__(self, engine: sa.Engine, writer: Writer) -> None:
        """Read by the engine, write by the journal's one writer."""
        self._engine = engine
        self._writer = writer

    def begin(self, run_id: str, at: datetime, parameters: Mapping[str, Any]) -> Recheck:
        """Write down that a recheck begins; its round is the next that nothing stands in.

        Refused when there is no such run.
        """
        return self._writer.write(partial(_begin, run_id, at, dict(parameters)))

    def of(self, run_id: str) -> tuple[Recheck, ...]:
        """Those of a run, the first one first."""
        columns = tables.recheck.c
        query = sa.select(tables.recheck).where(columns.run_id == run_id)
        with reading(self._engine) as connection:
            rows = connection.execute(query.order_by(columns.round)).all()
        return tuple(Recheck(row.round, row.at, row.parameters) for row in rows)


def _begin(
    run_id: str, at: datetime, parameters: dict[str, Any], connection: sa.Connection
) -> Recheck:
    known = (_last_round(table, run_id, connection) for table in _WITH_ROUNDS)
    number = max(known) + 1
    row = {"run_id": run_id, "round": number, "at": at, "parameters": parameters}
    connection.execute(sa.insert(tables.recheck), [row])
    return Recheck(number, at, parameters)


def _last_round(table: sa.Table, run_id: str, connection: sa.Connection) -> int:
    query = sa.select(sa.func.max(table.c.round)).where(table.c.run_id == run_id)
    return connection.execute(query).scalar() or 0
