"""Sign in: sessions of the pages and second factors."""

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    """Sign in: sessions of the pages and second factors."""


def downgrade() -> None:
    """Take it away again."""
