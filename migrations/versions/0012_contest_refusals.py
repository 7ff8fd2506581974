"""Contest refusals: a venue asks finance to look again."""

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    """Contest refusals: a venue asks finance to look again."""


def downgrade() -> None:
    """Take it away again."""
