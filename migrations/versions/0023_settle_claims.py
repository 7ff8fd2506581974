"""Settle claims, and what the public accountant answers."""

import sqlalchemy as sa
from alembic import op

from migrations import append_only

revision = "0023"
down_revision = "0022"


def upgrade() -> None:
    """Create the tables of mandates."""
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
    op.create_index(op.f("ix_mandate_number"), "mandate", ["number", "campaign_id"])
    append_only.frozen("mandate")


def downgrade() -> None:
    """Forget the mandates."""
    op.drop_table("mandate")
