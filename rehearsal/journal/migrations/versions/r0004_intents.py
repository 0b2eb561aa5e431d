"""What were we about to create, and is it gone? Added, never changed."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from rehearsal.journal.migrations.final import make_final
from rehearsal.journal.tables import Instant, Words

revision = "0004"
down_revision = "0003"

TABLES = ("intent", "acknowledgement", "sweep")


def upgrade() -> None:
    create_intent()
    create_what_became_of_it()
    make_final(*TABLES)


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
