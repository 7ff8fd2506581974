"""Prescribers, venue operators, venues, mediators, bank details, accreditation: who takes part."""

import sqlalchemy as sa
from alembic import op

from migrations import append_only

revision = "0004"
down_revision = "0003"

_BIG = sa.BigInteger()
_TEXT = sa.Text()
_BYTES = sa.Text(collation="C")
_WORD = sa.String(40)
_AT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Create the tables; only what is said of an operator, a venue or a mediator may be edited."""
    for sequence in ("site_no_seq", "venue_no_seq"):
        op.execute(f"CREATE SEQUENCE {sequence}")
        append_only.sequence(sequence)
    _prescribers()
    _operators()
    _venues()
    _mediators()
    _accreditation()
    append_only.frozen("prescriber", "site", "cashing_act", "bank_details", "venue_origin", "derogation")
    append_only.frozen("accreditation")
    append_only.working("venue_operator", columns="legal_form, version")
    append_only.working("venue", columns=", ".join(_EDITED))
    append_only.working("mediator", columns="left_on, version")


_EDITED = (
    "operator_id",
    "name",
    "address",
    "address_complement",
    "postcode",
    "commune",
    "insee",
    "latitude",
    "longitude",
    "services",
    "conditions",
    "modalities",
    "opening_hours",
    "website",
    "phone",
    "announces_pass",
    "identity_key",
    "commune_key",
    "name_key",
    "source",
    "source_id",
    "updated_on",
    "imported_digest",
    "imported_version",
    "version",
)


def _number(sequence: str) -> sa.Column[int]:
    return sa.Column("no", _BIG, nullable=False, server_default=sa.text(f"nextval('{sequence}')"))


def _fact() -> sa.Column[int]:
    return sa.Column("id", _BIG, sa.Identity(always=True), nullable=False)


def _said(verb: str) -> list[sa.Column[object]]:
    return [
        sa.Column(f"{verb}_at", _AT, nullable=False),
        sa.Column(f"{verb}_by", sa.Uuid(), nullable=False),
    ]


def _prescribers() -> None:
    op.create_table(
        "prescriber",
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        *_said("enrolled"),
        sa.PrimaryKeyConstraint("organisation_id", name="pk_prescriber"),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name="fk_prescriber_organisation_id_organisation"
        ),
    )
    op.create_table(
        "site",
        sa.Column("id", sa.Uuid(), nullable=False),
        _number("site_no_seq"),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("name", _TEXT, nullable=False),
        sa.Column("address", _TEXT),
        sa.Column("postcode", _BYTES),
        sa.Column("commune", _TEXT, nullable=False),
        *_said("opened"),
        sa.PrimaryKeyConstraint("id", name="pk_site"),
        sa.UniqueConstraint("no", name="uq_site_no"),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["prescriber.organisation_id"], name="fk_site_organisation_id_prescriber"
        ),
    )
    op.create_index("ix_site_organisation_id", "site", ["organisation_id"])


def _operators() -> None:
    op.create_table(
        "venue_operator",
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("legal_form", _WORD, nullable=False),
        *_said("enrolled"),
        sa.Column("version", _BIG, nullable=False),
        sa.PrimaryKeyConstraint("organisation_id", name="pk_venue_operator"),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name="fk_venue_operator_organisation_id_organisation"
        ),
    )
    op.create_table(
        "cashing_act",
        _fact(),
        sa.Column("operator_id", sa.Uuid(), nullable=False),
        sa.Column("means", _WORD, nullable=False),
        sa.Column("reference", _TEXT, nullable=False),
        sa.Column("signed_on", sa.Date(), nullable=False),
        *_said("recorded"),
        sa.PrimaryKeyConstraint("id", name="pk_cashing_act"),
        sa.ForeignKeyConstraint(
            ["operator_id"],
            ["venue_operator.organisation_id"],
            name="fk_cashing_act_operator_id_venue_operator",
        ),
    )
    op.create_index("ix_cashing_act_operator_id_id", "cashing_act", ["operator_id", "id"])
    op.create_table(
        "bank_details",
        _fact(),
        sa.Column("operator_id", sa.Uuid(), nullable=False),
        sa.Column("iban", _BYTES, nullable=False),
        sa.Column("bic", _BYTES),
        sa.Column("holder", _TEXT, nullable=False),
        *_said("recorded"),
        sa.PrimaryKeyConstraint("id", name="pk_bank_details"),
        sa.ForeignKeyConstraint(
            ["operator_id"],
            ["venue_operator.organisation_id"],
            name="fk_bank_details_operator_id_venue_operator",
        ),
    )
    op.create_index("ix_bank_details_operator_id_id", "bank_details", ["operator_id", "id"])


def _venues() -> None:
    op.create_table(
        "venue",
        sa.Column("id", sa.Uuid(), nullable=False),
        _number("venue_no_seq"),
        sa.Column("operator_id", sa.Uuid()),
        sa.Column("name", _TEXT, nullable=False),
        sa.Column("address", _TEXT, nullable=False),
        sa.Column("address_complement", _TEXT),
        sa.Column("postcode", _BYTES, nullable=False),
        sa.Column("commune", _TEXT, nullable=False),
        sa.Column("insee", _BYTES),
        sa.Column("latitude", sa.Double()),
        sa.Column("longitude", sa.Double()),
        sa.Column("services", sa.ARRAY(_TEXT), nullable=False),
        sa.Column("conditions", sa.ARRAY(_TEXT), nullable=False),
        sa.Column("modalities", sa.ARRAY(_TEXT), nullable=False),
        sa.Column("opening_hours", _TEXT),
        sa.Column("website", _TEXT),
        sa.Column("phone", _TEXT),
        sa.Column("announces_pass", sa.Boolean(), nullable=False),
        sa.Column("identity_key", _BYTES, nullable=False),
        sa.Column("commune_key", _BYTES, nullable=False),
        sa.Column("name_key", _BYTES, nullable=False),
        sa.Column("source", _BYTES),
        sa.Column("source_id", _BYTES),
        sa.Column("updated_on", sa.Date()),
        sa.Column("imported_digest", _BYTES),
        sa.Column("imported_version", _BIG),
        *_said("registered"),
        sa.Column("version", _BIG, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_venue"),
        sa.UniqueConstraint("no", name="uq_venue_no"),
        sa.UniqueConstraint("identity_key", name="uq_venue_identity_key"),
        sa.ForeignKeyConstraint(
            ["operator_id"], ["venue_operator.organisation_id"], name="fk_venue_operator_id_venue_operator"
        ),
    )
    op.create_index("ix_venue_operator_id", "venue", ["operator_id"])
    op.create_index("ix_venue_commune_key_name_key_no", "venue", ["commune_key", "name_key", "no"])
    op.create_index("ix_venue_latitude", "venue", ["latitude"])
    op.create_table(
        "venue_origin",
        sa.Column("source", _BYTES, nullable=False),
        sa.Column("source_id", _BYTES, nullable=False),
        sa.Column("venue_id", sa.Uuid(), nullable=False),
        sa.Column("recorded_at", _AT, nullable=False),
        sa.PrimaryKeyConstraint("source", "source_id", name="pk_venue_origin"),
        sa.ForeignKeyConstraint(["venue_id"], ["venue.id"], name="fk_venue_origin_venue_id_venue"),
    )
    op.create_index("ix_venue_origin_venue_id", "venue_origin", ["venue_id"])


def _mediators() -> None:
    op.create_table(
        "mediator",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("operator_id", sa.Uuid(), nullable=False),
        sa.Column("label", _TEXT, nullable=False),
        sa.Column("standing", _WORD, nullable=False),
        *_said("registered"),
        sa.Column("left_on", sa.Date()),
        sa.Column("version", _BIG, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_mediator"),
        sa.ForeignKeyConstraint(
            ["operator_id"], ["venue_operator.organisation_id"], name="fk_mediator_operator_id_venue_operator"
        ),
    )
    op.create_index("ix_mediator_operator_id", "mediator", ["operator_id"])
    op.create_table(
        "derogation",
        _fact(),
        sa.Column("mediator_id", sa.Uuid(), nullable=False),
        sa.Column("reference", _TEXT, nullable=False),
        sa.Column("valid_from_on", sa.Date(), nullable=False),
        sa.Column("valid_until_on", sa.Date(), nullable=False),
        *_said("recorded"),
        sa.CheckConstraint("valid_from_on <= valid_until_on", name="ck_derogation_ends_after_it_begins"),
        sa.PrimaryKeyConstraint("id", name="pk_derogation"),
        sa.ForeignKeyConstraint(["mediator_id"], ["mediator.id"], name="fk_derogation_mediator_id_mediator"),
    )
    op.create_index("ix_derogation_mediator_id_valid_from_on", "derogation", ["mediator_id", "valid_from_on"])


def _accreditation() -> None:
    op.create_table(
        "accreditation",
        _fact(),
        sa.Column("campaign_id", _BIG, nullable=False),
        sa.Column("venue_id", sa.Uuid(), nullable=False),
        sa.Column("decision", _WORD, nullable=False),
        sa.Column("effective_on", sa.Date(), nullable=False),
        sa.Column("reason", _WORD, nullable=False),
        *_said("decided"),
        sa.PrimaryKeyConstraint("id", name="pk_accreditation"),
        sa.ForeignKeyConstraint(
            ["campaign_id"], ["campaign.id"], name="fk_accreditation_campaign_id_campaign"
        ),
        sa.ForeignKeyConstraint(["venue_id"], ["venue.id"], name="fk_accreditation_venue_id_venue"),
    )
    op.create_index(
        "ix_accreditation_campaign_id_venue_id_effective_on_id",
        "accreditation",
        ["campaign_id", "venue_id", "effective_on", "id"],
        unique=True,
    )
    op.create_index("ix_accreditation_venue_id", "accreditation", ["venue_id"])
