"""Batches, booklets, vouchers and the facts of their lives."""

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Create the tables."""
