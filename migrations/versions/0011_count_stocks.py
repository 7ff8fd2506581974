"""Count stocks: what a prescriber's site really holds, and which booklet took a lost one's place."""

import sqlalchemy as sa
from alembic import op

from migrations import append_only

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    """Create the tables, freeze the facts, and index the moves by place and by act."""
    op.create_table(
        "stock_count",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("campaign_id", sa.BigInteger(), nullable=False),
        sa.Column("site_no", sa.BigInteger(), nullable=False),
        sa.Column("expected", sa.Integer(), nullable=False),
        sa.Column("seen", sa.Integer(), nullable=False),
        sa.Column("missing", sa.ARRAY(sa.Text()), nullable=False),
        sa.Column("found_again", sa.ARRAY(sa.Text()), nullable=False),
        sa.Column("elsewhere", sa.ARRAY(sa.Text()), nullable=False),
        sa.Column("counted_on", sa.Date(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["campaign_id"], ["campaign.id"], name="fk_stock_count_campaign_id_campaign"),
        sa.PrimaryKeyConstraint("id", name="pk_stock_count"),
    )
    op.create_index(
        "ix_stock_count_campaign_id_site_no", "stock_count", ["campaign_id", "site_no"], unique=False
    )
    op.create_table(
        "lost_booklet",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("campaign_id", sa.BigInteger(), nullable=False),
        sa.Column("site_no", sa.BigInteger(), nullable=False),
        sa.Column("booklet", sa.Text(collation="C"), nullable=False),
        sa.Column("new_booklet", sa.Text(collation="C"), nullable=False),
        sa.Column("papers", sa.Integer(), nullable=False),
        sa.Column("kept_back", sa.ARRAY(sa.Text()), nullable=False),
        sa.Column("reason", sa.String(40), nullable=False),
        sa.Column("voiding_id", sa.Uuid(), nullable=False),
        sa.Column("handover_id", sa.Uuid(), nullable=False),
        sa.Column("lost_on", sa.Date(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["campaign_id"], ["campaign.id"], name="fk_lost_booklet_campaign_id_campaign"
        ),
        sa.ForeignKeyConstraint(["voiding_id"], ["voiding.id"], name="fk_lost_booklet_voiding_id_voiding"),
        sa.ForeignKeyConstraint(
            ["handover_id"], ["handover.id"], name="fk_lost_booklet_handover_id_handover"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_lost_booklet"),
        sa.UniqueConstraint("handover_id", name="uq_lost_booklet_handover_id"),
    )
    op.create_index(
        "ix_lost_booklet_booklet_campaign_id", "lost_booklet", ["booklet", "campaign_id"], unique=False
    )
    op.create_index(
        "ix_booklet_move_place_campaign_id", "booklet_move", ["place", "campaign_id"], unique=False
    )
    op.create_index("ix_booklet_move_act_id", "booklet_move", ["act_id"], unique=False)
    op.create_index("ix_handover_answers_by_at", "handover_answers", ["by", "at"], unique=False)
    op.create_index("ix_handover_prescription_id", "handover", ["prescription_id"], unique=False)
    append_only.frozen("stock_count", "lost_booklet")


def downgrade() -> None:
    """Take it away again."""
    op.drop_index("ix_handover_prescription_id", table_name="handover")
    op.drop_index("ix_handover_answers_by_at", table_name="handover_answers")
    op.drop_index("ix_booklet_move_act_id", table_name="booklet_move")
    op.drop_index("ix_booklet_move_place_campaign_id", table_name="booklet_move")
    op.drop_table("lost_booklet")
    op.drop_table("stock_count")
