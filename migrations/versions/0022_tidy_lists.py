"""Tidy lists: what the desk's and the counter's pages still lacked."""

revision = "0022"
down_revision = "0021"


def upgrade() -> None:
    """Change nothing yet."""


def downgrade() -> None:
    """Change nothing yet."""
