"""Prepare runs: approvals that a change voids, payments taken out, files that were exported and acknowledged."""

import sqlalchemy as sa
from alembic import op

from migrations import append_only

revision = "0019"
down_revision = "0018"

_BIG = sa.BigInteger()
_CODE = sa.Text(collation="C")
_TEXT = sa.Text()
_WORD = sa.String(40)
_AT = sa.DateTime(timezone=True)
_TERMS = ("minimum_payment_cents", "third_approval_cents")


def upgrade() -> None:
    """Add the terms, let a run have several approvals, and create what happens to it before and after it leaves."""
    _runs()
    _changes()
    _files()
    _acknowledgements()
    append_only.working("campaign", columns=", ".join(_TERMS))
    append_only.frozen("run_change", "run_file", "run_export", "run_acknowledgement")


def downgrade() -> None:
    """Forget all of it; of the approvals of one run only the first is kept."""
    for table in ("run_acknowledgement", "run_export", "run_file", "run_change"):
        op.drop_table(table)
    op.execute("ALTER TABLE run_approval DISABLE TRIGGER run_approval_is_append_only")
    op.execute(
        "DELETE FROM run_approval AS later USING run_approval AS first WHERE later.campaign_id = first.campaign_id"
        " AND later.run_no = first.run_no AND (later.at, later.by) > (first.at, first.by)"
    )
    op.execute("ALTER TABLE run_approval ENABLE TRIGGER run_approval_is_append_only")
    op.drop_constraint(op.f("pk_run_approval"), "run_approval")
    op.create_primary_key(op.f("pk_run_approval"), "run_approval", ["campaign_id", "run_no"])
    op.drop_column("run_payment", "is_first")
    for name in ("approvals_needed", "is_last", "minimum_cents"):
        op.drop_column("payment_run", name)
    for name in ("most_cents", "most_payments"):
        op.drop_column("paying_account", name)
    for name in _TERMS:
        op.drop_column("campaign", name)


def _runs() -> None:
    for name in _TERMS:
        op.add_column("campaign", sa.Column(name, _BIG, nullable=True))
    op.add_column("paying_account", sa.Column("most_payments", _BIG, nullable=True))
    op.add_column("paying_account", sa.Column("most_cents", _BIG, nullable=True))
    op.add_column("payment_run", sa.Column("minimum_cents", _BIG, server_default="0", nullable=False))
    op.add_column("payment_run", sa.Column("is_last", sa.Boolean(), server_default="false", nullable=False))
    op.add_column(
        "payment_run", sa.Column("approvals_needed", sa.SmallInteger(), server_default="1", nullable=False)
    )
    op.add_column("run_payment", sa.Column("is_first", sa.Boolean(), server_default="false", nullable=False))
    op.drop_constraint(op.f("pk_run_approval"), "run_approval")
    op.create_primary_key(
        op.f("pk_run_approval"), "run_approval", ["campaign_id", "run_no", "content_hash", "by"]
    )


def _key(name: str) -> sa.Column[int]:
    return sa.Column(name, _BIG, autoincrement=False, nullable=False)


def _said() -> list[sa.Column[object]]:
    return [sa.Column("at", _AT, nullable=False), sa.Column("by", sa.Uuid(), nullable=False)]


def _of_run(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["campaign_id", "run_no"],
        ["payment_run.campaign_id", "payment_run.no"],
        name=op.f(f"fk_{table}_campaign_id_run_no_payment_run"),
    )


def _changes() -> None:
    op.create_table(
        "run_change",
        _key("campaign_id"),
        _key("run_no"),
        _key("no"),
        sa.Column("cause", _WORD, nullable=False),
        sa.Column("note", _TEXT, nullable=True),
        sa.Column("payments", _BIG, nullable=False),
        sa.Column("redemptions", _BIG, nullable=False),
        sa.Column("total_cents", _BIG, nullable=False),
        sa.Column("content_hash", sa.LargeBinary(), nullable=False),
        sa.Column("entry_no", _BIG, nullable=False),
        *_said(),
        _of_run("run_change"),
        sa.PrimaryKeyConstraint("campaign_id", "run_no", "no", name=op.f("pk_run_change")),
    )


def _files() -> None:
    op.create_table(
        "run_file",
        _key("campaign_id"),
        _key("run_no"),
        sa.Column("form", _WORD, nullable=False),
        _key("no"),
        sa.Column("reference", _CODE, nullable=False),
        sa.Column("payments", _BIG, nullable=False),
        sa.Column("total_cents", _BIG, nullable=False),
        sa.Column("sha256", sa.LargeBinary(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        *_said(),
        _of_run("run_file"),
        sa.PrimaryKeyConstraint("campaign_id", "run_no", "form", "no", name=op.f("pk_run_file")),
        sa.UniqueConstraint("reference", "form", name=op.f("uq_run_file_reference_form")),
    )
    op.create_table(
        "run_export",
        sa.Column("id", _BIG, sa.Identity(always=True), nullable=False),
        sa.Column("campaign_id", _BIG, nullable=False),
        sa.Column("run_no", _BIG, nullable=False),
        sa.Column("form", _WORD, nullable=False),
        *_said(),
        _of_run("run_export"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_run_export")),
    )
    op.create_index(op.f("ix_run_export_campaign_id_run_no"), "run_export", ["campaign_id", "run_no"])


def _acknowledgements() -> None:
    op.create_table(
        "run_acknowledgement",
        _key("campaign_id"),
        _key("run_no"),
        sa.Column("form", _WORD, nullable=False),
        _key("file_no"),
        sa.Column("told_by", _TEXT, nullable=False),
        *_said(),
        sa.ForeignKeyConstraint(
            ["campaign_id", "run_no", "form", "file_no"],
            ["run_file.campaign_id", "run_file.run_no", "run_file.form", "run_file.no"],
            name=op.f("fk_run_acknowledgement_run_file"),
        ),
        sa.PrimaryKeyConstraint(
            "campaign_id", "run_no", "form", "file_no", name=op.f("pk_run_acknowledgement")
        ),
    )
