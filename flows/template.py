"""How does a new Prefect server get its tables without a hundred migrations?

The first server of a user migrates an empty database, which takes seconds of a core;
every later one of the same version begins with a copy of that. Whatever is wrong with
the copy, the server migrates as if there were none.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
import tempfile
from collections.abc import Callable
from contextlib import closing, suppress
from importlib.metadata import version
from pathlib import Path

DATABASE = "prefect.db"  # what Prefect calls it, below its home
UNUSABLE = (OSError, sqlite3.Error)  # no copy, no room, no right: it only takes longer


def kept() -> Path:
    """Where the copy lies: in the user's cache, one for each version of Prefect."""
    cache = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(cache, "rehearsal", f"prefect-{version('prefect')}.db")


def lend(home: Path) -> bool:
    """Make a home, and give it the copy if it has no database; whether it has one now."""
    home.mkdir(parents=True, exist_ok=True)
    database = home / DATABASE
    with suppress(*UNUSABLE):
        if not database.exists() and _has_tables(kept()):
            _put(database, lambda new: shutil.copyfile(kept(), new))
    return database.exists()


def keep(home: Path) -> None:
    """Keep a copy of that home's database, which is migrated and holds no run yet."""
    with suppress(*UNUSABLE):
        kept().parent.mkdir(parents=True, exist_ok=True)
        _put(kept(), lambda new: _copy(home / DATABASE, new))


def _put(file: Path, write: Callable[[Path], object]) -> None:
    """Write it aside and rename it: whoever looks sees all of it or nothing."""
    with tempfile.TemporaryDirectory(dir=file.parent) as aside:
        new = Path(aside, file.name)
        write(new)
        new.replace(file)


def _has_tables(database: Path) -> bool:
    """Whether it is whole and a migration has put its mark on it."""
    with closing(_opened(database)) as connection:
        (answer,) = connection.execute("PRAGMA quick_check").fetchone()
        marks = connection.execute("SELECT version_num FROM alembic_version").fetchall()
        return bool(answer == "ok" and marks)


def _copy(database: Path, new: Path) -> None:
    """One consistent state of a database that its server may be writing to."""
    with closing(_opened(database)) as connection:
        connection.execute("VACUUM INTO ?", (str(new),))


def _opened(database: Path) -> sqlite3.Connection:
    return sqlite3.connect(f"{database.absolute().as_uri()}?mode=ro", uri=True)
