"""Limit campaigns: how much one person, one place and one day may take."""

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    """Limit campaigns: how much one person, one place and one day may take."""


def downgrade() -> None:
    """Take it away again."""
