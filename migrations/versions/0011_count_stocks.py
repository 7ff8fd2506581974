"""Count stocks: what a prescriber's site really holds."""

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    """Count stocks: what a prescriber's site really holds."""


def downgrade() -> None:
    """Take it away again."""
