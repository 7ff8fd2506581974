"""Payment runs, approvals, the bank's answers."""

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """Create the tables."""
