"""Idempotent answers, jobs and their queue."""

from typing import Any

import sqlalchemy as sa
from alembic import op
from procrastinate.schema import SchemaManager
from sqlalchemy.dialects import postgresql

from migrations import append_only

revision = "0007"
down_revision = "0006"

_AT = sa.DateTime(timezone=True)
_ROLE = "current_database() || '_app'"


def upgrade() -> None:
    """Create the tables, and the queue in a schema of its own."""
    _answers()
    _jobs()
    _queue()
    _grant("SELECT ON alembic_version")


def _answers() -> None:
    op.create_table(
        "idempotency",
        # The key leads the index: whatever the plan, it is searched by key.
        sa.Column("key", sa.Text(collation="C"), nullable=False),
        sa.Column("principal", sa.Uuid(), nullable=False),
        sa.Column("caller", sa.Uuid(), nullable=False),
        sa.Column("route", sa.Text(), nullable=False),
        sa.Column("payload", sa.LargeBinary(), nullable=False),
        sa.Column("status", sa.SmallInteger(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("location", sa.Text()),
        sa.Column("etag", sa.Text()),
        sa.Column("created_at", _AT, nullable=False, server_default=sa.text("clock_timestamp()")),
        sa.PrimaryKeyConstraint("key", "principal", name=op.f("pk_idempotency")),
    )
    op.create_index(op.f("ix_idempotency_created_at"), "idempotency", ["created_at"])
    _grant("SELECT, INSERT, DELETE ON idempotency")


def _jobs() -> None:
    op.create_table(
        "job",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("params", postgresql.JSONB(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("role", sa.String(40), nullable=False),
        sa.Column("is_referent", sa.Boolean(), nullable=False),
        sa.Column("done", sa.BigInteger(), nullable=False, server_default=sa.text("0")),
        sa.Column("total", sa.BigInteger()),
        sa.Column("outcome", sa.String(40)),
        sa.Column("result", postgresql.JSONB()),
        sa.Column("failure", postgresql.JSONB()),
        sa.Column("created_at", _AT, nullable=False),
        sa.Column("started_at", _AT),
        sa.Column("cancel_requested_at", _AT),
        sa.Column("finished_at", _AT),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_job")),
    )
    op.create_index(op.f("ix_job_organisation_id_id"), "job", ["organisation_id", "id"])
    append_only.working(
        "job", columns="done, total, outcome, result, failure, started_at, cancel_requested_at, finished_at"
    )


def _queue() -> None:
    op.execute("CREATE SCHEMA jobs")
    op.execute("SET LOCAL search_path TO jobs")
    # Many statements at once, which only the driver itself lets through.
    driver: Any = op.get_bind().connection.driver_connection
    driver.execute(SchemaManager.get_schema())
    op.execute("SET LOCAL search_path TO public")
    for privilege in (
        "USAGE ON SCHEMA jobs",
        "SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA jobs",
        "USAGE, SELECT ON ALL SEQUENCES IN SCHEMA jobs",
    ):
        _grant(privilege)


def _grant(privileges: str) -> None:
    op.execute(f"DO $$ BEGIN EXECUTE format('GRANT {privileges} TO %I', {_ROLE}); END $$")
