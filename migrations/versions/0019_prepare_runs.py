"""Prepare runs: previews, approvals that a change voids, promised days."""

revision = "0019"
down_revision = "0018"


def upgrade() -> None:
    """Change nothing yet."""


def downgrade() -> None:
    """Change nothing yet."""
