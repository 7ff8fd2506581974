"""End validity: the calendar, expiry, calls for funds and refunds."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from migrations import append_only

revision = "0021"
down_revision = "0020"

# What expired is guarded from now on: nobody gives back, or accepts, more than there is.
_COUNT_WHAT_EXPIRED = """
INSERT INTO account (campaign_id, address, balance)
SELECT id, 'expired', coalesce((SELECT sum(CASE WHEN credit = 'expired' THEN amount ELSE -amount END)
                                FROM transfer WHERE campaign_id = campaign.id
                                AND (credit = 'expired' OR debit = 'expired')), 0)
FROM campaign ON CONFLICT DO NOTHING"""

_TABLES = (
    "expiry",
    "expired_booklet",
    "milestone_done",
    "joint_statement",
    "joint_statement_answer",
    "expired_release",
    "refund",
    "refund_step",
    "carry_over",
    "instalment",
    "fund_call",
    "call_instalment",
    "call_line",
    "call_beneficiary",
    "call_receipt",
)


def upgrade() -> None:
    """Create the tables of the end of validity, and freeze their facts."""
    _expiry()
    op.execute(_COUNT_WHAT_EXPIRED)
    _calendar()
    _refunds()
    _calls()
    append_only.frozen(*_TABLES)


def downgrade() -> None:
    """Take them away again."""
    op.execute("DELETE FROM account WHERE address = 'expired'")
    for table in reversed(_TABLES):
        op.drop_table(table)


def _expiry() -> None:
    op.create_table(
        "expiry",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("campaign_id", sa.BigInteger(), nullable=False),
        sa.Column("stage", sa.String(40), nullable=False),
        sa.Column("booklets", sa.Integer(), nullable=False),
        sa.Column("papers", sa.Integer(), nullable=False),
        sa.Column("value_cents", sa.BigInteger(), nullable=False),
        sa.Column("expired_on", sa.Date(), nullable=False),
        sa.Column("entry_no", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["campaign_id"], ["campaign.id"], name="fk_expiry_campaign_id_campaign"),
        sa.PrimaryKeyConstraint("id", name="pk_expiry"),
    )
    op.create_index("ix_expiry_campaign_id_stage", "expiry", ["campaign_id", "stage"])
    op.create_table(
        "expired_booklet",
        sa.Column("campaign_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("booklet", sa.Text(collation="C"), nullable=False),
        sa.Column("expiry_id", sa.Uuid(), nullable=False),
        sa.Column("place", sa.Text(collation="C"), nullable=False),
        sa.Column("papers", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["expiry_id"], ["expiry.id"], name="fk_expired_booklet_expiry_id_expiry"),
        sa.PrimaryKeyConstraint("campaign_id", "booklet", name="pk_expired_booklet"),
    )


def _campaign(**options: bool) -> sa.Column[int]:
    return sa.Column("campaign_id", sa.BigInteger(), nullable=False, **options)  # type: ignore[arg-type]


def _number(name: str = "no") -> sa.Column[int]:
    return sa.Column(name, sa.Integer(), nullable=False)


def _code(name: str, *, nullable: bool = False) -> sa.Column[str]:
    return sa.Column(name, sa.Text(collation="C"), nullable=nullable)


def _written() -> tuple[sa.Column[object], ...]:
    at: sa.Column[object] = sa.Column("at", sa.DateTime(timezone=True), nullable=False)
    by: sa.Column[object] = sa.Column("by", sa.Uuid(), nullable=False)
    return at, by


def _refers(table: str, columns: list[str], to: str, named: list[str]) -> sa.ForeignKeyConstraint:
    targets = [f"{to}.{name}" for name in named]
    return sa.ForeignKeyConstraint(columns, targets, name=f"fk_{table}_{columns[0]}_{to}")


def _calendar() -> None:
    op.create_table(
        "milestone_done",
        _campaign(),
        sa.Column("milestone", sa.String(40), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=True),
        sa.Column("figures", postgresql.JSONB(), nullable=False),
        *_written(),
        _refers("milestone_done", ["campaign_id"], "campaign", ["id"]),
        sa.PrimaryKeyConstraint("campaign_id", "milestone", "due_on", name="pk_milestone_done"),
    )
    op.create_table(
        "joint_statement",
        _campaign(),
        _number(),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("stated_on", sa.Date(), nullable=False),
        *_written(),
        _refers("joint_statement", ["campaign_id"], "campaign", ["id"]),
        sa.PrimaryKeyConstraint("campaign_id", "no", name="pk_joint_statement"),
    )
    op.create_table(
        "joint_statement_answer",
        _campaign(),
        _number(),
        sa.Column("side", sa.String(40), nullable=False),
        sa.Column("agreed", sa.Boolean(), nullable=False),
        sa.Column("remark", sa.Text(), nullable=False),
        *_written(),
        _refers("joint_statement_answer", ["campaign_id", "no"], "joint_statement", ["campaign_id", "no"]),
        sa.PrimaryKeyConstraint("campaign_id", "no", "side", name="pk_joint_statement_answer"),
    )


def _refunds() -> None:
    op.create_table(
        "expired_release",
        sa.Column("id", sa.Uuid(), nullable=False),
        _campaign(),
        sa.Column("amount_cents", sa.BigInteger(), nullable=False),
        sa.Column("shares", postgresql.JSONB(), nullable=False),
        sa.Column("released_on", sa.Date(), nullable=False),
        sa.Column("entry_no", sa.BigInteger(), nullable=False),
        *_written(),
        _refers("expired_release", ["campaign_id"], "campaign", ["id"]),
        sa.PrimaryKeyConstraint("id", name="pk_expired_release"),
    )
    op.create_index("ix_expired_release_campaign_id", "expired_release", ["campaign_id"])
    op.create_table(
        "refund",
        _campaign(),
        _number(),
        sa.Column("source", sa.String(40), nullable=False),
        _code("funder"),
        _code("payee"),
        sa.Column("amount_cents", sa.BigInteger(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("into", sa.BigInteger(), nullable=True),
        sa.Column("entry_no", sa.BigInteger(), nullable=True),
        *_written(),
        _refers("refund", ["campaign_id"], "campaign", ["id"]),
        _refers("refund", ["funder"], "funder", ["code"]),
        _refers("refund", ["payee"], "funder", ["code"]),
        _refers("refund", ["into"], "campaign", ["id"]),
        sa.PrimaryKeyConstraint("campaign_id", "no", name="pk_refund"),
    )
    op.create_table(
        "refund_step",
        _campaign(),
        _number(),
        sa.Column("standing", sa.String(40), nullable=False),
        sa.Column("reference", sa.Text(), nullable=False),
        sa.Column("dated_on", sa.Date(), nullable=False),
        sa.Column("entry_no", sa.BigInteger(), nullable=True),
        *_written(),
        _refers("refund_step", ["campaign_id", "no"], "refund", ["campaign_id", "no"]),
        sa.PrimaryKeyConstraint("campaign_id", "no", "standing", name="pk_refund_step"),
    )
    op.create_table(
        "carry_over",
        _campaign(),
        _number(),
        sa.Column("into", sa.BigInteger(), nullable=False),
        _code("deposit"),
        *_written(),
        _refers("carry_over", ["campaign_id", "no"], "refund", ["campaign_id", "no"]),
        _refers("carry_over", ["into", "deposit"], "deposit", ["campaign_id", "reference"]),
        sa.ForeignKeyConstraint(["into"], ["campaign.id"], name="fk_carry_over_into_campaign"),
        sa.PrimaryKeyConstraint("campaign_id", "no", name="pk_carry_over"),
    )


def _calls() -> None:
    op.create_table(
        "instalment",
        _campaign(),
        _code("funder"),
        _number(),
        sa.Column("amount_cents", sa.BigInteger(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("label", sa.Text(), nullable=False),
        *_written(),
        _refers("instalment", ["campaign_id"], "campaign", ["id"]),
        _refers("instalment", ["funder"], "funder", ["code"]),
        sa.PrimaryKeyConstraint("campaign_id", "funder", "no", name="pk_instalment"),
    )
    op.create_table(
        "fund_call",
        _campaign(),
        _number(),
        _code("funder"),
        sa.Column("basis", sa.String(40), nullable=False),
        sa.Column("amount_cents", sa.BigInteger(), nullable=False),
        sa.Column("things", sa.Integer(), nullable=False),
        sa.Column("until", sa.Date(), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("issued_on", sa.Date(), nullable=False),
        sa.Column("pay_by", sa.Date(), nullable=False),
        sa.Column("outside", sa.Boolean(), nullable=False),
        *_written(),
        _refers("fund_call", ["campaign_id"], "campaign", ["id"]),
        _refers("fund_call", ["funder"], "funder", ["code"]),
        sa.PrimaryKeyConstraint("campaign_id", "no", name="pk_fund_call"),
    )
    op.create_index("ix_fund_call_campaign_id_funder", "fund_call", ["campaign_id", "funder"])
    _called_once()
    op.create_table(
        "call_receipt",
        sa.Column("id", sa.Uuid(), nullable=False),
        _campaign(),
        _number("call_no"),
        sa.Column("amount_cents", sa.BigInteger(), nullable=False),
        _code("deposit", nullable=True),
        sa.Column("reference", sa.Text(), nullable=False),
        sa.Column("received_on", sa.Date(), nullable=False),
        *_written(),
        _refers("call_receipt", ["campaign_id", "call_no"], "fund_call", ["campaign_id", "no"]),
        _refers("call_receipt", ["campaign_id", "deposit"], "deposit", ["campaign_id", "reference"]),
        sa.PrimaryKeyConstraint("id", name="pk_call_receipt"),
    )
    op.create_index("ix_call_receipt_campaign_id_call_no", "call_receipt", ["campaign_id", "call_no"])
    op.create_index("ix_call_receipt_deposit", "call_receipt", ["campaign_id", "deposit"])


def _called_once() -> None:
    op.create_table(
        "call_instalment",
        _campaign(),
        _code("funder"),
        _number("instalment_no"),
        _number("call_no"),
        sa.ForeignKeyConstraint(
            ["campaign_id", "funder", "instalment_no"],
            ["instalment.campaign_id", "instalment.funder", "instalment.no"],
            name="fk_call_instalment_campaign_id_instalment",
        ),
        sa.PrimaryKeyConstraint("campaign_id", "funder", "instalment_no", name="pk_call_instalment"),
    )
    op.create_table(
        "call_line",
        _campaign(),
        sa.Column("redemption_id", sa.Uuid(), nullable=False),
        _code("funder"),
        sa.Column("is_credit", sa.Boolean(), nullable=False),
        _number("call_no"),
        sa.Column("cents", sa.BigInteger(), nullable=False),
        _refers("call_line", ["redemption_id"], "redemption", ["id"]),
        sa.PrimaryKeyConstraint("campaign_id", "redemption_id", "funder", "is_credit", name="pk_call_line"),
    )
    op.create_index("ix_call_line_campaign_id_call_no", "call_line", ["campaign_id", "call_no"])
    op.create_table(
        "call_beneficiary",
        _campaign(),
        _number("call_no"),
        _code("funder"),
        sa.Column("cents", sa.BigInteger(), nullable=False),
        _refers("call_beneficiary", ["campaign_id", "call_no"], "fund_call", ["campaign_id", "no"]),
        _refers("call_beneficiary", ["funder"], "funder", ["code"]),
        sa.PrimaryKeyConstraint("campaign_id", "call_no", "funder", name="pk_call_beneficiary"),
    )
