"""What did people say of targets that no instrument can judge? Kept for ever, too."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from rehearsal.journal.tables import Instant, Json, Words

revision = "0003"
down_revision = "0002"

SQLITE_TRIGGERS = tuple(
    f"""
    CREATE TRIGGER declaration_no_{verb} BEFORE {verb} ON declaration
    BEGIN SELECT RAISE(ABORT, 'a declaration is final'); END
    """
    for verb in ("UPDATE", "DELETE")
)
POSTGRESQL_TRIGGERS = (
    """
    CREATE FUNCTION declaration_is_final() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        RAISE EXCEPTION 'a declaration is final' USING ERRCODE = 'restrict_violation';
    END $$
    """,
    """
    CREATE TRIGGER declaration_no_change BEFORE UPDATE OR DELETE OR TRUNCATE
    ON declaration FOR EACH STATEMENT EXECUTE FUNCTION declaration_is_final()
    """,
)


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
    is_sqlite = op.get_bind().dialect.name == "sqlite"
    for trigger in SQLITE_TRIGGERS if is_sqlite else POSTGRESQL_TRIGGERS:
        op.execute(trigger)
