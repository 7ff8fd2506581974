"""Funders, campaigns, pledges and deposits: where the euros come from."""

import sqlalchemy as sa
from alembic import op

from migrations import append_only

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Create the tables, and freeze the facts."""
    _campaigns()
    _money()
    append_only.frozen("funder", "campaign_share", "campaign_block", "pledge", "deposit", "funder_refund")
    append_only.working("campaign", columns=", ".join(_AMENDED))


# What the vouchers are worth, how many are in a booklet and who holds the money stay as they were at first.
_AMENDED = (
    "name",
    "legal_basis",
    "legal_reference",
    "deliberation",
    "decided_on",
    "use_from",
    "use_until",
    "present_until",
    "late_entry_days",
    "handover_required",
    "state_funded",
    "services",
    "territory",
    "payment_days",
    "version",
)


def _campaigns() -> None:
    op.create_table(
        "campaign",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("series", sa.Text(collation="C"), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("legal_basis", sa.String(40), nullable=False),
        sa.Column("legal_reference", sa.Text(), nullable=False),
        sa.Column("deliberation", sa.Text(), nullable=False),
        sa.Column("decided_on", sa.Date(), nullable=False),
        sa.Column("money_side", sa.String(40), nullable=False),
        sa.Column("face_cents", sa.BigInteger(), nullable=False),
        sa.Column("booklet_size", sa.BigInteger(), nullable=False),
        sa.Column("use_from", sa.Date(), nullable=False),
        sa.Column("use_until", sa.Date(), nullable=False),
        sa.Column("present_until", sa.Date(), nullable=False),
        sa.Column("late_entry_days", sa.BigInteger(), nullable=False),
        sa.Column("handover_required", sa.Boolean(), nullable=False),
        sa.Column("state_funded", sa.String(40), nullable=False),
        sa.Column("services", sa.ARRAY(sa.Text()), nullable=False),
        sa.Column("territory", sa.ARRAY(sa.Text()), nullable=False),
        sa.Column("payment_days", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.BigInteger(), server_default="1", nullable=False),
        sa.ForeignKeyConstraint(["id"], ["book.id"], name="fk_campaign_id_book"),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name="fk_campaign_organisation_id_organisation"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_campaign"),
        sa.UniqueConstraint("series", name="uq_campaign_series"),
    )
    op.create_table(
        "funder",
        sa.Column("code", sa.Text(collation="C"), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name="fk_funder_organisation_id_organisation"
        ),
        sa.PrimaryKeyConstraint("code", name="pk_funder"),
    )
    op.create_table(
        "campaign_block",
        sa.Column("no", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("campaign_id", sa.BigInteger(), nullable=False),
        sa.Column("blocked", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["campaign_id"], ["campaign.id"], name="fk_campaign_block_campaign_id_campaign"
        ),
        sa.PrimaryKeyConstraint("no", name="pk_campaign_block"),
    )
    op.create_index("ix_campaign_block_campaign_id_no", "campaign_block", ["campaign_id", "no"], unique=False)
    op.create_table(
        "campaign_share",
        sa.Column("campaign_id", sa.BigInteger(), nullable=False),
        sa.Column("funder", sa.Text(collation="C"), nullable=False),
        sa.Column("advanced_parts", sa.BigInteger(), nullable=False),
        sa.Column("borne_parts", sa.BigInteger(), nullable=False),
        sa.Column("due_on", sa.String(40), nullable=False),
        sa.ForeignKeyConstraint(
            ["campaign_id"], ["campaign.id"], name="fk_campaign_share_campaign_id_campaign"
        ),
        sa.ForeignKeyConstraint(["funder"], ["funder.code"], name="fk_campaign_share_funder_funder"),
        sa.PrimaryKeyConstraint("campaign_id", "funder", name="pk_campaign_share"),
    )


def _money() -> None:
    op.create_table(
        "deposit",
        sa.Column("campaign_id", sa.BigInteger(), nullable=False),
        sa.Column("reference", sa.Text(collation="C"), nullable=False),
        sa.Column("funder", sa.Text(collation="C"), nullable=True),
        sa.Column("amount_cents", sa.BigInteger(), nullable=False),
        sa.Column("matched_cents", sa.BigInteger(), nullable=False),
        sa.Column("exercice", sa.BigInteger(), nullable=True),
        sa.Column("received_on", sa.Date(), nullable=False),
        sa.Column("entry_no", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["campaign_id"], ["campaign.id"], name="fk_deposit_campaign_id_campaign"),
        sa.ForeignKeyConstraint(["funder"], ["funder.code"], name="fk_deposit_funder_funder"),
        sa.PrimaryKeyConstraint("campaign_id", "reference", name="pk_deposit"),
    )
    op.create_table(
        "funder_refund",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("campaign_id", sa.BigInteger(), nullable=False),
        sa.Column("funder", sa.Text(collation="C"), nullable=False),
        sa.Column("amount_cents", sa.BigInteger(), nullable=False),
        sa.Column("reference", sa.Text(), nullable=False),
        sa.Column("paid_on", sa.Date(), nullable=False),
        sa.Column("entry_no", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["campaign_id"], ["campaign.id"], name="fk_funder_refund_campaign_id_campaign"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_funder_refund"),
    )
    op.create_index(
        "ix_funder_refund_campaign_id_funder", "funder_refund", ["campaign_id", "funder"], unique=False
    )
    op.create_table(
        "pledge",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("campaign_id", sa.BigInteger(), nullable=False),
        sa.Column("funder", sa.Text(collation="C"), nullable=False),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("amount_cents", sa.BigInteger(), nullable=False),
        sa.Column("reference", sa.Text(), nullable=False),
        sa.Column("dated_on", sa.Date(), nullable=False),
        sa.Column("entry_no", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["campaign_id"], ["campaign.id"], name="fk_pledge_campaign_id_campaign"),
        sa.PrimaryKeyConstraint("id", name="pk_pledge"),
    )
    op.create_index("ix_pledge_campaign_id_funder", "pledge", ["campaign_id", "funder"], unique=False)
