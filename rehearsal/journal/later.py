"""What is told of the units since they went live? Added, never changed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from functools import partial
from typing import Any

import sqlalchemy as sa

from rehearsal.journal import tables
from rehearsal.journal.access import insert, reading
from rehearsal.journal.writer import Writer
from rehearsal.model import Light
from rehearsal.model.comparison import LaterFact


class Later:
    """The later facts of all cities. Every method may raise JournalError."""

    def __init__(self, engine: sa.Engine, writer: Writer) -> None:
        """Read by the engine, write by the journal's one writer."""
        self._engine = engine
        self._writer = writer

    def add(self, facts: Sequence[LaterFact]) -> None:
        """Write down what people say, all or nothing; nothing said before is replaced."""
        if facts:
            rows = [asdict(fact) for fact in facts]
            self._writer.write(partial(insert, tables.later_fact, rows))

    def of(self, city: str) -> tuple[LaterFact, ...]:
        """All that is told of a city's units, in the order in which it came in."""
        columns = tables.later_fact.c
        query = sa.select(tables.later_fact).where(columns.city == city)
        with reading(self._engine) as connection:
            return tuple(map(_fact_of, connection.execute(query.order_by(columns.id))))


def _fact_of(row: sa.Row[Any]) -> LaterFact:
    columns = row._asdict()
    del columns["id"]
    return LaterFact(**columns | {"light": Light(row.light)})
