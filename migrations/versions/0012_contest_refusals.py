"""Contest refusals: a venue asks finance to look again."""

import sqlalchemy as sa
from alembic import op

from migrations import append_only

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    """Create the table, and freeze the fact."""
    op.create_table(
        "contested_refusal",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("campaign_id", sa.BigInteger(), nullable=False),
        sa.Column("serial", sa.Text(collation="C"), nullable=False),
        sa.Column("issue", sa.SmallInteger(), nullable=False),
        sa.Column("venue_id", sa.Uuid(), nullable=False),
        sa.Column("operator_id", sa.Uuid(), nullable=False),
        sa.Column("served_on", sa.Date(), nullable=False),
        sa.Column("reason", sa.Text(collation="C"), nullable=False),
        sa.Column("ground", sa.String(40), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["campaign_id"], ["campaign.id"], name="fk_contested_refusal_campaign_id_campaign"
        ),
        sa.ForeignKeyConstraint(["venue_id"], ["venue.id"], name="fk_contested_refusal_venue_id_venue"),
        sa.PrimaryKeyConstraint("id", name="pk_contested_refusal"),
        sa.UniqueConstraint(
            "operator_id",
            "campaign_id",
            "serial",
            "issue",
            "served_on",
            name="uq_contested_refusal_once",
        ),
    )
    op.create_index("ix_contested_refusal_operator_id_id", "contested_refusal", ["operator_id", "id"])
    append_only.frozen("contested_refusal")


def downgrade() -> None:
    """Take it away again."""
    op.drop_table("contested_refusal")
