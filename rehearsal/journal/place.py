"""Where is the journal, and how is its database opened?"""

from __future__ import annotations

import json
import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from fcntl import LOCK_EX, flock
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.exc import ArgumentError

from rehearsal.journal.plain import plain
from rehearsal.journal.problem import Unusable
from rehearsal.model import Text

URL_VARIABLE = "REHEARSAL_JOURNAL_URL"
POSTGRESQL = "postgresql+psycopg"
DRIVERS = {
    "sqlite": "sqlite",
    "postgres": POSTGRESQL,
    "postgresql": POSTGRESQL,
    POSTGRESQL: POSTGRESQL,
}
EXPECTED = Text(
    "cần sqlite:///TỆP hoặc postgresql://NGƯỜI_DÙNG@MÁY/CSDL",
    "it needs sqlite:///FILE or postgresql://USER@HOST/DATABASE",
)
BUSY_TIMEOUT_MS = 10_000  # a group commit takes milliseconds; ten seconds is a stuck disk
CONNECT_TIMEOUT_S = 10


def journal_url(out: Path, *, url: str = "") -> str:
    """The journal's URL: `url`, else the variable REHEARSAL_JOURNAL_URL, else a file."""
    return url or os.environ.get(URL_VARIABLE) or f"sqlite:///{out.resolve()}/journal.db"


def parse(url: str) -> sa.URL:
    """The URL with its driver; Unusable when it names no durable database that we speak."""
    try:
        address = sa.make_url(url)
    except ArgumentError as problem:
        raise Unusable("?", EXPECTED, "not a URL") from problem
    driver = DRIVERS.get(address.drivername)
    if driver is None or not address.database or address.database == ":memory:":
        raise Unusable(named(address), EXPECTED, address.drivername)
    return address.set(drivername=driver)


def named(address: sa.URL) -> str:
    """How a person is told where the journal is; a password is never shown."""
    if address.drivername == "sqlite":
        return address.database or "?"
    return address.difference_update_query(["password"]).render_as_string()


def file_of(address: sa.URL) -> Path | None:
    """The SQLite file, or None when the journal lives in a server."""
    return Path(address.database or "") if address.drivername == "sqlite" else None


def engine_for(address: sa.URL) -> sa.Engine:
    """An engine that never trades durability for speed; no connection is made yet."""
    if file_of(address) is None:
        return sa.create_engine(
            address,
            json_serializer=to_json,
            pool_pre_ping=True,  # the server may be restarted between two trials
            connect_args={"connect_timeout": CONNECT_TIMEOUT_S},
        )
    engine = sa.create_engine(address, json_serializer=to_json)
    sa.event.listen(engine, "connect", make_durable)
    sa.event.listen(engine, "begin", begin)
    return engine


def to_json(value: object) -> str:
    """JSON that any database and any file takes; Vietnamese stays readable in it."""
    return json.dumps(plain(value), ensure_ascii=False, allow_nan=False)


def make_durable(connection: sqlite3.Connection, _record: object) -> None:
    """WAL lets readers read while the writer writes; FULL survives a power cut."""
    connection.isolation_level = None  # transactions begin where `begin` says so
    connection.execute(f"PRAGMA busy_timeout={BUSY_TIMEOUT_MS:d}")
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=FULL")
    connection.execute("PRAGMA foreign_keys=ON")


def begin(connection: sa.Connection) -> None:
    """A writer queues for the lock at once: a late upgrade would fail, not wait."""
    is_writer = connection.get_execution_options().get("writes", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if is_writer else "BEGIN")


@contextmanager
def alone_in(directory: Path) -> Iterator[None]:
    """Keep out other processes that open a journal in this directory, until done.

    Two that turn a new file to WAL at once may both be told that it is locked, at once
    and whatever the busy timeout says.
    """
    directory.mkdir(parents=True, exist_ok=True)
    handle = os.open(directory, os.O_RDONLY)
    try:
        flock(handle, LOCK_EX)
        yield
    finally:
        os.close(handle)
