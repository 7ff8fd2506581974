"""End validity: the calendar, expiry, calls for funds and refunds."""

import sqlalchemy as sa
from alembic import op

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


def upgrade() -> None:
    """Create the tables of the end of validity, and freeze their facts."""
    _expiry()
    op.execute(_COUNT_WHAT_EXPIRED)


def downgrade() -> None:
    """Take them away again."""
    op.execute("DELETE FROM account WHERE address = 'expired'")
    op.drop_table("expired_booklet")
    op.drop_table("expiry")


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
    append_only.frozen("expiry", "expired_booklet")
