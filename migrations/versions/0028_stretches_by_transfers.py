"""Stretches: where each sum of the record ends is kept, so that a stretch can be filled by what its entries move."""

import sqlalchemy as sa
from alembic import op

from migrations import append_only

revision = "0028"
down_revision = "0027"

_SO_FAR = "INSERT INTO stretch SELECT DISTINCT campaign_id, no, no * 10000 FROM segment"
"""What is summed already was cut after every ten thousand positions."""


def upgrade() -> None:
    """Keep the last position of each stretch, those summed already first."""
    op.create_table(
        "stretch",
        sa.Column("campaign_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("no", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("through", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("campaign_id", "no", name="pk_stretch"),
    )
    append_only.frozen("stretch")
    op.execute(_SO_FAR)


def downgrade() -> None:
    """Forget where stretches end; right only while each of them ends after ten thousand positions."""
    op.drop_table("stretch")
