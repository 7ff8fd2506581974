"""Fingerprint keys: with which key a batch was made."""

revision = "0014"
down_revision = "0013"


def upgrade() -> None:
    """Fingerprint keys: with which key a batch was made."""


def downgrade() -> None:
    """Take it away again."""
