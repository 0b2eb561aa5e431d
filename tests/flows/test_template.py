"""Does a new server begin with the tables of an earlier one, and never with broken ones?"""

import sqlite3
from contextlib import closing

import pytest

from flows import template

HEAD = "a1b2c3"


def migrated(home):
    """A home whose database has been migrated and is being written to."""
    home.mkdir()
    connection = sqlite3.connect(home / template.DATABASE)
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("CREATE TABLE alembic_version (version_num TEXT)")
    connection.execute("INSERT INTO alembic_version VALUES (?)", (HEAD,))
    connection.commit()
    return connection


def marks(home):
    with closing(sqlite3.connect(home / template.DATABASE)) as connection:
        return connection.execute("SELECT version_num FROM alembic_version").fetchall()


@pytest.fixture(autouse=True)
def cache(monkeypatch, tmp_path):
    """A user's cache of our own, still empty."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return tmp_path / "cache"


@pytest.fixture
def lent(tmp_path):
    """A home that wants tables, after an earlier one has kept its own."""
    with closing(migrated(tmp_path / "first")):
        template.keep(tmp_path / "first")
    return tmp_path / "second"


def test_what_one_home_kept_another_is_lent(lent):
    """Also while the first server writes: what it has committed is there."""
    assert template.lend(lent)
    assert marks(lent) == [(HEAD,)]


def test_without_a_copy_the_server_migrates(tmp_path):
    """The first server of a version has to."""
    assert not template.lend(tmp_path / "home")


def test_a_database_is_never_replaced(lent):
    """It holds earlier runs."""
    with closing(migrated(lent)) as connection:
        connection.execute("UPDATE alembic_version SET version_num = 'mine'")
        connection.commit()

    assert template.lend(lent)
    assert marks(lent) == [("mine",)]


@pytest.mark.parametrize("content", [b"", b"no database", "cut short"])
def test_a_broken_copy_is_not_lent(lent, content):
    """Empty after a power cut, not SQLite, or half of it: the server migrates instead."""
    whole = template.kept().read_bytes()
    template.kept().write_bytes(whole[: len(whole) // 2] if content == "cut short" else content)

    assert not template.lend(lent)
    assert list(lent.iterdir()) == []


def test_a_cache_that_cannot_be_written_is_no_failure(lent, cache):
    """A trial does not fail for want of a short cut, and nothing is left half-written."""
    template.kept().unlink()
    cache.joinpath("rehearsal").rmdir()
    cache.joinpath("rehearsal").write_text("a file in its place")

    template.keep(lent.parent / "first")

    assert not template.lend(lent)


def test_nothing_is_kept_of_no_database(tmp_path, cache):
    """With PostgreSQL there is no file to copy."""
    template.keep(tmp_path)

    assert not list(cache.rglob("*.db"))
