"""The ledger opens: books, accounts, entries, transfers, the order of record."""

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Create the tables."""
