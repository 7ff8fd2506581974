"""Cancel calls: one that was wrong is cancelled with its reason, and what it asked for can be called again."""

import sqlalchemy as sa
from alembic import op

from migrations import append_only

revision = "0027"
down_revision = "0026"

_ONCE = {
    "call_instalment": ["campaign_id", "funder", "instalment_no"],
    "call_line": ["campaign_id", "redemption_id", "funder", "is_credit"],
}


def upgrade() -> None:
    """Keep cancellations, and count how often a thing was in a call before."""
    op.create_table(
        "call_cancellation",
        sa.Column("campaign_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("call_no", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("cancelled_on", sa.Date(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["campaign_id", "call_no"],
            ["fund_call.campaign_id", "fund_call.no"],
            name=op.f("fk_call_cancellation_campaign_id_fund_call"),
        ),
        sa.PrimaryKeyConstraint("campaign_id", "call_no", name=op.f("pk_call_cancellation")),
    )
    append_only.frozen("call_cancellation")
    for table, once in _ONCE.items():
        op.add_column(table, sa.Column("attempt", sa.SmallInteger(), server_default="0", nullable=False))
        op.drop_constraint(f"pk_{table}", table, type_="primary")
        op.create_primary_key(op.f(f"pk_{table}"), table, [*once, "attempt"])


def downgrade() -> None:
    """Forget cancellations; impossible once a thing was called again."""
    for table, once in _ONCE.items():
        op.drop_constraint(f"pk_{table}", table, type_="primary")
        op.create_primary_key(op.f(f"pk_{table}"), table, once)
        op.drop_column(table, "attempt")
    op.drop_table("call_cancellation")
