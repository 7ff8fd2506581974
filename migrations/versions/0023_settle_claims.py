"""Settle claims, and what the public accountant answers."""

revision = "0023"
down_revision = "0022"


def upgrade() -> None:
    """Change nothing yet."""


def downgrade() -> None:
    """Change nothing yet."""
