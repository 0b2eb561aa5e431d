"""Which rules did somebody sign for, and who took a signature back?

A signature is final: taking one back is a row of its own that names it.
"""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from functools import partial
from typing import Any

import sqlalchemy as sa

from rehearsal.journal import tables
from rehearsal.journal.access import reading
from rehearsal.journal.problem import JournalError
from rehearsal.journal.writer import Writer
from rehearsal.model import Text
from rehearsal.model.decision import Waiver

_OF_A_WITHDRAWAL = ("withdrawn_at", "withdrawn_by", "id")


class NoSuchWaiver(JournalError):  # noqa: N818 - it says what happened, as all of them do
    """No waiver has this number, or it was taken back before."""

    def __init__(self, waiver_id: int, in_force: list[int]) -> None:
        """Name those that can be taken back."""
        known = ", ".join(map(str, in_force)) or "–"
        super().__init__(
            Text(
                f"Không có miễn trừ số {waiver_id} để rút lại; đang có: {known}",
                f"there is no waiver {waiver_id} to withdraw; there are: {known}",
            )
        )


class Waivers:
    """All waivers; added, never changed. Every method may raise JournalError."""

    def __init__(self, engine: sa.Engine, writer: Writer) -> None:
        """Read by the engine, write by the journal's one writer."""
        self._engine = engine
        self._writer = writer

    def sign(self, waiver: Waiver) -> int:
        """Write a signature down; gives its number, whatever number it was told."""
        row = {k: v for k, v in asdict(waiver).items() if k not in _OF_A_WITHDRAWAL}
        return self._writer.write(partial(_insert, row))

    def withdraw(
        self, waiver_id: int, *, at: datetime, by: str = "", role: str = "", reason: str = ""
    ) -> None:
        """Take one back, once; NoSuchWaiver when there is none to be taken back."""
        row = {"at": at, "signed_by": by, "role": role, "reason": reason}
        self._writer.write(partial(_withdraw, waiver_id, row))

    def all(self) -> tuple[Waiver, ...]:
        """Every waiver in the order of signing, with whether and when it was taken back."""
        with reading(self._engine) as connection:
            return _all(connection)


def _all(connection: sa.Connection) -> tuple[Waiver, ...]:
    rows = list(connection.execute(sa.select(tables.waiver).order_by(tables.waiver.c.id)))
    back = {row.withdraws: row for row in reversed(rows) if row.withdraws is not None}
    return tuple(_waiver_of(row, back.get(row.id)) for row in rows if row.withdraws is None)


def _waiver_of(row: sa.Row[Any], back: sa.Row[Any] | None) -> Waiver:
    columns = row._asdict()
    del columns["withdraws"]
    if back is None:
        return Waiver(**columns)
    return Waiver(**columns, withdrawn_at=back.at, withdrawn_by=back.signed_by)


def _insert(row: dict[str, Any], connection: sa.Connection) -> int:
    added = connection.execute(
        sa.insert(tables.waiver).values(row).returning(tables.waiver.c.id)
    )
    return int(added.scalar_one())


def _withdraw(waiver_id: int, row: dict[str, Any], connection: sa.Connection) -> None:
    """Look and insert as one, so that nothing is taken back twice."""
    held = {w.id: w for w in _all(connection) if w.withdrawn_at is None}
    if waiver_id not in held:
        raise NoSuchWaiver(waiver_id, sorted(held))
    taken = held[waiver_id]
    of = {"rule": taken.rule, "subject": taken.subject, "expires": taken.expires}
    connection.execute(sa.insert(tables.waiver).values({**row, **of, "withdraws": waiver_id}))
