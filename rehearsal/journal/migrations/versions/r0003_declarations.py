"""What did people say of targets that no instrument can judge? Kept for ever, too."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from rehearsal.journal.migrations.final import make_final
from rehearsal.journal.tables import Instant, Json, Words

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    op.create_table(
        "declaration",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("run_id", Words, sa.ForeignKey("run.id"), nullable=False, index=True),
        sa.Column("check_id", Words, nullable=False),
        sa.Column("target_id", Words, nullable=False),
        sa.Column("said_by", Words, nullable=False),
        sa.Column("said_at", Instant, nullable=False),
        sa.Column("answers", Json, nullable=False),
    )
    make_final("declaration")
