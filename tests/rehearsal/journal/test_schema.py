"""Do the migrations build what the tables say, once, and never backwards?"""

from contextlib import ExitStack

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext

from rehearsal.journal import NewerJournal, open_journal
from rehearsal.journal.place import alone_in, engine_for, parse
from rehearsal.journal.schema import VERSION_TABLE
from rehearsal.journal.tables import metadata
from tests.rehearsal.journal.children import CHILDREN, child, open_at_once
from tests.rehearsal.journal.facts import RUN

OPENERS = 4
ANSWER_S = 30


@pytest.fixture
def engine(url):
    """A database that was migrated, past the journal."""
    open_journal(url).close()
    engine = engine_for(parse(url))
    yield engine
    engine.dispose()


def test_migrations_build_the_tables(engine):
    """A database that was migrated has what the code believes, and nothing else."""
    options = {"version_table": VERSION_TABLE, "compare_server_default": True}
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts=options)

        assert compare_metadata(context, metadata) == []


def test_newer_journal_is_refused(engine, url):
    """An old program does not write into tables that it does not understand."""
    with engine.begin() as connection:
        connection.execute(sa.text(f"UPDATE {VERSION_TABLE} SET version_num = '9999'"))

    with pytest.raises(NewerJournal, match=r"newer version .*9999.* 0005"):
        open_journal(url)


def test_prefect_may_share_the_database(url):
    """Another program's Alembic version is not taken for ours."""
    engine = engine_for(parse(url))
    with engine.begin() as connection:
        connection.execute(sa.text("CREATE TABLE alembic_version (version_num TEXT)"))
        connection.execute(sa.text("INSERT INTO alembic_version VALUES ('theirs')"))
    engine.dispose()

    with open_journal(url) as journal:
        assert journal.runs() == ()


def test_processes_may_open_a_new_journal_at_once(url):
    """One of them migrates, the others wait for it; all can use it."""
    start = CHILDREN.Barrier(OPENERS)
    with ExitStack() as stack:
        pipes = [
            stack.enter_context(child(open_at_once, url, start))[1] for _ in range(OPENERS)
        ]
        assert all(pipe.poll(ANSWER_S) for pipe in pipes)
        assert [pipe.recv() for pipe in pipes] == [0] * OPENERS


def test_opening_waits_for_another_opening(fresh_sqlite, tmp_path):
    """SQLite refuses, without waiting, to turn one new file to WAL twice at once."""
    start = CHILDREN.Barrier(2)
    with child(open_at_once, fresh_sqlite, start) as (_, pipe):
        with alone_in(tmp_path):
            start.wait()
            assert not pipe.poll(0.3)
            assert not (tmp_path / "journal.db").exists()

        assert pipe.poll(ANSWER_S)
        assert pipe.recv() == 0


def test_interrupted_migration_leaves_nothing(url, monkeypatch):
    """Tables and version appear together or not at all, so that the next try succeeds."""
    with monkeypatch.context() as broken:
        broken.setattr("alembic.op.create_index", interrupt)
        with pytest.raises(KeyboardInterrupt):
            open_journal(url)

    with open_journal(url) as journal:
        journal.begin(RUN)
        assert journal.run("r1") == RUN


def interrupt(*_arguments):
    """What Ctrl-C does."""
    raise KeyboardInterrupt
