"""How is a table made one whose rows are added and never changed?"""

from __future__ import annotations

from alembic import op


def make_final(*tables: str) -> None:
    """Have the database itself refuse to change or remove what stands in them."""
    is_sqlite = op.get_bind().dialect.name == "sqlite"
    for table in tables:
        for trigger in _of_sqlite(table) if is_sqlite else _of_postgresql(table):
            op.execute(trigger)


def _of_sqlite(table: str) -> tuple[str, ...]:
    return tuple(
        f"""
        CREATE TRIGGER {table}_no_{verb} BEFORE {verb} ON {table}
        BEGIN SELECT RAISE(ABORT, '{_refusal(table)}'); END
        """
        for verb in ("UPDATE", "DELETE")
    )


def _of_postgresql(table: str) -> tuple[str, ...]:
    return (
        f"""
        CREATE FUNCTION {table}_is_final() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            RAISE EXCEPTION '{_refusal(table)}' USING ERRCODE = 'restrict_violation';
        END $$
        """,
        f"""
        CREATE TRIGGER {table}_no_change BEFORE UPDATE OR DELETE OR TRUNCATE
        ON {table} FOR EACH STATEMENT EXECUTE FUNCTION {table}_is_final()
        """,
    )


def _refusal(table: str) -> str:
    article = "an" if table[0] in "aeiou" else "a"
    return f"{article} {table} is final"
