"""Funders, campaigns, pledges and deposits: where the euros come from."""

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Create the tables."""
