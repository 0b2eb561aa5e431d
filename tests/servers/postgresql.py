"""How do tests get a real PostgreSQL? Started, bounded in time, ended by its pid."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql

LIFE_S = 900  # a test run that was killed leaves no server behind for longer
START_S = 30
# These tests kill its clients, never the machine, so that fsync would prove nothing.
SETTINGS = ("fsync=off", "listen_addresses=", "max_connections=60")


def binaries() -> Path | None:
    """Where the newest installed PostgreSQL keeps its programs; None without one."""
    found = Path("/usr/lib/postgresql").glob("*/bin/postgres")
    return max((path.parent for path in found), default=None, key=version)


def version(directory: Path) -> float:
    """The version in `/usr/lib/postgresql/15/bin`."""
    return float(directory.parent.name)


@contextmanager
def postgresql(programs: Path) -> Iterator[str]:
    """A server of our own on a Unix socket; gives the URL of its empty database."""
    home = Path(tempfile.mkdtemp(prefix="rehearsal-pg-"))
    try:
        if is_root():
            shutil.chown(home, "postgres", "postgres")
        make_cluster(programs, home)
        with running(programs, home):
            yield f"postgresql://postgres@/postgres?host={home}"
    finally:
        shutil.rmtree(home)


def is_root() -> bool:
    """PostgreSQL refuses to run as root."""
    return os.geteuid() == 0


def account() -> dict[str, Any]:
    """Whom the server runs as: `postgres` when we are root, ourselves otherwise."""
    return {"user": "postgres", "group": "postgres", "extra_groups": []} if is_root() else {}


def make_cluster(programs: Path, home: Path) -> None:
    """An empty cluster whose only user may connect through the socket."""
    options = ["--auth=trust", "--username=postgres", "--encoding=UTF8", "--locale=C"]
    subprocess.run(
        [programs / "initdb", "--no-sync", *options, home / "data"],
        check=True,
        capture_output=True,
        cwd=home,
        timeout=START_S,
        **account(),
    )


@contextmanager
def running(programs: Path, home: Path) -> Iterator[None]:
    """The server, from its first answer until it has ended."""
    settings = [part for setting in SETTINGS for part in ("-c", setting)]
    command = [programs / "postgres", "-D", home / "data", "-k", home, *settings]
    with (home / "log").open("wb") as log:
        server = subprocess.Popen(
            ["timeout", "--signal=QUIT", str(LIFE_S), *command],
            stdout=log,
            stderr=log,
            cwd=home,
            **account(),
        )
    try:
        wait_ready(programs, home)
        yield
    finally:
        server.send_signal(signal.SIGINT)  # its "fast" shutdown; `timeout` hands it on
        server.wait(START_S)


def wait_ready(programs: Path, home: Path) -> None:
    """Return when the server answers; the log is the error when it never does."""
    question = [programs / "pg_isready", "--quiet", "--host", home]
    for _ in range(START_S * 20):
        if subprocess.run(question, check=False).returncode == 0:
            return
        time.sleep(0.05)
    raise RuntimeError((home / "log").read_text())


def new_database(url: str, name: str) -> str:
    """An empty database in that server, and its URL."""
    with psycopg.connect(url, autocommit=True) as connection:
        statement = sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name))
        connection.execute(statement)
    return url.replace("@/postgres?", f"@/{name}?")
