"""Hear whole files: a bank that books one debit for all the payments of a file names the file, and nobody in it."""

import sqlalchemy as sa
from alembic import op

from migrations import append_only

revision = "0025"
down_revision = "0024"

_BIG = sa.BigInteger()


def upgrade() -> None:
    """Keep what a movement says of a payment file, and which payments the debit of a file stands for."""
    op.add_column("bank_line", sa.Column("payment_file", sa.Text(collation="C")))
    op.create_table(
        "bank_file_payment",
        sa.Column("campaign_id", _BIG, autoincrement=False, nullable=False),
        sa.Column("run_no", _BIG, autoincrement=False, nullable=False),
        sa.Column("payment_no", _BIG, autoincrement=False, nullable=False),
        sa.Column("line_no", _BIG, nullable=False),
        sa.Column("was_told", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["campaign_id", "run_no", "payment_no"],
            ["run_payment.campaign_id", "run_payment.run_no", "run_payment.no"],
            name=op.f("fk_bank_file_payment_campaign_id_run_payment"),
        ),
        sa.ForeignKeyConstraint(
            ["line_no"], ["bank_line.no"], name=op.f("fk_bank_file_payment_line_no_bank_line")
        ),
        sa.PrimaryKeyConstraint("campaign_id", "run_no", "payment_no", name=op.f("pk_bank_file_payment")),
    )
    op.create_index(op.f("ix_bank_file_payment_line_no"), "bank_file_payment", ["line_no"])
    append_only.frozen("bank_file_payment")


def downgrade() -> None:
    """Forget which debit stood for which payments; the payments stay paid."""
    op.drop_table("bank_file_payment")
    op.drop_column("bank_line", "payment_file")
