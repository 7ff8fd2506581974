"""Send mail: the outbox."""

revision = "0013"
down_revision = "0012"


def upgrade() -> None:
    """Send mail: the outbox."""


def downgrade() -> None:
    """Take it away again."""
