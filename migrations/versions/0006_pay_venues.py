"""Payment runs, approvals, the bank's answers."""

import sqlalchemy as sa
from alembic import op

from migrations import append_only

revision = "0006"
down_revision = "0005"

_BIG = sa.BigInteger()
_CODE = sa.Text(collation="C")
_AT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Create the tables, and freeze them: all of them are facts."""
    _paying_accounts()
    _runs()
    _lines()
    _answers()
    append_only.frozen(
        "paying_account",
        "payment_run",
        "run_payment",
        "run_line",
        "run_exclusion",
        "run_approval",
        "payment_outcome",
    )


def _key(name: str) -> sa.Column[int]:
    return sa.Column(name, _BIG, autoincrement=False, nullable=False)


def _paying_accounts() -> None:
    op.create_table(
        "paying_account",
        _key("campaign_id"),
        _key("no"),
        sa.Column("iban", _CODE, nullable=False),
        sa.Column("bic", _CODE),
        sa.Column("holder", sa.Text(), nullable=False),
        sa.Column("imputation", _CODE),
        sa.Column("at", _AT, nullable=False),
        sa.Column("by", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["campaign_id"], ["campaign.id"], name=op.f("fk_paying_account_campaign_id_campaign")
        ),
        sa.PrimaryKeyConstraint("campaign_id", "no", name=op.f("pk_paying_account")),
    )


def _runs() -> None:
    op.create_table(
        "payment_run",
        _key("campaign_id"),
        _key("no"),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("cut_off_on", sa.Date(), nullable=False),
        sa.Column("position", _BIG, nullable=False),
        sa.Column("paying_account_no", _BIG),
        sa.Column("payments", _BIG, nullable=False),
        sa.Column("redemptions", _BIG, nullable=False),
        sa.Column("total_cents", _BIG, nullable=False),
        sa.Column("content_hash", sa.LargeBinary(), nullable=False),
        sa.Column("entry_no", _BIG, nullable=False),
        sa.Column("at", _AT, nullable=False),
        sa.Column("by", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["campaign_id"], ["campaign.id"], name=op.f("fk_payment_run_campaign_id_campaign")
        ),
        sa.ForeignKeyConstraint(
            ["campaign_id", "paying_account_no"],
            ["paying_account.campaign_id", "paying_account.no"],
            name=op.f("fk_payment_run_paying_account"),
        ),
        sa.PrimaryKeyConstraint("campaign_id", "no", name=op.f("pk_payment_run")),
        sa.UniqueConstraint("id", name=op.f("uq_payment_run_id")),
    )
    op.create_table(
        "run_approval",
        _key("campaign_id"),
        _key("run_no"),
        sa.Column("content_hash", sa.LargeBinary(), nullable=False),
        sa.Column("at", _AT, nullable=False),
        sa.Column("by", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["campaign_id", "run_no"],
            ["payment_run.campaign_id", "payment_run.no"],
            name=op.f("fk_run_approval_campaign_id_payment_run"),
        ),
        sa.PrimaryKeyConstraint("campaign_id", "run_no", name=op.f("pk_run_approval")),
    )


def _lines() -> None:
    op.create_table(
        "run_payment",
        _key("campaign_id"),
        _key("run_no"),
        _key("no"),
        sa.Column("operator_id", sa.Uuid(), nullable=False),
        sa.Column("amount_cents", _BIG, nullable=False),
        sa.Column("claim_cents", _BIG, nullable=False),
        sa.Column("iban", _CODE, nullable=False),
        sa.Column("bic", _CODE),
        sa.Column("holder", sa.Text(), nullable=False),
        sa.Column("siret", _CODE, nullable=False),
        sa.Column("end_to_end_id", _CODE, nullable=False),
        sa.ForeignKeyConstraint(
            ["operator_id"],
            ["venue_operator.organisation_id"],
            name=op.f("fk_run_payment_operator_id_venue_operator"),
        ),
        sa.PrimaryKeyConstraint("campaign_id", "run_no", "no", name=op.f("pk_run_payment")),
        sa.UniqueConstraint("end_to_end_id", name=op.f("uq_run_payment_end_to_end_id")),
    )
    op.create_table(
        "run_line",
        _key("campaign_id"),
        sa.Column("redemption_id", sa.Uuid(), nullable=False),
        sa.Column("attempt", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("run_no", _BIG, nullable=False),
        sa.Column("payment_no", _BIG, nullable=False),
        sa.Column("voucher_version", _BIG, nullable=False),
        sa.ForeignKeyConstraint(
            ["redemption_id"], ["redemption.id"], name=op.f("fk_run_line_redemption_id_redemption")
        ),
        sa.PrimaryKeyConstraint("campaign_id", "redemption_id", "attempt", name=op.f("pk_run_line")),
    )
    op.create_index(
        op.f("ix_run_line_run_no_payment_no_campaign_id"), "run_line", ["run_no", "payment_no", "campaign_id"]
    )
    op.create_table(
        "run_exclusion",
        _key("campaign_id"),
        _key("run_no"),
        sa.Column("operator_id", sa.Uuid(), nullable=False),
        _key("venue_no"),
        sa.Column("reason", sa.String(40), nullable=False),
        sa.Column("redemptions", _BIG, nullable=False),
        sa.Column("amount_cents", _BIG, nullable=False),
        sa.Column("claim_cents", _BIG, nullable=False),
        sa.PrimaryKeyConstraint(
            "campaign_id", "run_no", "operator_id", "venue_no", name=op.f("pk_run_exclusion")
        ),
    )


def _answers() -> None:
    op.create_table(
        "payment_outcome",
        _key("campaign_id"),
        _key("run_no"),
        _key("payment_no"),
        sa.Column("fate", sa.String(40), nullable=False),
        sa.Column("iban", _CODE),
        sa.Column("reference", _CODE, nullable=False),
        sa.Column("amount_cents", _BIG, nullable=False),
        sa.Column("booked_on", sa.Date(), nullable=False),
        sa.Column("reason", sa.Text()),
        sa.Column("entry_no", _BIG, nullable=False),
        sa.Column("at", _AT, nullable=False),
        sa.Column("by", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["campaign_id", "run_no", "payment_no"],
            ["run_payment.campaign_id", "run_payment.run_no", "run_payment.no"],
            name=op.f("fk_payment_outcome_campaign_id_run_payment"),
        ),
        sa.PrimaryKeyConstraint(
            "campaign_id", "run_no", "payment_no", "fate", name=op.f("pk_payment_outcome")
        ),
        sa.UniqueConstraint(
            "reference", "iban", "campaign_id", name=op.f("uq_payment_outcome_reference_iban_campaign_id")
        ),
    )
