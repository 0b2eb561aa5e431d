"""Is the journal found where it was asked for, opened durably, or refused with a reason?"""

import os
from contextlib import contextmanager

import pytest
import sqlalchemy as sa

from rehearsal.journal import URL_VARIABLE, JournalError, journal_url, open_journal
from rehearsal.journal.place import engine_for, parse
from tests.rehearsal.journal.facts import RUN, stored

NOBODY = 65534


@pytest.fixture
def ordinary_user():
    """Rights that files can deny: root would be allowed everything."""
    if os.geteuid() != 0:
        yield
        return
    os.seteuid(NOBODY)
    yield
    os.seteuid(0)


@pytest.fixture
def open_directory(tmp_path):
    """A directory that every user reaches; pytest's own are private."""
    above = [path for path in tmp_path.parents if path.name.startswith("pytest-")]
    before = {path: path.stat().st_mode for path in (*above, tmp_path)}
    for path in before:
        path.chmod(0o755)
    yield tmp_path
    for path, mode in before.items():
        path.chmod(mode)


def test_url_is_a_file_unless_told(monkeypatch, tmp_path):
    """The argument outranks the variable, the variable outranks OUT/journal.db."""
    monkeypatch.delenv(URL_VARIABLE, raising=False)
    assert journal_url(tmp_path) == f"sqlite:///{tmp_path}/journal.db"

    monkeypatch.setenv(URL_VARIABLE, "postgresql://db/trials")
    assert journal_url(tmp_path) == "postgresql://db/trials"
    assert journal_url(tmp_path, url="sqlite:///x.db") == "sqlite:///x.db"


def test_plain_postgresql_url_gets_its_driver():
    """People write postgresql://, and need not know the driver."""
    assert parse("postgresql://u@db/trials").drivername == "postgresql+psycopg"


@pytest.mark.parametrize(
    "url",
    [
        "",
        "no url",
        "mysql://u:secret@db/trials",
        "sqlite://",
        "sqlite:///:memory:",
        "postgresql://",
    ],
)
def test_unknown_address_is_refused(url):
    """What is no durable database that we speak is refused, in both languages."""
    with pytest.raises(
        JournalError, match=r"it needs sqlite:///FILE or postgresql://"
    ) as caught:
        open_journal(url)

    assert "cần sqlite:///TỆP hoặc postgresql://" in caught.value.says.vi
    assert "secret" not in str(caught.value)


def test_sqlite_is_opened_durably(fresh_sqlite):
    """Power cuts, waiting writers and foreign keys are provided for on every connection."""
    engine = engine_for(parse(fresh_sqlite))
    names = ("journal_mode", "synchronous", "busy_timeout", "foreign_keys")

    with engine.connect() as connection:
        values = [connection.scalar(sa.text(f"PRAGMA {name}")) for name in names]
    engine.dispose()

    assert values == ["wal", 2, 10_000, 1]


def test_missing_directories_are_made(tmp_path):
    """A first trial needs no preparation."""
    open_journal(f"sqlite:///{tmp_path}/new/deep/journal.db").close()

    assert (tmp_path / "new/deep/journal.db").exists()


def test_relative_path_is_below_the_working_directory(tmp_path, monkeypatch):
    """The URL may name a file as a person would."""
    monkeypatch.chdir(tmp_path)

    open_journal("sqlite:///journal.db").close()

    assert (tmp_path / "journal.db").exists()


def test_file_that_is_no_database_is_refused_untouched(tmp_path):
    """Somebody's file is not overwritten."""
    file = tmp_path / "journal.db"
    file.write_text("a letter, " * 1000)

    with pytest.raises(JournalError, match=r"journal\.db .*needs an SQLite file"):
        open_journal(f"sqlite:///{file}")

    assert file.read_text() == "a letter, " * 1000


def test_directory_in_place_of_the_file_is_refused(tmp_path):
    """The error says where, and what was expected."""
    with pytest.raises(JournalError, match="that are writable"):
        open_journal(f"sqlite:///{tmp_path}")


def test_file_in_place_of_a_directory_is_refused(tmp_path):
    """The error says where, and what was expected."""
    (tmp_path / "file").touch()

    with pytest.raises(JournalError, match=r"file/journal\.db .*that are writable"):
        open_journal(f"sqlite:///{tmp_path}/file/journal.db")


def test_read_only_directory_is_refused(open_directory, ordinary_user):
    """A journal that cannot be written is an error before the trial, not after it."""
    del ordinary_user
    with pytest.raises(JournalError, match="directory and a file that are writable"):
        open_journal(f"sqlite:///{open_directory}/journal.db")


def test_server_that_is_away_is_named_without_its_password():
    """Nobody's password reaches a log."""
    url = "postgresql://city:secret@127.0.0.1:1/trials?password=secret"

    with pytest.raises(JournalError, match=r"127\.0\.0\.1:1.* running PostgreSQL") as caught:
        open_journal(url)

    assert "secret" not in caught.value.says.vi + caught.value.says.en


def test_database_that_does_not_exist_is_refused(fresh_postgresql):
    """A wrong name is told in the server's words."""
    with pytest.raises(JournalError, match="does not exist"):
        open_journal(fresh_postgresql.replace("journal_", "absent_"))


async def test_full_disk_is_told_and_loses_nothing(fresh_sqlite):
    """`record` fails while there is no room; what was there stays; room mends it."""
    with open_journal(fresh_sqlite) as journal:
        journal.begin(RUN)
        await journal.record("r1", [stored(1)])
        with full_disk(journal._engine):
            with pytest.raises(JournalError, match="more room"):
                await journal.record("r1", [stored(number) for number in range(2, 200)])
            assert journal.measurements("r1") == (stored(1),)

        await journal.record("r1", [stored(2)])
        assert journal.measurements("r1") == (stored(1), stored(2))


@contextmanager
def full_disk(engine):
    """The file may not grow: SQLite then says the same as on a full disk."""

    def limit(connection):
        connection.exec_driver_sql("PRAGMA max_page_count = 1")  # what there is, stays

    def free(connection):
        connection.exec_driver_sql("PRAGMA max_page_count = 1000000")

    sa.event.listen(engine, "begin", limit)
    yield
    sa.event.remove(engine, "begin", limit)
    sa.event.listen(engine, "begin", free)
