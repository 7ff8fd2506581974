"""Hear the bank: its answers per payment, and the lines that nobody knows yet."""

revision = "0020"
down_revision = "0019"


def upgrade() -> None:
    """Change nothing yet."""


def downgrade() -> None:
    """Change nothing yet."""
