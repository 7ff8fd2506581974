"""Send mail: the outbox; and when the books were last proved."""

import sqlalchemy as sa
from alembic import op

from migrations import append_only

revision = "0013"
down_revision = "0012"

_AT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Create the outbox, whose texts are blanked once they have left, and the list of audits."""
    op.create_table(
        "outgoing_mail",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("recipient", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("body", sa.Text()),
        sa.Column("created_at", _AT, nullable=False),
        sa.Column("tries", sa.BigInteger(), nullable=False, server_default=sa.text("0")),
        sa.Column("failure", sa.Text()),
        sa.Column("sent_at", _AT),
        sa.Column("given_up_at", _AT),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outgoing_mail")),
    )
    op.create_index(op.f("ix_outgoing_mail_created_at"), "outgoing_mail", ["created_at"])
    unsent = sa.text("sent_at IS NULL")
    op.create_index("ix_outgoing_mail_unsent", "outgoing_mail", ["id"], postgresql_where=unsent)
    append_only.working("outgoing_mail", columns="body, tries, failure, sent_at, given_up_at", delete=True)
    op.create_table(
        "audit_run",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("at", _AT, nullable=False),
        sa.Column("findings", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_run")),
    )
    append_only.frozen("audit_run")


def downgrade() -> None:
    """Take it away again."""
    op.drop_table("audit_run")
    op.drop_table("outgoing_mail")
