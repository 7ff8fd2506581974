"""Limit campaigns: how much one person, one visit and one campaign may take; and money leaves suspense."""

import sqlalchemy as sa
from alembic import op

from migrations import append_only

revision = "0008"
down_revision = "0007"

_LIMITS = ("booklets_per_person", "vouchers_per_visit", "ceiling_cents")


def upgrade() -> None:
    """Add the limits, and the facts that empty the suspense."""
    op.add_column("campaign", sa.Column("booklets_per_person", sa.SmallInteger(), nullable=True))
    op.add_column("campaign", sa.Column("vouchers_per_visit", sa.SmallInteger(), nullable=True))
    op.add_column("campaign", sa.Column("ceiling_cents", sa.BigInteger(), nullable=True))
    append_only.working("campaign", columns=", ".join(_LIMITS))
    op.add_column("handover", sa.Column("person_turn", sa.Integer(), nullable=True))
    op.create_index(
        "uq_handover_person_turn", "handover", ["person_id", "campaign_id", "person_turn"], unique=True
    )
    op.create_table(
        "clearance",
        sa.Column("campaign_id", sa.BigInteger(), nullable=False),
        sa.Column("deposit", sa.Text(collation="C"), nullable=False),
        sa.Column("reference", sa.Text(collation="C"), nullable=False),
        sa.Column("funder", sa.Text(collation="C"), nullable=True),
        sa.Column("amount_cents", sa.BigInteger(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("decided_on", sa.Date(), nullable=False),
        sa.Column("entry_no", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["campaign_id", "deposit"],
            ["deposit.campaign_id", "deposit.reference"],
            name="fk_clearance_campaign_id_deposit_deposit",
        ),
        sa.ForeignKeyConstraint(["funder"], ["funder.code"], name="fk_clearance_funder_funder"),
        sa.PrimaryKeyConstraint("campaign_id", "deposit", "reference", name="pk_clearance"),
    )
    append_only.frozen("clearance")


def downgrade() -> None:
    """Take the limits and the facts away again."""
    op.drop_table("clearance")
    op.drop_index("uq_handover_person_turn", "handover")
    op.drop_column("handover", "person_turn")
    for name in _LIMITS:
        op.drop_column("campaign", name)
