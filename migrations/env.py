"""Alembic's entry: one connection, given by the caller, in schema public only."""

from typing import Any

from alembic import context
from sqlalchemy import Connection

from voucher_service.schema import metadata


def _only_ours(_name: str | None, kind: str, parents: Any) -> bool:
    return kind != "schema" and parents.get("schema_name") in (None, "public")


def _run(connection: Connection) -> None:
    context.configure(
        connection=connection,
        target_metadata=metadata,
        compare_type=True,
        include_name=_only_ours,
        transactional_ddl=True,
    )
    with context.begin_transaction():
        context.run_migrations()


_run(context.config.attributes["connection"])
