"""Welcome everybody: whom a venue is equipped to receive, and where its accessibility is described."""

import sqlalchemy as sa
from alembic import op

from migrations import append_only

revision = "0015"
down_revision = "0014"


def upgrade() -> None:
    """Add what directories say of a venue's accessibility; what was imported before says nothing of it."""
    told: sa.Column[list[str]] = sa.Column(
        "welcomes", sa.ARRAY(sa.Text()), nullable=False, server_default="{}"
    )
    op.add_column("venue", told)
    op.alter_column("venue", "welcomes", server_default=None)
    op.add_column("venue", sa.Column("accessibility_url", sa.Text(), nullable=True))
    append_only.working("venue", columns="welcomes, accessibility_url")


def downgrade() -> None:
    """Take them away again."""
    op.drop_column("venue", "accessibility_url")
    op.drop_column("venue", "welcomes")
