"""Alembic's entry: one connection, given by the caller, in schema public only."""

from alembic import context
from sqlalchemy import Connection

from voucher_service.schema import is_ours, metadata


def _run(connection: Connection) -> None:
    context.configure(
        connection=connection,
        target_metadata=metadata,
        compare_type=True,
        include_name=is_ours,
        transactional_ddl=True,
    )
    with context.begin_transaction():
        context.run_migrations()


_run(context.config.attributes["connection"])
