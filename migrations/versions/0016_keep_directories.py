"""Keep directories: a file of venues, between the screen that tries it and the one that imports it."""

import sqlalchemy as sa
from alembic import op

from migrations import append_only

revision = "0016"
down_revision = "0015"


def upgrade() -> None:
    """Create the table of files that were tried; the worker empties it."""
    op.create_table(
        "directory_file",
        sa.Column("digest", sa.Text(collation="C"), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("kept_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("kept_by", sa.Uuid(), nullable=False),
        sa.Column("carried_out_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_directory_file")),
    )
    append_only.working("directory_file", columns="name, kept_at, kept_by, carried_out_at", delete=True)


def downgrade() -> None:
    """Forget the files."""
    op.drop_table("directory_file")
