"""Does the database have the tables of this version, and who gives them to it?"""

from __future__ import annotations

from contextlib import nullcontext
from pathlib import Path

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory

from rehearsal.journal.place import alone_in, file_of, named
from rehearsal.journal.problem import NewerJournal, told

MIGRATIONS = Path(__file__).parent / "migrations"
VERSION_TABLE = "journal_version"  # not Alembic's default: Prefect may share the database
ADVISORY_CLASS = 0x72656865  # "rehe": our half of PostgreSQL's two-part lock keys
ADVISORY_MIGRATION = 1
ADVISORY_TRIAL = 2


def prepare(engine: sa.Engine) -> None:
    """Bring the database to this version, in one transaction and one process at a time.

    NewerJournal when it was made by a newer version, Unusable when it cannot be used.
    """
    file = file_of(engine.url)
    entry = nullcontext() if file is None else alone_in(file.absolute().parent)
    writer = engine.execution_options(writes=True)
    with told(named(engine.url)), entry, writer.begin() as connection:
        wait_for_others(connection)
        upgrade(connection)


def wait_for_others(connection: sa.Connection) -> None:
    """In PostgreSQL an advisory lock lets one process migrate until its commit."""
    if connection.dialect.name == "postgresql":
        key = sa.func.pg_advisory_xact_lock(ADVISORY_CLASS, ADVISORY_MIGRATION)
        connection.execute(sa.select(key))


def upgrade(connection: sa.Connection) -> None:
    """Run the migrations that the database has not seen."""
    scripts = ScriptDirectory(str(MIGRATIONS))
    found, head = revision(connection), scripts.get_current_head()
    if found == head:
        return
    if found not in {None, *(known.revision for known in scripts.walk_revisions())}:
        raise NewerJournal(named(connection.engine.url), str(found), str(head))
    command.upgrade(configuration(connection), "head")


def revision(connection: sa.Connection) -> str | None:
    """The version that the database says it has; None when it is new."""
    options = {"version_table": VERSION_TABLE}
    return MigrationContext.configure(connection, opts=options).get_current_revision()


def configuration(connection: sa.Connection) -> Config:
    """What an alembic.ini would say, so that nobody needs one."""
    config = Config(attributes={"connection": connection})
    path = str(MIGRATIONS).replace("%", "%%")  # Alembic interpolates its options
    config.set_main_option("script_location", path)
    return config
