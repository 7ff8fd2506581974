"""Batches, booklets, vouchers and the facts of their lives."""

import sqlalchemy as sa
from alembic import op

from migrations import append_only

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Create the tables, and freeze the facts."""
    _papers()
    _activations()
    _custody()
    _handovers()
    _redemptions()
    _ends()
    append_only.frozen(
        "batch",
        "booklet",
        "voucher",
        "code",
        "print_run",
        "activation",
        "active_booklet",
        "booklet_move",
        "allocation",
        "receipt",
        "sent_back",
        "given_back",
        "prescription",
        "handover",
        "handover_undone",
        "redemption",
        "redemption_reversal",
        "serial_request",
        "serial_answer",
        "refused_code",
        "voiding",
        "void",
        "replacement",
    )
    append_only.erasable("handover_answers")


def _papers() -> None:
    op.create_table(
        "code",
        sa.Column("mac", sa.LargeBinary(), nullable=False),
        sa.Column("campaign_id", sa.BigInteger(), nullable=False),
        sa.Column("serial", sa.Text(collation="C"), nullable=False),
        sa.Column("issue", sa.SmallInteger(), nullable=False),
        sa.PrimaryKeyConstraint("mac", name="pk_code"),
    )
    op.create_table(
        "voucher",
        sa.Column("campaign_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("serial", sa.Text(collation="C"), nullable=False),
        sa.Column("booklet", sa.Text(collation="C"), nullable=False),
        sa.Column("position", sa.SmallInteger(), nullable=False),
        sa.Column("colour", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("campaign_id", "serial", name="pk_voucher"),
    )
    op.create_index("ix_voucher_booklet_campaign_id", "voucher", ["booklet", "campaign_id"], unique=False)
    op.create_table(
        "batch",
        sa.Column("campaign_id", sa.BigInteger(), nullable=False),
        sa.Column("no", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("first_booklet", sa.Integer(), nullable=False),
        sa.Column("last_booklet", sa.Integer(), nullable=False),
        sa.Column("produced_on", sa.Date(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["campaign_id"], ["campaign.id"], name="fk_batch_campaign_id_campaign"),
        sa.PrimaryKeyConstraint("campaign_id", "no", name="pk_batch"),
        sa.UniqueConstraint("campaign_id", "first_booklet", name="uq_batch_campaign_id_first_booklet"),
        sa.UniqueConstraint("id", name="uq_batch_id"),
    )
    op.create_table(
        "booklet",
        sa.Column("campaign_id", sa.BigInteger(), nullable=False),
        sa.Column("number", sa.Text(collation="C"), nullable=False),
        sa.Column("ordinal", sa.Integer(), nullable=False),
        sa.Column("batch_no", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["campaign_id"], ["campaign.id"], name="fk_booklet_campaign_id_campaign"),
        sa.PrimaryKeyConstraint("campaign_id", "number", name="pk_booklet"),
    )
    op.create_index("ix_booklet_ordinal_campaign_id", "booklet", ["ordinal", "campaign_id"], unique=True)
    op.create_table(
        "print_run",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("campaign_id", sa.BigInteger(), nullable=False),
        sa.Column("first_booklet", sa.Integer(), nullable=False),
        sa.Column("last_booklet", sa.Integer(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["campaign_id"], ["campaign.id"], name="fk_print_run_campaign_id_campaign"),
        sa.PrimaryKeyConstraint("id", name="pk_print_run"),
    )
    op.create_index(
        "ix_print_run_campaign_id_first_booklet", "print_run", ["campaign_id", "first_booklet"], unique=False
    )


def _activations() -> None:
    op.create_table(
        "activation",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("campaign_id", sa.BigInteger(), nullable=False),
        sa.Column("first_booklet", sa.Integer(), nullable=False),
        sa.Column("last_booklet", sa.Integer(), nullable=False),
        sa.Column("mandate_number", sa.Text(), nullable=False),
        sa.Column("mandated_on", sa.Date(), nullable=False),
        sa.Column("entry_no", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["campaign_id"], ["campaign.id"], name="fk_activation_campaign_id_campaign"),
        sa.PrimaryKeyConstraint("id", name="pk_activation"),
    )
    op.create_table(
        "active_booklet",
        sa.Column("campaign_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("booklet", sa.Text(collation="C"), nullable=False),
        sa.Column("activation_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["activation_id"], ["activation.id"], name="fk_active_booklet_activation_id_activation"
        ),
        sa.PrimaryKeyConstraint("campaign_id", "booklet", name="pk_active_booklet"),
    )


def _custody() -> None:
    op.create_table(
        "booklet_move",
        sa.Column("campaign_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("booklet", sa.Text(collation="C"), nullable=False),
        sa.Column("turn", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("place", sa.Text(collation="C"), nullable=False),
        sa.Column("act", sa.Text(collation="C"), nullable=False),
        sa.Column("act_id", sa.Uuid(), nullable=False),
        sa.Column("entry_no", sa.BigInteger(), nullable=False),
        sa.Column("effective_on", sa.Date(), nullable=False),
        sa.PrimaryKeyConstraint("campaign_id", "booklet", "turn", name="pk_booklet_move"),
    )
    op.create_table(
        "allocation",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("campaign_id", sa.BigInteger(), nullable=False),
        sa.Column("site_no", sa.BigInteger(), nullable=False),
        sa.Column("booklets", sa.Integer(), nullable=False),
        sa.Column("papers", sa.Integer(), nullable=False),
        sa.Column("sent_on", sa.Date(), nullable=False),
        sa.Column("entry_no", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["campaign_id"], ["campaign.id"], name="fk_allocation_campaign_id_campaign"),
        sa.PrimaryKeyConstraint("id", name="pk_allocation"),
    )
    op.create_index(
        "ix_allocation_campaign_id_site_no", "allocation", ["campaign_id", "site_no"], unique=False
    )
    op.create_table(
        "given_back",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("campaign_id", sa.BigInteger(), nullable=False),
        sa.Column("booklet", sa.Text(collation="C"), nullable=False),
        sa.Column("site_no", sa.BigInteger(), nullable=False),
        sa.Column("papers", sa.Integer(), nullable=False),
        sa.Column("given_back_on", sa.Date(), nullable=False),
        sa.Column("entry_no", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["campaign_id"], ["campaign.id"], name="fk_given_back_campaign_id_campaign"),
        sa.PrimaryKeyConstraint("id", name="pk_given_back"),
    )
    op.create_table(
        "sent_back",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("campaign_id", sa.BigInteger(), nullable=False),
        sa.Column("site_no", sa.BigInteger(), nullable=False),
        sa.Column("booklets", sa.Integer(), nullable=False),
        sa.Column("papers", sa.Integer(), nullable=False),
        sa.Column("sent_back_on", sa.Date(), nullable=False),
        sa.Column("entry_no", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["campaign_id"], ["campaign.id"], name="fk_sent_back_campaign_id_campaign"),
        sa.PrimaryKeyConstraint("id", name="pk_sent_back"),
    )
    op.create_table(
        "receipt",
        sa.Column("allocation_id", sa.Uuid(), nullable=False),
        sa.Column("counted", sa.Integer(), nullable=False),
        sa.Column("missing", sa.ARRAY(sa.Text()), nullable=False),
        sa.Column("received_on", sa.Date(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["allocation_id"], ["allocation.id"], name="fk_receipt_allocation_id_allocation"
        ),
        sa.PrimaryKeyConstraint("allocation_id", name="pk_receipt"),
    )


def _handovers() -> None:
    op.create_table(
        "handover",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("campaign_id", sa.BigInteger(), nullable=False),
        sa.Column("site_no", sa.BigInteger(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=True),
        sa.Column("prescription_id", sa.Uuid(), nullable=True),
        sa.Column("inferred", sa.Boolean(), nullable=False),
        sa.Column("booklets", sa.Integer(), nullable=False),
        sa.Column("handed_on", sa.Date(), nullable=False),
        sa.Column("entry_no", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["campaign_id"], ["campaign.id"], name="fk_handover_campaign_id_campaign"),
        sa.PrimaryKeyConstraint("id", name="pk_handover"),
    )
    op.create_index(
        "ix_handover_campaign_id_site_no_handed_on",
        "handover",
        ["campaign_id", "site_no", "handed_on"],
        unique=False,
    )
    op.create_index("ix_handover_person_id", "handover", ["person_id"], unique=False)
    op.create_table(
        "prescription",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("campaign_id", sa.BigInteger(), nullable=False),
        sa.Column("site_no", sa.BigInteger(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("need", sa.String(40), nullable=False),
        sa.Column("booklets", sa.Integer(), nullable=False),
        sa.Column("prescribed_on", sa.Date(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["campaign_id"], ["campaign.id"], name="fk_prescription_campaign_id_campaign"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_prescription"),
    )
    op.create_table(
        "handover_answers",
        sa.Column("handover_id", sa.Uuid(), nullable=False),
        sa.Column("revision", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("age_band", sa.String(40), nullable=False),
        sa.Column("situation", sa.String(40), nullable=False),
        sa.Column("gender", sa.String(40), nullable=False),
        sa.Column("commune", sa.Text(), nullable=True),
        sa.Column("need", sa.String(40), nullable=False),
        sa.Column("diagnosis_tool", sa.Text(), nullable=True),
        sa.Column("diagnosis_result", sa.Text(), nullable=True),
        sa.Column("diagnosed_on", sa.Date(), nullable=True),
        sa.Column("priority_public", sa.Boolean(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["handover_id"], ["handover.id"], name="fk_handover_answers_handover_id_handover"
        ),
        sa.PrimaryKeyConstraint("handover_id", "revision", name="pk_handover_answers"),
    )
    op.create_table(
        "handover_undone",
        sa.Column("handover_id", sa.Uuid(), nullable=False),
        sa.Column("entry_no", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["handover_id"], ["handover.id"], name="fk_handover_undone_handover_id_handover"
        ),
        sa.PrimaryKeyConstraint("handover_id", name="pk_handover_undone"),
    )


def _redemptions() -> None:
    op.create_table(
        "redemption",
        sa.Column("campaign_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("serial", sa.Text(collation="C"), nullable=False),
        sa.Column("issue", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("turn", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("basket_id", sa.Uuid(), nullable=False),
        sa.Column("venue_no", sa.BigInteger(), nullable=False),
        sa.Column("operator_id", sa.Uuid(), nullable=False),
        sa.Column("entry_no", sa.BigInteger(), nullable=False),
        sa.Column("line", sa.Integer(), nullable=False),
        sa.Column("face_cents", sa.BigInteger(), nullable=False),
        sa.Column("colour", sa.Integer(), nullable=False),
        sa.Column("served_on", sa.Date(), nullable=False),
        sa.Column("service", sa.Text(collation="C"), nullable=False),
        sa.Column("minutes", sa.SmallInteger(), nullable=False),
        sa.Column("out_of_pocket_cents", sa.BigInteger(), nullable=False),
        sa.Column("delivered_by", sa.Text(collation="C"), nullable=False),
        sa.Column("mediator_id", sa.Uuid(), nullable=True),
        sa.Column("pay_by", sa.Date(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("campaign_id", "serial", "issue", "turn", name="pk_redemption"),
        sa.UniqueConstraint("id", name="uq_redemption_id"),
    )
    op.create_index(
        "ix_redemption_venue_no_campaign_id_id", "redemption", ["venue_no", "campaign_id", "id"], unique=False
    )
    op.create_table(
        "refused_code",
        sa.Column("no", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by", sa.Uuid(), nullable=False),
        sa.Column("operator_id", sa.Uuid(), nullable=False),
        sa.Column("venue_id", sa.Uuid(), nullable=True),
        sa.Column("reason", sa.Text(collation="C"), nullable=False),
        sa.Column("campaign_id", sa.BigInteger(), nullable=True),
        sa.Column("serial", sa.Text(collation="C"), nullable=True),
        sa.PrimaryKeyConstraint("no", name="pk_refused_code"),
    )
    op.create_index("ix_refused_code_by_at", "refused_code", ["by", "at"], unique=False)
    op.create_index("ix_refused_code_operator_id_at", "refused_code", ["operator_id", "at"], unique=False)
    op.create_table(
        "redemption_reversal",
        sa.Column("redemption_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("campaign_id", sa.BigInteger(), nullable=False),
        sa.Column("serial", sa.Text(collation="C"), nullable=False),
        sa.Column("issue", sa.SmallInteger(), nullable=False),
        sa.Column("cause", sa.String(40), nullable=False),
        sa.Column("is_claim", sa.Boolean(), nullable=False),
        sa.Column("reversed_on", sa.Date(), nullable=False),
        sa.Column("entry_no", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["redemption_id"], ["redemption.id"], name="fk_redemption_reversal_redemption_id_redemption"
        ),
        sa.PrimaryKeyConstraint("redemption_id", name="pk_redemption_reversal"),
        sa.UniqueConstraint("id", name="uq_redemption_reversal_id"),
    )
    op.create_index(
        "ix_redemption_reversal_serial_campaign_id_issue",
        "redemption_reversal",
        ["serial", "campaign_id", "issue"],
        unique=False,
    )
    op.create_table(
        "serial_request",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("campaign_id", sa.BigInteger(), nullable=False),
        sa.Column("serial", sa.Text(collation="C"), nullable=False),
        sa.Column("venue_id", sa.Uuid(), nullable=False),
        sa.Column("operator_id", sa.Uuid(), nullable=False),
        sa.Column("served_on", sa.Date(), nullable=False),
        sa.Column("service", sa.Text(collation="C"), nullable=False),
        sa.Column("minutes", sa.SmallInteger(), nullable=False),
        sa.Column("out_of_pocket_cents", sa.BigInteger(), nullable=False),
        sa.Column("delivered_by", sa.String(40), nullable=False),
        sa.Column("mediator_id", sa.Uuid(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["campaign_id"], ["campaign.id"], name="fk_serial_request_campaign_id_campaign"
        ),
        sa.ForeignKeyConstraint(["venue_id"], ["venue.id"], name="fk_serial_request_venue_id_venue"),
        sa.PrimaryKeyConstraint("id", name="pk_serial_request"),
    )
    op.create_table(
        "serial_answer",
        sa.Column("request_id", sa.Uuid(), nullable=False),
        sa.Column("redemption_id", sa.Uuid(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["redemption_id"], ["redemption.id"], name="fk_serial_answer_redemption_id_redemption"
        ),
        sa.ForeignKeyConstraint(
            ["request_id"], ["serial_request.id"], name="fk_serial_answer_request_id_serial_request"
        ),
        sa.PrimaryKeyConstraint("request_id", name="pk_serial_answer"),
    )


def _ends() -> None:
    op.create_table(
        "replacement",
        sa.Column("campaign_id", sa.BigInteger(), nullable=False),
        sa.Column("serial", sa.Text(collation="C"), nullable=False),
        sa.Column("issue", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("replacing_id", sa.Uuid(), nullable=False),
        sa.Column("reason", sa.String(40), nullable=False),
        sa.Column("replaced_on", sa.Date(), nullable=False),
        sa.Column("entry_no", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["campaign_id"], ["campaign.id"], name="fk_replacement_campaign_id_campaign"),
        sa.PrimaryKeyConstraint("campaign_id", "serial", "issue", name="pk_replacement"),
    )
    op.create_table(
        "voiding",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("campaign_id", sa.BigInteger(), nullable=False),
        sa.Column("reason", sa.String(40), nullable=False),
        sa.Column("papers", sa.Integer(), nullable=False),
        sa.Column("value_cents", sa.BigInteger(), nullable=False),
        sa.Column("voided_on", sa.Date(), nullable=False),
        sa.Column("entry_no", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["campaign_id"], ["campaign.id"], name="fk_voiding_campaign_id_campaign"),
        sa.PrimaryKeyConstraint("id", name="pk_voiding"),
    )
    op.create_table(
        "void",
        sa.Column("campaign_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("serial", sa.Text(collation="C"), nullable=False),
        sa.Column("issue", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("voiding_id", sa.Uuid(), nullable=False),
        sa.Column("reason", sa.String(40), nullable=False),
        sa.Column("entry_no", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["voiding_id"], ["voiding.id"], name="fk_void_voiding_id_voiding"),
        sa.PrimaryKeyConstraint("campaign_id", "serial", "issue", name="pk_void"),
    )
