"""What did the first journal hold? Runs, their stages, and measurements that are final.

There is no way down: facts are never thrown away.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

SQLITE_TRIGGERS = (
    """
    CREATE TRIGGER measurement_no_update BEFORE UPDATE ON measurement
    BEGIN SELECT RAISE(ABORT, 'a measurement is final'); END
    """,
    """
    CREATE TRIGGER measurement_no_delete BEFORE DELETE ON measurement
    BEGIN SELECT RAISE(ABORT, 'a measurement is final'); END
    """,
    # INSERT OR REPLACE deletes without firing the trigger above.
    """
    CREATE TRIGGER measurement_no_replace BEFORE INSERT ON measurement
    WHEN EXISTS (
        SELECT 1 FROM measurement WHERE id = NEW.id
        UNION ALL
        SELECT 1 FROM measurement WHERE run_id = NEW.run_id AND round = NEW.round
        AND check_id = NEW.check_id AND target_id = NEW.target_id
    )
    BEGIN SELECT RAISE(ABORT, 'a measurement is final'); END
    """,
)
POSTGRESQL_TRIGGERS = (
    """
    CREATE FUNCTION measurement_is_final() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        RAISE EXCEPTION 'a measurement is final' USING ERRCODE = 'restrict_violation';
    END $$
    """,
    """
    CREATE TRIGGER measurement_no_change BEFORE UPDATE OR DELETE OR TRUNCATE
    ON measurement FOR EACH STATEMENT EXECUTE FUNCTION measurement_is_final()
    """,
)


def upgrade() -> None:
    create_run()
    create_stage()
    create_measurement()
    is_sqlite = op.get_bind().dialect.name == "sqlite"
    for trigger in SQLITE_TRIGGERS if is_sqlite else POSTGRESQL_TRIGGERS:
        op.execute(trigger)


def create_run() -> None:
    op.create_table(
        "run",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("phase", sa.Text, nullable=False),
        sa.Column("city", sa.Text, nullable=False),
        sa.Column("started", sa.DateTime(timezone=True), nullable=False),
        sa.Column("finished", sa.DateTime(timezone=True)),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("verdict", sa.Text),
        sa.Column("resumed", sa.DateTime(timezone=True)),
        sa.Column("resumes", sa.Integer, nullable=False),
        sa.Column("reports_to", sa.Text, nullable=False),
        sa.Column("parameters", sa.JSON, nullable=False),
    )


def create_stage() -> None:
    op.create_table(
        "stage",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("run_id", sa.Text, sa.ForeignKey("run.id"), nullable=False),
        sa.Column("stage", sa.Text, nullable=False),
        sa.Column("began", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended", sa.DateTime(timezone=True)),
        sa.Column("problem", sa.Text, nullable=False),
    )
    op.create_index("ix_stage_run_id", "stage", ["run_id"])


def create_measurement() -> None:
    op.create_table(
        "measurement",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("run_id", sa.Text, sa.ForeignKey("run.id"), nullable=False),
        sa.Column("round", sa.Integer, nullable=False),
        sa.Column("check_id", sa.Text, nullable=False),
        sa.Column("target_id", sa.Text, nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("elapsed_s", sa.Double, nullable=False),
        sa.Column("vantage", sa.Text, nullable=False),
        sa.Column("failure_step", sa.Text),
        sa.Column("failure_kind", sa.Text),
        sa.Column("failure_detail", sa.Text),
        sa.Column("loop_lag_s", sa.Double, nullable=False),
        sa.Column("send_late_s", sa.Double, nullable=False),
        sa.Column("queued_s", sa.Double, nullable=False),
        sa.Column("resolver_answers", sa.Boolean),
        sa.Column("uplink_up", sa.Boolean),
        sa.Column("attempts", sa.JSON, nullable=False),
        sa.Column("evidence", sa.JSON),
        sa.UniqueConstraint(
            "run_id", "round", "check_id", "target_id", name="measurement_once"
        ),
        sa.CheckConstraint(
            "(evidence IS NULL) <> (failure_kind IS NULL)",
            name="measurement_says_one_thing",
        ),
    )
