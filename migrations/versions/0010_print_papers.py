"""Print papers: files of a print run, the campaign's logos and text."""

import sqlalchemy as sa
from alembic import op

from migrations import append_only

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    """Print papers: files of a print run, the campaign's logos and text."""
    op.add_column("print_run", sa.Column("form", sa.String(40), nullable=True))
    op.add_column("print_run", sa.Column("job_id", sa.Uuid(), nullable=True))
    _files()
    _styles()
    append_only.frozen("print_file", "print_erasure", "replacement_print")
    append_only.working("print_style")
    append_only.working("print_logo", delete=True)


def downgrade() -> None:
    """Take it away again."""
    for table in ("print_logo", "print_style", "replacement_print", "print_erasure", "print_file"):
        op.drop_table(table)
    op.drop_column("print_run", "job_id")
    op.drop_column("print_run", "form")


def _files() -> None:
    run = sa.ForeignKeyConstraint
    op.create_table(
        "print_file",
        sa.Column("print_run_id", sa.Uuid(), nullable=False),
        sa.Column("no", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("sha256", sa.Text(collation="C"), nullable=False),
        sa.Column("size_bytes", sa.BigInteger(), nullable=False),
        sa.Column("pages", sa.Integer(), nullable=False),
        sa.Column("vouchers", sa.Integer(), nullable=False),
        sa.Column("first_serial", sa.Text(collation="C"), nullable=False),
        sa.Column("last_serial", sa.Text(collation="C"), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        run(["print_run_id"], ["print_run.id"], name="fk_print_file_print_run_id_print_run"),
        sa.PrimaryKeyConstraint("print_run_id", "no", name="pk_print_file"),
    )
    op.create_table(
        "print_erasure",
        sa.Column("print_run_id", sa.Uuid(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by", sa.Uuid(), nullable=False),
        run(["print_run_id"], ["print_run.id"], name="fk_print_erasure_print_run_id_print_run"),
        sa.PrimaryKeyConstraint("print_run_id", name="pk_print_erasure"),
    )
    op.create_table(
        "replacement_print",
        sa.Column("campaign_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("serial", sa.Text(collation="C"), nullable=False),
        sa.Column("issue", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("replacing_id", sa.Uuid(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("campaign_id", "serial", "issue", name="pk_replacement_print"),
    )


def _styles() -> None:
    op.create_table(
        "print_style",
        sa.Column("campaign_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("phone", sa.Text(), nullable=False),
        sa.Column("colour", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["campaign_id"], ["campaign.id"], name="fk_print_style_campaign_id_campaign"),
        sa.PrimaryKeyConstraint("campaign_id", name="pk_print_style"),
    )
    op.create_table(
        "print_logo",
        sa.Column("campaign_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("place", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("content_type", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["campaign_id"], ["campaign.id"], name="fk_print_logo_campaign_id_campaign"),
        sa.PrimaryKeyConstraint("campaign_id", "place", name="pk_print_logo"),
    )
