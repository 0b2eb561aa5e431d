"""Which tables hold a trial? The migrations create them; a test keeps both equal."""

from __future__ import annotations

from datetime import UTC, datetime

import sqlalchemy as sa

from rehearsal.journal.plain import visible


class Instant(sa.TypeDecorator[datetime]):
    """An aware time, kept and given back in UTC; SQLite itself keeps no zone."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(
        self, value: datetime | None, dialect: sa.Dialect
    ) -> datetime | None:
        """Refuse a time without a zone: nobody could say later when it was."""
        del dialect
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"{value} has no time zone")
        return value.astimezone(UTC)

    def process_result_value(
        self, value: datetime | None, dialect: sa.Dialect
    ) -> datetime | None:
        """What SQLite gives back without a zone is UTC."""
        del dialect
        if value is None:
            return None
        return value.astimezone(UTC) if value.tzinfo else value.replace(tzinfo=UTC)


class Words(sa.TypeDecorator[str]):
    """Text that may hold foreign words; what no database takes is written out."""

    impl = sa.Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: sa.Dialect) -> str | None:
        """Make NULs and lone surrogates visible."""
        del dialect
        return value if value is None else visible(str(value))


Json = sa.JSON(none_as_null=True)  # kept as it was written, also by PostgreSQL
metadata = sa.MetaData()

run = sa.Table(
    "run",
    metadata,
    sa.Column("id", Words, primary_key=True),
    sa.Column("phase", Words, nullable=False),
    sa.Column("city", Words, nullable=False),
    sa.Column("started", Instant, nullable=False),
    sa.Column("finished", Instant),
    sa.Column("state", Words, nullable=False),
    sa.Column("verdict", Words),
    sa.Column("resumed", Instant),
    sa.Column("resumes", sa.Integer, nullable=False),
    sa.Column("reports_to", Words, nullable=False),
    sa.Column("parameters", Json, nullable=False),
)

stage = sa.Table(
    "stage",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("run_id", Words, sa.ForeignKey("run.id"), nullable=False, index=True),
    sa.Column("stage", Words, nullable=False),
    sa.Column("began", Instant, nullable=False),
    sa.Column("ended", Instant),
    sa.Column("problem", Words, nullable=False),
)

measurement = sa.Table(
    "measurement",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("run_id", Words, sa.ForeignKey("run.id"), nullable=False),
    sa.Column("round", sa.Integer, nullable=False),
    sa.Column("check_id", Words, nullable=False),
    sa.Column("target_id", Words, nullable=False),
    sa.Column("started_at", Instant, nullable=False),
    sa.Column("elapsed_s", sa.Double, nullable=False),
    sa.Column("vantage", Words, nullable=False),
    sa.Column("failure_step", Words),
    sa.Column("failure_kind", Words),
    sa.Column("failure_detail", Words),
    sa.Column("loop_lag_s", sa.Double, nullable=False),
    sa.Column("send_late_s", sa.Double, nullable=False),
    sa.Column("queued_s", sa.Double, nullable=False),
    sa.Column("resolver_answers", sa.Boolean),
    sa.Column("uplink_up", sa.Boolean),
    sa.Column("datagrams_lost", sa.Integer, nullable=False, server_default="0"),
    sa.Column("attempts", Json, nullable=False),
    sa.Column("evidence", Json),
    sa.UniqueConstraint("run_id", "round", "check_id", "target_id", name="measurement_once"),
    sa.CheckConstraint(
        "(evidence IS NULL) <> (failure_kind IS NULL)", name="measurement_says_one_thing"
    ),
)

declaration = sa.Table(
    "declaration",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("run_id", Words, sa.ForeignKey("run.id"), nullable=False, index=True),
    sa.Column("check_id", Words, nullable=False),
    sa.Column("target_id", Words, nullable=False),
    sa.Column("said_by", Words, nullable=False),
    sa.Column("said_at", Instant, nullable=False),
    sa.Column("answers", Json, nullable=False),
)

intent = sa.Table(
    "intent",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("run_id", Words, sa.ForeignKey("run.id"), nullable=False, index=True),
    sa.Column("marker", Words, nullable=False, unique=True),
    sa.Column("check_id", Words, nullable=False),
    sa.Column("target_id", Words, nullable=False),
    sa.Column("store", Words, nullable=False),
    sa.Column("at", Instant, nullable=False),
)

# What a system called a record: a hint for the clean-up, and no proof of anything.
acknowledgement = sa.Table(
    "acknowledgement",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("marker", Words, nullable=False, index=True),
    sa.Column("record_id", Words, nullable=False),
)

sweep = sa.Table(
    "sweep",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("marker", Words, nullable=False, index=True),
    sa.Column("at", Instant, nullable=False),
    sa.Column("found", sa.Integer, nullable=False),
    sa.Column("removed", sa.Integer, nullable=False),
    sa.Column("strangers", sa.Integer, nullable=False),
    sa.Column("is_gone", sa.Boolean, nullable=False),
    sa.Column("problem", Words, nullable=False),
)

# A rule that somebody signs for; `withdraws` takes an earlier one back.
waiver = sa.Table(
    "waiver",
    metadata,
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

# One cell of a follow-up action, as somebody wrote it.
action_event = sa.Table(
    "action_event",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("action", Words, nullable=False, index=True),
    sa.Column("at", Instant, nullable=False),
    sa.Column("said_by", Words, nullable=False),
    sa.Column("field", Words, nullable=False),
    sa.Column("value", Words, nullable=False),
)

# What was measured again, and in which round of `measurement` it stands.
recheck = sa.Table(
    "recheck",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("run_id", Words, sa.ForeignKey("run.id"), nullable=False, index=True),
    sa.Column("round", sa.Integer, nullable=False),
    sa.Column("at", Instant, nullable=False),
    sa.Column("parameters", Json, nullable=False),
)

# How a unit did when it had gone live, to hold our predictions against.
later_fact = sa.Table(
    "later_fact",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("city", Words, nullable=False),
    sa.Column("unit", Words, nullable=False),
    sa.Column("at", Instant, nullable=False),
    sa.Column("said_by", Words, nullable=False),
    sa.Column("said_at", Instant, nullable=False),
    sa.Column("light", Words, nullable=False),
    sa.Column("note", Words, nullable=False),
)
