"""What were we about to create, and is it gone? Added, never changed."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from rehearsal.journal.tables import Instant, Words

revision = "0004"
down_revision = "0003"

TABLES = ("intent", "acknowledgement", "sweep")


def upgrade() -> None:
    create_intent()
    create_what_became_of_it()
    is_sqlite = op.get_bind().dialect.name == "sqlite"
    for table in TABLES:
        for trigger in sqlite_triggers(table) if is_sqlite else postgresql_triggers(table):
            op.execute(trigger)


def sqlite_triggers(table: str) -> tuple[str, ...]:
    return tuple(
        f"""
        CREATE TRIGGER {table}_no_{verb} BEFORE {verb} ON {table}
        BEGIN SELECT RAISE(ABORT, 'an {table} is final'); END
        """
        for verb in ("UPDATE", "DELETE")
    )


def postgresql_triggers(table: str) -> tuple[str, ...]:
    return (
        f"""
        CREATE FUNCTION {table}_is_final() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            RAISE EXCEPTION 'an {table} is final' USING ERRCODE = 'restrict_violation';
        END $$
        """,
        f"""
        CREATE TRIGGER {table}_no_change BEFORE UPDATE OR DELETE OR TRUNCATE
        ON {table} FOR EACH STATEMENT EXECUTE FUNCTION {table}_is_final()
        """,
    )


def create_intent() -> None:
    op.create_table(
        "intent",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("run_id", Words, sa.ForeignKey("run.id"), nullable=False, index=True),
        sa.Column("marker", Words, nullable=False, unique=True),
        sa.Column("check_id", Words, nullable=False),
        sa.Column("target_id", Words, nullable=False),
        sa.Column("store", Words, nullable=False),
        sa.Column("at", Instant, nullable=False),
    )


def create_what_became_of_it() -> None:
    op.create_table(
        "acknowledgement",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("marker", Words, nullable=False, index=True),
        sa.Column("record_id", Words, nullable=False),
    )
    op.create_table(
        "sweep",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("marker", Words, nullable=False, index=True),
        sa.Column("at", Instant, nullable=False),
        sa.Column("found", sa.Integer, nullable=False),
        sa.Column("removed", sa.Integer, nullable=False),
        sa.Column("strangers", sa.Integer, nullable=False),
        sa.Column("is_gone", sa.Boolean, nullable=False),
        sa.Column("problem", Words, nullable=False),
    )
