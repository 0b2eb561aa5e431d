"""How is the database read and added to, whatever kind of fact it is about?"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import sqlalchemy as sa

from rehearsal.journal.place import named
from rehearsal.journal.problem import told


@contextmanager
def reading(engine: sa.Engine) -> Iterator[sa.Connection]:
    """A connection to read by; JournalError for whatever the database refuses."""
    with told(named(engine.url)), engine.connect() as connection:
        yield connection


def insert(table: sa.Table, rows: list[dict[str, Any]], connection: sa.Connection) -> None:
    """Add the rows."""
    connection.execute(sa.insert(table), rows)
