"""Tidy lists: a site or a venue may close, and what is known of an organisation may be put right."""

import sqlalchemy as sa
from alembic import op

from migrations import append_only

revision = "0022"
down_revision = "0021"

_FROZEN = {
    "site": "id, no, organisation_id, name, address, postcode, commune, opened_at, opened_by",
    "organisation": "id, kind, created_at, created_by",
}
"""What of a row still never changes; a frozen fact explains each change of the rest."""


def upgrade() -> None:
    """Create the facts; let the service change the few columns that they explain."""
    op.add_column("site", sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("venue", sa.Column("closed_on", sa.Date(), nullable=True))
    _closings()
    _corrections()
    append_only.frozen("site_closing", "venue_closing", "organisation_correction")
    for table, columns in _FROZEN.items():
        op.execute(f"DROP TRIGGER {table}_is_append_only ON {table}")
        op.execute(
            f"CREATE TRIGGER {table}_is_append_only BEFORE DELETE OR UPDATE OF {columns} ON {table} "
            "FOR EACH ROW EXECUTE FUNCTION refuse_change()"
        )
    append_only.working("site", columns="closed_at")
    append_only.working("venue", columns="closed_on")
    append_only.working("organisation", columns="name, siret")


def _closings() -> None:
    for place, said in (
        ("site", sa.Column("is_closed", sa.Boolean(), nullable=False)),
        ("venue", sa.Column("closed_on", sa.Date(), nullable=True)),
    ):
        table = f"{place}_closing"
        op.create_table(
            table,
            sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
            sa.Column(f"{place}_id", sa.Uuid(), nullable=False),
            said,
            sa.Column("reason", sa.Text(), nullable=False),
            sa.Column("decided_at", sa.DateTime(timezone=True), nullable=False),
            sa.Column("decided_by", sa.Uuid(), nullable=False),
            sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
            sa.ForeignKeyConstraint(
                [f"{place}_id"], [f"{place}.id"], name=op.f(f"fk_{table}_{place}_id_{place}")
            ),
        )
        op.create_index(op.f(f"ix_{table}_{place}_id"), table, [f"{place}_id"])


def _corrections() -> None:
    op.create_table(
        "organisation_correction",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("name_before", sa.Text(), nullable=False),
        sa.Column("siret_before", sa.Text(collation="C"), nullable=True),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("siret", sa.Text(collation="C"), nullable=True),
        sa.Column("reason", sa.String(40), nullable=False),
        sa.Column("corrected_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("corrected_by", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_organisation_correction")),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_organisation_correction_organisation_id_organisation"),
        ),
    )
    op.create_index(
        op.f("ix_organisation_correction_organisation_id"), "organisation_correction", ["organisation_id"]
    )


def downgrade() -> None:
    """Forget closings and corrections."""
    for table in ("organisation_correction", "venue_closing", "site_closing"):
        op.drop_table(table)
    op.drop_column("venue", "closed_on")
    op.drop_column("site", "closed_at")
