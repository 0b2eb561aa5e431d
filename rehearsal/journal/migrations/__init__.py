"""How did the journal's tables become what they are? Alembic reads this directory."""
