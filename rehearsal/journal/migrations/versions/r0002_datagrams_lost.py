"""How many datagrams did our own kernel drop while we measured?"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    column = sa.Column("datagrams_lost", sa.Integer, nullable=False, server_default="0")
    op.add_column("measurement", column)
