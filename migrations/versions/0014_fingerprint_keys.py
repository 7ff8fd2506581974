"""Fingerprint keys: with which key a batch was made; and a venue operator's redemptions found by their order."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"


def upgrade() -> None:
    """Keep each batch's mark of its key, and an index that begins with who is owed."""
    # The keys are not here: a batch that was made before keeps no mark.
    op.add_column("batch", sa.Column("key_mark", sa.LargeBinary(), nullable=True))
    op.create_index("ix_redemption_operator_id_id", "redemption", ["operator_id", "id"], unique=False)


def downgrade() -> None:
    """Take them away again."""
    op.drop_index("ix_redemption_operator_id_id", table_name="redemption")
    op.drop_column("batch", "key_mark")
