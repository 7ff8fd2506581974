"""Take claims from the next run: what a venue owes back comes off what its bank transfer pays."""

import sqlalchemy as sa
from alembic import op

from migrations import append_only

revision = "0026"
down_revision = "0025"

_BIG = sa.BigInteger()
_SUMMED = ("payment_run", "run_payment", "run_change")


def upgrade() -> None:
    """Create the lines of what payments take back; what was frozen before took nothing back."""
    op.create_table(
        "run_claim",
        sa.Column("campaign_id", _BIG, autoincrement=False, nullable=False),
        sa.Column("redemption_id", sa.Uuid(), nullable=False),
        sa.Column("attempt", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("run_no", _BIG, nullable=False),
        sa.Column("payment_no", _BIG, nullable=False),
        sa.ForeignKeyConstraint(
            ["redemption_id"], ["redemption.id"], name=op.f("fk_run_claim_redemption_id_redemption")
        ),
        sa.PrimaryKeyConstraint("campaign_id", "redemption_id", "attempt", name=op.f("pk_run_claim")),
    )
    op.create_index(
        op.f("ix_run_claim_run_no_payment_no_campaign_id"),
        "run_claim",
        ["run_no", "payment_no", "campaign_id"],
    )
    append_only.frozen("run_claim")
    for table in _SUMMED:
        op.add_column(table, sa.Column("netted_cents", _BIG, server_default="0", nullable=False))


def downgrade() -> None:
    """Forget what payments took back."""
    for table in _SUMMED:
        op.drop_column(table, "netted_cents")
    op.drop_table("run_claim")
