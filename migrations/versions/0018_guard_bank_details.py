"""Guard bank details: proposed, proved, approved by another person; holds and successors."""

import sqlalchemy as sa
from alembic import op

from migrations import append_only

revision = "0018"
down_revision = "0017"

_BIG = sa.BigInteger()
_TEXT = sa.Text()
_WORD = sa.String(40)


def upgrade() -> None:
    """Create the holds on payments; every table is written once."""
    _holds()
    append_only.frozen("payment_hold", "payment_hold_lifting")


def downgrade() -> None:
    """Forget the holds."""
    op.drop_table("payment_hold_lifting")
    op.drop_table("payment_hold")


def _fact() -> sa.Column[int]:
    return sa.Column("id", _BIG, sa.Identity(always=True), nullable=False)


def _said() -> list[sa.Column[object]]:
    return [
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by", sa.Uuid(), nullable=False),
    ]


def _holds() -> None:
    op.create_table(
        "payment_hold",
        _fact(),
        sa.Column("operator_id", sa.Uuid(), nullable=False),
        sa.Column("cause", _WORD, nullable=False),
        sa.Column("note", _TEXT, nullable=True),
        *_said(),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_payment_hold")),
        sa.ForeignKeyConstraint(
            ["operator_id"],
            ["venue_operator.organisation_id"],
            name=op.f("fk_payment_hold_operator_id_venue_operator"),
        ),
    )
    op.create_index(op.f("ix_payment_hold_operator_id_id"), "payment_hold", ["operator_id", "id"])
    op.create_table(
        "payment_hold_lifting",
        sa.Column("hold_id", _BIG, autoincrement=False, nullable=False),
        sa.Column("reason", _TEXT, nullable=False),
        *_said(),
        sa.PrimaryKeyConstraint("hold_id", name=op.f("pk_payment_hold_lifting")),
        sa.ForeignKeyConstraint(
            ["hold_id"], ["payment_hold.id"], name=op.f("fk_payment_hold_lifting_hold_id_payment_hold")
        ),
    )
