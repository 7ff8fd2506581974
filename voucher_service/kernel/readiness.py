"""Readiness: whether the database can be written to, and by which migration its tables were last changed."""

from dataclasses import dataclass
from typing import ClassVar

from sqlalchemy import text
from sqlalchemy.orm import Session

from voucher_service.kernel.refusal import Kind, Refusal

# Drawing a transaction id is a write: a standby or a read-only server refuses it.
_PROBE = text("SELECT pg_current_xact_id()::text, (SELECT version_num FROM alembic_version)")


@dataclass(eq=False)
class DatabaseIsBehind(Refusal):
    """The tables are older than the service: the operator runs voucher-service migrate.

    FR: Les tables sont plus anciennes que le service : l'opérateur lance voucher-service migrate.
    """

    kind: ClassVar[Kind] = Kind.UNAVAILABLE

    migration: str
    newest: str


def migration(session: Session, *, newest: str) -> str:
    """Name the migration that the database is at, having proved that it takes writes.

    A database ahead of the code is being updated, and is worked with. Raises ``DatabaseIsBehind``.
    """
    found = present(session)
    if found < newest:
        raise DatabaseIsBehind(found, newest)
    return found


def present(session: Session) -> str:
    """Name the migration that the database is at, having proved that it takes writes."""
    return str(session.execute(_PROBE).one()[1])
