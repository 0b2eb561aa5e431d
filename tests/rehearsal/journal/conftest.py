"""Which databases must keep every promise of the journal? SQLite and PostgreSQL."""

from __future__ import annotations

import os
from collections.abc import Iterator
from itertools import count
from pathlib import Path

import pytest

from rehearsal.journal import Journal, open_journal
from tests.rehearsal.journal.facts import RUN
from tests.servers.postgresql import binaries, new_database, postgresql

DATABASE_NUMBERS = count(1)


@pytest.fixture(scope="session")
def postgresql_url() -> Iterator[str]:
    """A running PostgreSQL; without one, the tests on it say what they miss."""
    programs = binaries()
    if programs is None and os.environ.get("CI") != "true":
        pytest.skip("PostgreSQL is not installed: its half of the journal is not tested")
    assert programs is not None, "CI must have PostgreSQL: apt-get install postgresql"
    with postgresql(programs) as url:
        yield url


@pytest.fixture
def fresh_postgresql(postgresql_url: str) -> str:
    """An empty PostgreSQL database."""
    return new_database(postgresql_url, f"journal_{next(DATABASE_NUMBERS)}")


@pytest.fixture
def fresh_sqlite(tmp_path: Path) -> str:
    """An SQLite file that does not exist yet."""
    return f"sqlite:///{tmp_path}/journal.db"


@pytest.fixture(params=["fresh_sqlite", "fresh_postgresql"])
def url(request: pytest.FixtureRequest) -> str:
    """An empty database of each kind."""
    return str(request.getfixturevalue(request.param))


@pytest.fixture
def journal(url: str) -> Iterator[Journal]:
    """A journal in which one run has begun."""
    with open_journal(url) as opened:
        opened.begin(RUN)
        yield opened
