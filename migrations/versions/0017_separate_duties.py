"""Separate duties: what one person may not do twice on one thing, as data."""

revision = "0017"
down_revision = "0016"


def upgrade() -> None:
    """Change nothing yet."""


def downgrade() -> None:
    """Change nothing yet."""
