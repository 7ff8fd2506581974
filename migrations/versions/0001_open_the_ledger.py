"""The ledger opens: books, accounts, entries, transfers, the order of record."""

import sqlalchemy as sa
from alembic import op

from migrations import append_only

revision = "0001"
down_revision = None

_BIG = sa.BigInteger()
_BYTES = sa.Text(collation="C")


def _campaign() -> sa.Column[int]:
    return sa.Column("campaign_id", _BIG, nullable=False, autoincrement=False)


def upgrade() -> None:
    """Create the tables, and freeze those that are written once."""
    append_only.prepare()
    op.execute("CREATE SEQUENCE entry_no_seq")
    append_only.sequence("entry_no_seq")
    _books()
    _journal()
    _record()
    append_only.frozen("book", "colour", "colour_share", "entry", "transfer", "record", "segment")
    append_only.working("account", columns="balance, version")
    append_only.working("to_record", columns="entry_no", delete=True)


def _books() -> None:
    op.create_table(
        "book",
        sa.Column("id", _BIG, sa.Identity(always=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_book"),
    )
    op.create_table(
        "colour",
        _campaign(),
        sa.Column("no", sa.Integer(), nullable=False, autoincrement=False),
        sa.Column("face_cents", _BIG, nullable=False),
        sa.PrimaryKeyConstraint("campaign_id", "no", name="pk_colour"),
    )
    op.create_table(
        "colour_share",
        _campaign(),
        sa.Column("colour", sa.Integer(), nullable=False, autoincrement=False),
        sa.Column("funder", _BYTES, nullable=False),
        sa.Column("advanced_cents", _BIG, nullable=False),
        sa.Column("borne_cents", _BIG, nullable=False),
        sa.PrimaryKeyConstraint("campaign_id", "colour", "funder", name="pk_colour_share"),
    )
    op.create_table(
        "account",
        _campaign(),
        sa.Column("address", _BYTES, nullable=False),
        sa.Column("balance", _BIG, nullable=False, server_default="0"),
        sa.Column("version", _BIG, nullable=False, server_default="0"),
        sa.CheckConstraint("balance >= 0", name="ck_account_never_short"),
        sa.PrimaryKeyConstraint("campaign_id", "address", name="pk_account"),
    )


def _journal() -> None:
    op.create_table(
        "entry",
        _campaign(),
        sa.Column("no", _BIG, nullable=False, autoincrement=False),
        sa.Column("kind", _BYTES, nullable=False),
        sa.Column("effective_on", sa.Date(), nullable=False),
        sa.Column(
            "recorded_at",
            sa.DateTime(timezone=True),
            nullable=False,
            server_default=sa.func.clock_timestamp(),
        ),
        sa.Column("by", sa.Uuid(), nullable=False),
        sa.Column("reverses", _BIG),
        sa.Column("reverses_line", sa.Integer(), nullable=False, server_default="0"),
        sa.PrimaryKeyConstraint("campaign_id", "no", name="pk_entry"),
    )
    op.create_index(
        "uq_entry_reverses",
        "entry",
        ["campaign_id", "reverses", "reverses_line"],
        unique=True,
        postgresql_where=sa.text("reverses IS NOT NULL"),
    )
    op.create_table(
        "transfer",
        _campaign(),
        sa.Column("entry_no", _BIG, nullable=False, autoincrement=False),
        sa.Column("line", sa.Integer(), nullable=False, autoincrement=False),
        sa.Column("debit", _BYTES, nullable=False),
        sa.Column("credit", _BYTES, nullable=False),
        sa.Column("amount", _BIG, nullable=False),
        sa.Column("colour", sa.Integer(), nullable=False),
        sa.CheckConstraint("amount > 0", name="ck_transfer_moves_something"),
        sa.CheckConstraint("debit <> credit", name="ck_transfer_moves_somewhere"),
        sa.PrimaryKeyConstraint("campaign_id", "entry_no", "line", name="pk_transfer"),
    )
    op.create_index("ix_transfer_debit_campaign_id", "transfer", ["debit", "campaign_id"])
    op.create_index("ix_transfer_credit_campaign_id", "transfer", ["credit", "campaign_id"])


def _record() -> None:
    op.create_table(
        "to_record",
        _campaign(),
        sa.Column("entry_no", _BIG, nullable=False, autoincrement=False),
        sa.PrimaryKeyConstraint("campaign_id", "entry_no", name="pk_to_record"),
    )
    op.create_table(
        "record",
        _campaign(),
        sa.Column("position", _BIG, nullable=False, autoincrement=False),
        sa.Column("entry_no", _BIG, nullable=False),
        sa.PrimaryKeyConstraint("campaign_id", "position", name="pk_record"),
        sa.UniqueConstraint("campaign_id", "entry_no", name="uq_record_campaign_id_entry_no"),
    )
    op.create_table(
        "segment",
        _campaign(),
        sa.Column("no", _BIG, nullable=False, autoincrement=False),
        sa.Column("address", _BYTES, nullable=False),
        sa.Column("colour", sa.Integer(), nullable=False, autoincrement=False),
        sa.Column("effective_on", sa.Date(), nullable=False),
        sa.Column("debits", _BIG, nullable=False),
        sa.Column("credits", _BIG, nullable=False),
        sa.PrimaryKeyConstraint("campaign_id", "no", "address", "colour", "effective_on", name="pk_segment"),
    )
