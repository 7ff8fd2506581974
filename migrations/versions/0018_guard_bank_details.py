"""Guard bank details: proposed, proved, approved by another person; holds, payees and successors.

The accounts that were paid on before this day stay in force: nothing asked for a second person when they were given.
"""

import sqlalchemy as sa
from alembic import op

from migrations import append_only

revision = "0018"
down_revision = "0017"

_BIG = sa.BigInteger()
_TEXT = sa.Text()
_BYTES = sa.Text(collation="C")
_WORD = sa.String(40)
_AT = sa.DateTime(timezone=True)

_APPROVED_BEFORE = """
INSERT INTO bank_details_decision (details_id, outcome, in_force_at, at, by)
SELECT id, 'approved', recorded_at, recorded_at, recorded_by FROM bank_details"""
_TABLES = (
    "payment_hold",
    "payment_hold_lifting",
    "bank_details_decision",
    "bank_details_withdrawal",
    "evidence",
    "evidence_opening",
    "payee",
    "succession",
    "succession_decision",
)


def upgrade() -> None:
    """Create what guards an account, and say that the accounts of before are approved; all is written once."""
    _holds()
    _decisions()
    _evidence()
    _payees()
    _successions()
    op.execute(_APPROVED_BEFORE)
    append_only.frozen(*_TABLES)


def downgrade() -> None:
    """Forget the guards; the accounts stay."""
    op.drop_index(op.f("ix_bank_details_iban"), "bank_details")
    for table in reversed(_TABLES):
        op.drop_table(table)


def _fact() -> sa.Column[int]:
    return sa.Column("id", _BIG, sa.Identity(always=True), nullable=False)


def _said() -> list[sa.Column[object]]:
    return [
        sa.Column("at", _AT, nullable=False),
        sa.Column("by", sa.Uuid(), nullable=False),
    ]


def _refers(table: str, column: str, to: str, key: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{to}.{key}"], name=op.f(f"fk_{table}_{column}_{to}"))


def _of_operator(table: str, column: str = "operator_id") -> sa.ForeignKeyConstraint:
    return _refers(table, column, "venue_operator", "organisation_id")


def _of_details(table: str) -> tuple[sa.Column[int], sa.PrimaryKeyConstraint, sa.ForeignKeyConstraint]:
    return (
        sa.Column("details_id", _BIG, autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("details_id", name=op.f(f"pk_{table}")),
        _refers(table, "details_id", "bank_details", "id"),
    )


def _holds() -> None:
    op.create_table(
        "payment_hold",
        _fact(),
        sa.Column("operator_id", sa.Uuid(), nullable=False),
        sa.Column("cause", _WORD, nullable=False),
        sa.Column("note", _TEXT, nullable=True),
        *_said(),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_payment_hold")),
        _of_operator("payment_hold"),
    )
    op.create_index(op.f("ix_payment_hold_operator_id_id"), "payment_hold", ["operator_id", "id"])
    op.create_table(
        "payment_hold_lifting",
        sa.Column("hold_id", _BIG, autoincrement=False, nullable=False),
        sa.Column("reason", _TEXT, nullable=False),
        *_said(),
        sa.PrimaryKeyConstraint("hold_id", name=op.f("pk_payment_hold_lifting")),
        _refers("payment_hold_lifting", "hold_id", "payment_hold", "id"),
    )


def _decisions() -> None:
    op.create_index(op.f("ix_bank_details_iban"), "bank_details", ["iban"])
    op.create_table(
        "bank_details_decision",
        *_of_details("bank_details_decision"),
        sa.Column("outcome", _WORD, nullable=False),
        sa.Column("reason", _TEXT, nullable=True),
        sa.Column("called_back", _TEXT, nullable=True),
        sa.Column("in_force_at", _AT, nullable=True),
        *_said(),
    )
    op.create_table(
        "bank_details_withdrawal",
        *_of_details("bank_details_withdrawal"),
        sa.Column("reason", _TEXT, nullable=False),
        *_said(),
    )


def _evidence() -> None:
    op.create_table(
        "evidence",
        _fact(),
        sa.Column("subject", _BYTES, nullable=False),
        sa.Column("media_type", _WORD, nullable=False),
        sa.Column("size_bytes", _BIG, nullable=False),
        sa.Column("sha256", _BYTES, nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        *_said(),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_evidence")),
    )
    op.create_index(op.f("ix_evidence_subject_id"), "evidence", ["subject", "id"])
    op.create_table(
        "evidence_opening",
        _fact(),
        sa.Column("evidence_id", _BIG, nullable=False),
        *_said(),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_evidence_opening")),
        _refers("evidence_opening", "evidence_id", "evidence", "id"),
    )
    op.create_index(op.f("ix_evidence_opening_evidence_id_by"), "evidence_opening", ["evidence_id", "by"])


def _payees() -> None:
    op.create_table(
        "payee",
        *_of_details("payee"),
        sa.Column("kind", _WORD, nullable=False),
        sa.Column("name", _TEXT, nullable=False),
        sa.Column("siret", _BYTES, nullable=True),
        sa.Column("reference", _TEXT, nullable=False),
        sa.Column("entitled_on", sa.Date(), nullable=False),
    )


def _successions() -> None:
    op.create_table(
        "succession",
        _fact(),
        sa.Column("predecessor_id", sa.Uuid(), nullable=False),
        sa.Column("successor_id", sa.Uuid(), nullable=False),
        sa.Column("effective_on", sa.Date(), nullable=False),
        sa.Column("reference", _TEXT, nullable=False),
        *_said(),
        sa.CheckConstraint("predecessor_id <> successor_id", name=op.f("ck_succession_is_by_another")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_succession")),
        _of_operator("succession", "predecessor_id"),
        _of_operator("succession", "successor_id"),
    )
    op.create_index(op.f("ix_succession_predecessor_id_id"), "succession", ["predecessor_id", "id"])
    op.create_index(op.f("ix_succession_successor_id"), "succession", ["successor_id"])
    op.create_table(
        "succession_decision",
        sa.Column("succession_id", _BIG, autoincrement=False, nullable=False),
        sa.Column("outcome", _WORD, nullable=False),
        sa.Column("reason", _TEXT, nullable=True),
        *_said(),
        sa.PrimaryKeyConstraint("succession_id", name=op.f("pk_succession_decision")),
        _refers("succession_decision", "succession_id", "succession", "id"),
    )
