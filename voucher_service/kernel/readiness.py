"""Readiness: whether the database can be written to, and by which migration its tables were last changed."""

from sqlalchemy import text
from sqlalchemy.orm import Session

# Drawing a transaction id is a write: a standby or a read-only server refuses it.
_PROBE = text("SELECT pg_current_xact_id()::text, (SELECT version_num FROM alembic_version)")


def migration(session: Session) -> str:
    """Name the migration that the database is at, having proved that it takes writes."""
    return str(session.execute(_PROBE).one()[1])
