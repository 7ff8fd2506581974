"""Who may change what: facts are written once, by privilege and by trigger both."""

from alembic import op

_FUNCTION = """
CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'table % is append-only: a correction is a new row', TG_TABLE_NAME
        USING ERRCODE = 'restrict_violation';
END $$
"""

_ROLE = """
DO $$ BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = current_database() || '_app') THEN
        EXECUTE format('CREATE ROLE %I NOLOGIN', current_database() || '_app');
    END IF;
    EXECUTE format('GRANT %I TO CURRENT_USER', current_database() || '_app');
    EXECUTE format('GRANT USAGE ON SCHEMA public TO %I', current_database() || '_app');
END $$
"""


def prepare() -> None:
    """Create the data role ``<database>_app`` and the function that every frozen table calls."""
    op.execute(_ROLE)
    op.execute(_FUNCTION)


def _grant(privileges: str, on: str) -> None:
    op.execute(
        "DO $$ BEGIN EXECUTE "
        f"format('GRANT {privileges} ON {on} TO %I', current_database() || '_app'); END $$"
    )


def frozen(*tables: str) -> None:
    """Let the service insert and read these tables, and nobody change, delete or truncate them."""
    for table in tables:
        _grant("SELECT, INSERT", table)
        op.execute(
            f"CREATE TRIGGER {table}_is_append_only BEFORE UPDATE OR DELETE ON {table} "
            "FOR EACH ROW EXECUTE FUNCTION refuse_change()"
        )
        op.execute(
            f"CREATE TRIGGER {table}_is_never_emptied BEFORE TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
        )


def working(table: str, *, columns: str = "", delete: bool = False) -> None:
    """Let the service also update this table (only ``columns`` where named) and, if said, delete from it."""
    _grant("SELECT, INSERT", table)
    _grant(f"UPDATE ({columns})" if columns else "UPDATE", table)
    if delete:
        _grant("DELETE", table)


def erasable(table: str) -> None:
    """Let the service insert, read and erase the rows of this table, never change one."""
    _grant("SELECT, INSERT, DELETE", table)


def sequence(name: str) -> None:
    """Let the service draw numbers from this sequence."""
    _grant("USAGE, SELECT", f"SEQUENCE {name}")
