"""End validity: the calendar, expiry, calls for funds and refunds."""

revision = "0021"
down_revision = "0020"


def upgrade() -> None:
    """Change nothing yet."""


def downgrade() -> None:
    """Change nothing yet."""
