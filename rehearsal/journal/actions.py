"""What did people write about the follow-up actions, and did anybody else write meanwhile?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from functools import partial
from typing import Any

import sqlalchemy as sa

from rehearsal.journal import tables
from rehearsal.journal.access import reading
from rehearsal.journal.problem import JournalError
from rehearsal.journal.writer import Writer
from rehearsal.model import Text
from rehearsal.model.action import ActionEvent


class WrittenMeanwhile(JournalError):  # noqa: N818 - it says what happened, as all of them do
    """Somebody wrote about actions since they were read; nothing was stored."""

    def __init__(self) -> None:
        """Say what to do: read again, and compare again."""
        super().__init__(
            Text(
                "Có người vừa ghi vào các việc phải làm; hãy nhập lại tệp",
                "somebody has just written about the actions; import the file again",
            )
        )


class Actions:
    """The events of all actions; added, never changed. Every method may raise JournalError."""

    def __init__(self, engine: sa.Engine, writer: Writer) -> None:
        """Read by the engine, write by the journal's one writer."""
        self._engine = engine
        self._writer = writer

    def note(self, events: Sequence[ActionEvent], *, known: int) -> None:
        """Write them down, all or none; WrittenMeanwhile when there are more than `known`."""
        if events:
            rows = [asdict(event) for event in events]
            self._writer.write(partial(_insert, rows, known))

    def events(self) -> tuple[ActionEvent, ...]:
        """All of them, in the order in which they came in."""
        query = sa.select(tables.action_event).order_by(tables.action_event.c.id)
        with reading(self._engine) as connection:
            return tuple(_event_of(row) for row in connection.execute(query))


def _insert(rows: list[dict[str, Any]], known: int, connection: sa.Connection) -> None:
    """Count and insert as one: two who read the same would else overwrite each other."""
    if connection.dialect.name == "postgresql":  # SQLite's writers queue by themselves
        connection.execute(sa.text("LOCK TABLE action_event IN EXCLUSIVE MODE"))
    count = sa.select(sa.func.count()).select_from(tables.action_event)
    if connection.execute(count).scalar_one() != known:
        raise WrittenMeanwhile
    connection.execute(sa.insert(tables.action_event), rows)


def _event_of(row: sa.Row[Any]) -> ActionEvent:
    columns = row._asdict()
    del columns["id"]
    return ActionEvent(**columns)
