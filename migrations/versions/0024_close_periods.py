"""Close periods: what was counted stays counted."""

revision = "0024"
down_revision = "0023"


def upgrade() -> None:
    """Change nothing yet."""


def downgrade() -> None:
    """Change nothing yet."""
