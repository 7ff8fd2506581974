"""Print papers: files of a print run, the campaign's logos and text."""

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    """Print papers: files of a print run, the campaign's logos and text."""


def downgrade() -> None:
    """Take it away again."""
