"""What has been put into the city's systems? The twin's own memory, apart from any answer.

One SQLite file that anybody may open and read while the twin runs: what a system says of
its records may be wrong on purpose, what stands here is not.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator, Mapping
from dataclasses import astuple, dataclass, field
from pathlib import Path
from typing import Any

FILE = "records.db"
_TABLE = """
CREATE TABLE IF NOT EXISTS record (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    store TEXT NOT NULL, owner TEXT NOT NULL, id TEXT NOT NULL, marker TEXT NOT NULL,
    at REAL NOT NULL, body TEXT NOT NULL, version INTEGER NOT NULL,
    UNIQUE (store, owner, id)
);
CREATE INDEX IF NOT EXISTS record_marker ON record (store, owner, marker);
CREATE TABLE IF NOT EXISTS removal (
    store TEXT NOT NULL, owner TEXT NOT NULL, id TEXT NOT NULL, marker TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS visit (
    host TEXT NOT NULL, method TEXT NOT NULL, path TEXT NOT NULL, status INTEGER NOT NULL,
    began REAL NOT NULL, ended REAL NOT NULL
);
"""
_COLUMNS = "store, owner, id, marker, at, body, version"


@dataclass(frozen=True, slots=True)
class Record:
    """One record of one store (`dossiers`, `tickets` ...) at one owner.

    `marker` is what its maker wrote into it to find it again; a citizen's own has none.
    `at` is when it was stored, on the event loop's clock; `version` counts its changes.
    """

    store: str
    owner: str
    id: str
    marker: str
    at: float
    body: Mapping[str, Any] = field(default_factory=dict)
    version: int = 1


@dataclass(frozen=True, slots=True)
class Visit:
    """One request to an interface, in Unix time; `status` is 0 where none was given."""

    host: str
    method: str
    path: str
    status: int
    began: float
    ended: float


class Records:
    """All records of the city."""

    def __init__(self, directory: Path) -> None:
        """Keep them in a file of that directory; what stood there before stays."""
        self.path = directory / FILE
        self._base = sqlite3.connect(self.path, isolation_level=None)
        self._base.execute("PRAGMA journal_mode=WAL")
        self._base.execute("PRAGMA synchronous=OFF")  # it dies with us; readers see it at once
        self._base.executescript(_TABLE)

    def add(self, record: Record) -> None:
        """Store a new record; sqlite3.IntegrityError when the id is taken there."""
        values = (*_key(record), record.marker, record.at, _text(record), record.version)
        self._base.execute(
            f"INSERT INTO record ({_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?)",  # noqa: S608 - ours
            values,
        )

    def get(self, store: str, owner: str, record_id: str) -> Record | None:
        """One record, if it is there."""
        where = "store = ? AND owner = ? AND id = ?"
        return next(self._found(where, (store, owner, record_id)), None)

    def marked(self, store: str, owner: str, marker: str) -> tuple[Record, ...]:
        """All of an owner that carry exactly this marker, oldest first."""
        where = "store = ? AND owner = ? AND marker = ?"
        return tuple(self._found(where, (store, owner, marker)))

    def all(self, store: str, owner: str | None = None) -> tuple[Record, ...]:
        """All of a store, of one owner or of everybody, oldest first."""
        if owner is None:
            return tuple(self._found("store = ?", (store,)))
        return tuple(self._found("store = ? AND owner = ?", (store, owner)))

    def put(self, record: Record) -> None:
        """Write a record's new body and version over the old ones."""
        self._base.execute(
            "UPDATE record SET body = ?, version = ? WHERE store = ? AND owner = ? AND id = ?",
            (_text(record), record.version, *_key(record)),
        )

    def remove(self, record: Record) -> None:
        """Take a record out, and note that it was."""
        self._base.execute(
            "DELETE FROM record WHERE store = ? AND owner = ? AND id = ?", _key(record)
        )
        self._base.execute(
            "INSERT INTO removal VALUES (?, ?, ?, ?)", (*_key(record), record.marker)
        )

    def visited(self, visit: Visit) -> None:
        """Note that an interface was asked."""
        self._base.execute("INSERT INTO visit VALUES (?, ?, ?, ?, ?, ?)", astuple(visit))

    def next_number(self) -> int:
        """A number that no record has had."""
        row = self._base.execute("SELECT seq FROM sqlite_sequence WHERE name = 'record'")
        found = row.fetchone()
        return int(found[0]) + 1 if found else 1

    def _found(self, where: str, values: tuple[str, ...]) -> Iterator[Record]:
        query = f"SELECT {_COLUMNS} FROM record WHERE {where} ORDER BY number"  # noqa: S608 - ours
        for store, owner, name, marker, at, body, version in self._base.execute(query, values):
            yield Record(store, owner, name, marker, at, json.loads(body), version)


def _key(record: Record) -> tuple[str, str, str]:
    return record.store, record.owner, record.id


def _text(record: Record) -> str:
    return json.dumps(record.body, ensure_ascii=False)
