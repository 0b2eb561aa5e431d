"""On which connection do the migrations run? On the one that `schema.prepare` opened."""

from __future__ import annotations

from alembic import context

from rehearsal.journal.schema import VERSION_TABLE
from rehearsal.journal.tables import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    version_table=VERSION_TABLE,
)
with context.begin_transaction():
    context.run_migrations()
