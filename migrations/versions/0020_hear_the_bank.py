"""Hear the bank: its files, the movements that they tell, its answers per payment, and what each movement meant."""

import sqlalchemy as sa
from alembic import op

from migrations import append_only

revision = "0020"
down_revision = "0019"

_BIG = sa.BigInteger()
_CODE = sa.Text(collation="C")
_AT = sa.DateTime(timezone=True)
_TABLES = ("bank_message", "bank_line", "bank_telling", "bank_resolution", "payment_answer", "bank_balance")


def upgrade() -> None:
    """Create the tables, and freeze them: all of them are facts."""
    _messages()
    _lines()
    _resolutions()
    _answers()
    _balances()
    append_only.frozen(*_TABLES)


def downgrade() -> None:
    """Forget what the bank said; what it led to stays in the books."""
    for table in reversed(_TABLES):
        op.drop_table(table)


def _messages() -> None:
    op.create_table(
        "bank_message",
        sa.Column("no", _BIG, sa.Identity(always=True), nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("reference", _CODE, nullable=False),
        sa.Column("lines", _BIG, nullable=False),
        sa.Column("at", _AT, nullable=False),
        sa.Column("by", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("no", name=op.f("pk_bank_message")),
        sa.UniqueConstraint("digest", name=op.f("uq_bank_message_digest")),
    )


def _lines() -> None:
    op.create_table(
        "bank_line",
        sa.Column("no", _BIG, sa.Identity(always=True), nullable=False),
        sa.Column("message_no", _BIG, nullable=False),
        sa.Column("iban", _CODE, nullable=False),
        sa.Column("reference", _CODE, nullable=False),
        sa.Column("amount_cents", _BIG, nullable=False),
        sa.Column("is_credit", sa.Boolean(), nullable=False),
        sa.Column("booked_on", sa.Date(), nullable=False),
        sa.Column("end_to_end_id", _CODE),
        sa.Column("name", sa.Text()),
        sa.Column("counterparty_iban", _CODE),
        sa.Column("remittance", sa.Text()),
        sa.Column("code", _CODE),
        sa.Column("is_return", sa.Boolean(), nullable=False),
        sa.Column("return_reason", _CODE),
        sa.Column("fingerprint", sa.LargeBinary(), nullable=False),
        sa.Column("likeness", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["message_no"], ["bank_message.no"], name=op.f("fk_bank_line_message_no_bank_message")
        ),
        sa.PrimaryKeyConstraint("no", name=op.f("pk_bank_line")),
        sa.UniqueConstraint("fingerprint", name=op.f("uq_bank_line_fingerprint")),
    )
    op.create_index(op.f("ix_bank_line_likeness"), "bank_line", ["likeness"])
    op.create_index(op.f("ix_bank_line_iban_booked_on"), "bank_line", ["iban", "booked_on"])
    op.create_table(
        "bank_telling",
        sa.Column("line_no", _BIG, autoincrement=False, nullable=False),
        sa.Column("message_no", _BIG, autoincrement=False, nullable=False),
        sa.ForeignKeyConstraint(
            ["line_no"], ["bank_line.no"], name=op.f("fk_bank_telling_line_no_bank_line")
        ),
        sa.ForeignKeyConstraint(
            ["message_no"], ["bank_message.no"], name=op.f("fk_bank_telling_message_no_bank_message")
        ),
        sa.PrimaryKeyConstraint("line_no", "message_no", name=op.f("pk_bank_telling")),
    )


def _resolutions() -> None:
    op.create_table(
        "bank_resolution",
        sa.Column("line_no", _BIG, autoincrement=False, nullable=False),
        sa.Column("meaning", sa.String(40), nullable=False),
        sa.Column("campaign_id", _BIG, nullable=False),
        sa.Column("reference", _CODE),
        sa.Column("funder", _CODE),
        sa.Column("entry_no", _BIG, nullable=False),
        sa.Column("note", sa.Text()),
        sa.Column("is_automatic", sa.Boolean(), nullable=False),
        sa.Column("at", _AT, nullable=False),
        sa.Column("by", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["line_no"], ["bank_line.no"], name=op.f("fk_bank_resolution_line_no_bank_line")
        ),
        sa.ForeignKeyConstraint(
            ["campaign_id"], ["campaign.id"], name=op.f("fk_bank_resolution_campaign_id_campaign")
        ),
        sa.PrimaryKeyConstraint("line_no", name=op.f("pk_bank_resolution")),
        sa.UniqueConstraint(
            "reference",
            "meaning",
            "campaign_id",
            name=op.f("uq_bank_resolution_reference_meaning_campaign_id"),
        ),
    )


def _answers() -> None:
    op.create_table(
        "payment_answer",
        sa.Column("message_no", _BIG, autoincrement=False, nullable=False),
        sa.Column("place", _BIG, autoincrement=False, nullable=False),
        sa.Column("end_to_end_id", _CODE, nullable=False),
        sa.Column("campaign_id", _BIG),
        sa.Column("run_no", _BIG),
        sa.Column("payment_no", _BIG),
        sa.Column("answer", sa.String(40), nullable=False),
        sa.Column("status", _CODE, nullable=False),
        sa.Column("reason", _CODE),
        sa.Column("doubt", sa.String(40)),
        sa.ForeignKeyConstraint(
            ["message_no"], ["bank_message.no"], name=op.f("fk_payment_answer_message_no_bank_message")
        ),
        sa.ForeignKeyConstraint(
            ["campaign_id", "run_no", "payment_no"],
            ["run_payment.campaign_id", "run_payment.run_no", "run_payment.no"],
            name=op.f("fk_payment_answer_campaign_id_run_payment"),
        ),
        sa.PrimaryKeyConstraint("message_no", "place", name=op.f("pk_payment_answer")),
    )
    op.create_index(
        op.f("ix_payment_answer_campaign_id_run_no_payment_no"),
        "payment_answer",
        ["campaign_id", "run_no", "payment_no"],
    )


def _balances() -> None:
    op.create_table(
        "bank_balance",
        sa.Column("message_no", _BIG, autoincrement=False, nullable=False),
        sa.Column("iban", _CODE, nullable=False),
        sa.Column("statement", _CODE, nullable=False),
        sa.Column("opened_on", sa.Date(), nullable=False),
        sa.Column("opening_cents", _BIG, nullable=False),
        sa.Column("closed_on", sa.Date(), nullable=False),
        sa.Column("closing_cents", _BIG, nullable=False),
        sa.ForeignKeyConstraint(
            ["message_no"], ["bank_message.no"], name=op.f("fk_bank_balance_message_no_bank_message")
        ),
        sa.PrimaryKeyConstraint("message_no", "iban", "statement", name=op.f("pk_bank_balance")),
    )
    op.create_index(op.f("ix_bank_balance_iban_closed_on"), "bank_balance", ["iban", "closed_on"])
