"""Settle claims, and what the public accountant answers."""

from typing import Any

import sqlalchemy as sa
from alembic import op

from migrations import append_only

revision = "0023"
down_revision = "0022"


def upgrade() -> None:
    """Create the tables of mandates and of claims."""
    _mandates()
    _endings()
    _orders()
    _write_offs()
    append_only.frozen(
        "mandate",
        "claim_settlement",
        "claim_settled",
        "revenue_order",
        "claim_ordered",
        "write_off_proposal",
        "write_off_claim",
    )


def _mandates() -> None:
    op.create_table(
        "mandate",
        sa.Column("campaign_id", sa.BigInteger(), nullable=False),
        sa.Column("run_no", sa.BigInteger(), nullable=False),
        sa.Column("payment_no", sa.BigInteger(), nullable=False),
        sa.Column("number", sa.Text(collation="C"), nullable=False),
        sa.Column("bordereau", sa.Text(collation="C"), nullable=True),
        sa.Column("exercice", sa.Integer(), nullable=False),
        sa.Column("mandated_on", sa.Date(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["campaign_id", "run_no", "payment_no"],
            ["run_payment.campaign_id", "run_payment.run_no", "run_payment.no"],
            name=op.f("fk_mandate_campaign_id_run_payment"),
        ),
        sa.PrimaryKeyConstraint("campaign_id", "run_no", "payment_no", name=op.f("pk_mandate")),
    )
    op.create_index(op.f("ix_mandate_number_campaign_id"), "mandate", ["number", "campaign_id"])


def _who_owes(table: str) -> list[sa.Column[Any] | sa.ForeignKeyConstraint]:
    return [
        sa.Column("id", sa.Uuid(), nullable=False, primary_key=True),
        sa.Column("campaign_id", sa.BigInteger(), nullable=False),
        sa.Column("operator_id", sa.Uuid(), nullable=False),
        sa.Column("amount_cents", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["campaign_id"], ["campaign.id"], name=op.f(f"fk_{table}_campaign_id_campaign")
        ),
        sa.ForeignKeyConstraint(
            ["operator_id"],
            ["venue_operator.organisation_id"],
            name=op.f(f"fk_{table}_operator_id_venue_operator"),
        ),
    ]


def _of_claims(table: str, of: str, column: str, *key: str) -> None:
    op.create_table(
        table,
        sa.Column("redemption_id", sa.Uuid(), nullable=False),
        sa.Column(column, sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["redemption_id"], ["redemption.id"], name=op.f(f"fk_{table}_redemption_id_redemption")
        ),
        sa.ForeignKeyConstraint([column], [f"{of}.id"], name=op.f(f"fk_{table}_{column}_{of}")),
        sa.PrimaryKeyConstraint(*(key or ("redemption_id",)), name=op.f(f"pk_{table}")),
    )


def _endings() -> None:
    op.create_table(
        "claim_settlement",
        *_who_owes("claim_settlement"),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("reference", sa.Text(collation="C"), nullable=False),
        sa.Column("settled_on", sa.Date(), nullable=False),
        sa.Column("entry_no", sa.BigInteger(), nullable=False),
        sa.UniqueConstraint(
            "campaign_id", "reference", "kind", name=op.f("uq_claim_settlement_campaign_id_reference_kind")
        ),
    )
    _of_claims("claim_settled", "claim_settlement", "settlement_id")
    op.create_index(op.f("ix_claim_settled_settlement_id"), "claim_settled", ["settlement_id"])


def _orders() -> None:
    op.create_table(
        "revenue_order",
        *_who_owes("revenue_order"),
        sa.Column("number", sa.Text(collation="C"), nullable=False),
        sa.Column("exercice", sa.Integer(), nullable=False),
        sa.Column("issued_on", sa.Date(), nullable=False),
        sa.UniqueConstraint(
            "campaign_id", "exercice", "number", name=op.f("uq_revenue_order_campaign_id_exercice_number")
        ),
    )
    _of_claims("claim_ordered", "revenue_order", "order_id")


def _write_offs() -> None:
    op.create_table(
        "write_off_proposal",
        *_who_owes("write_off_proposal"),
        sa.Column("act", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
    )
    _of_claims("write_off_claim", "write_off_proposal", "proposal_id", "proposal_id", "redemption_id")


def downgrade() -> None:
    """Forget claims and mandates."""
    for table in (
        "write_off_claim",
        "write_off_proposal",
        "claim_ordered",
        "revenue_order",
        "claim_settled",
        "claim_settlement",
        "mandate",
    ):
        op.drop_table(table)
