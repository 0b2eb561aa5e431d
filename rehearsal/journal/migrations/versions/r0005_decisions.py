"""What did people decide and do about a trial? Added, never changed."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from rehearsal.journal.migrations.final import make_final
from rehearsal.journal.tables import Instant, Json, Words

revision = "0005"
down_revision = "0004"

TABLES = ("waiver", "action_event", "recheck", "later_fact")


def upgrade() -> None:
    create_waiver()
    create_action_event()
    create_recheck()
    create_later_fact()
    make_final(*TABLES)


def create_waiver() -> None:
    op.create_table(
        "waiver",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("at", Instant, nullable=False),
        sa.Column("rule", Words, nullable=False),
        sa.Column("subject", Words, nullable=False),
        sa.Column("signed_by", Words, nullable=False),
        sa.Column("role", Words, nullable=False),
        sa.Column("reason", Words, nullable=False),
        sa.Column("expires", Instant, nullable=False),
        sa.Column("withdraws", sa.Integer, sa.ForeignKey("waiver.id")),
    )


def create_action_event() -> None:
    op.create_table(
        "action_event",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("action", Words, nullable=False, index=True),
        sa.Column("at", Instant, nullable=False),
        sa.Column("said_by", Words, nullable=False),
        sa.Column("field", Words, nullable=False),
        sa.Column("value", Words, nullable=False),
    )


def create_recheck() -> None:
    op.create_table(
        "recheck",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("run_id", Words, sa.ForeignKey("run.id"), nullable=False, index=True),
        sa.Column("round", sa.Integer, nullable=False),
        sa.Column("at", Instant, nullable=False),
        sa.Column("parameters", Json, nullable=False),
    )


def create_later_fact() -> None:
    op.create_table(
        "later_fact",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("city", Words, nullable=False),
        sa.Column("unit", Words, nullable=False),
        sa.Column("at", Instant, nullable=False),
        sa.Column("said_by", Words, nullable=False),
        sa.Column("said_at", Instant, nullable=False),
        sa.Column("light", Words, nullable=False),
        sa.Column("note", Words, nullable=False),
    )
