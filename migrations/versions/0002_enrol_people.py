"""Organisations, their people and machines: who may act, and the memory of what was done to their accounts."""

import sqlalchemy as sa
from alembic import op

from migrations import append_only

revision = "0002"
down_revision = "0001"

_AT = sa.DateTime(timezone=True)
_WORD = sa.String(40)


def upgrade() -> None:
    """Create the tables; only what an account is now may be edited."""
    _organisations()
    _users()
    _clients()
    _password_links()
    _memory()
    append_only.frozen(
        "organisation",
        "password_link",
        "password_link_use",
        "access_change",
        "sign_in_attempt",
        "refused_duty",
    )
    append_only.working("service_user", columns="password_hash, locked_at, trusted_from, version")
    append_only.working("client", columns="locked_at, trusted_from, version")


def _organisations() -> None:
    op.create_table(
        "organisation",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("siret", sa.Text(collation="C")),
        sa.Column("kind", _WORD, nullable=False),
        sa.Column("created_at", _AT, nullable=False),
        sa.Column("created_by", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_organisation"),
        sa.UniqueConstraint("siret", "kind", name="uq_organisation_siret_kind"),
    )


def _users() -> None:
    op.create_table(
        "service_user",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("email", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("role", _WORD, nullable=False),
        sa.Column("is_referent", sa.Boolean(), nullable=False),
        sa.Column("password_hash", sa.Text()),
        sa.Column("locked_at", _AT),
        sa.Column("trusted_from", _AT, nullable=False),
        sa.Column("created_at", _AT, nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_service_user"),
        sa.UniqueConstraint("email", name="uq_service_user_email"),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name="fk_service_user_organisation_id_organisation"
        ),
    )
    op.create_index("ix_service_user_organisation_id", "service_user", ["organisation_id"])


def _clients() -> None:
    op.create_table(
        "client",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("role", _WORD, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("secret_hash", sa.LargeBinary(), nullable=False),
        sa.Column("locked_at", _AT),
        sa.Column("trusted_from", _AT, nullable=False),
        sa.Column("created_at", _AT, nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_client"),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name="fk_client_organisation_id_organisation"
        ),
    )
    op.create_index("ix_client_organisation_id", "client", ["organisation_id"])


def _password_links() -> None:
    op.create_table(
        "password_link",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("token_hash", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", _AT, nullable=False),
        sa.Column("created_by", sa.Uuid(), nullable=False),
        sa.Column("expires_at", _AT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_password_link"),
        sa.UniqueConstraint("token_hash", name="uq_password_link_token_hash"),
        sa.ForeignKeyConstraint(
            ["user_id"], ["service_user.id"], name="fk_password_link_user_id_service_user"
        ),
    )
    op.create_index("ix_password_link_user_id", "password_link", ["user_id"])
    op.create_table(
        "password_link_use",
        sa.Column("link_id", sa.Uuid(), nullable=False),
        sa.Column("used_at", _AT, nullable=False),
        sa.PrimaryKeyConstraint("link_id", name="pk_password_link_use"),
        sa.ForeignKeyConstraint(
            ["link_id"], ["password_link.id"], name="fk_password_link_use_link_id_password_link"
        ),
    )


def _memory() -> None:
    op.create_table(
        "access_change",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("subject_id", sa.Uuid(), nullable=False),
        sa.Column("change", _WORD, nullable=False),
        sa.Column("changed_at", _AT, nullable=False),
        sa.Column("changed_by", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_access_change"),
    )
    op.create_index("ix_access_change_subject_id_changed_at", "access_change", ["subject_id", "changed_at"])
    op.create_table(
        "sign_in_attempt",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("account_digest", sa.LargeBinary(), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("succeeded", sa.Boolean(), nullable=False),
        sa.Column("tried_at", _AT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_sign_in_attempt"),
    )
    op.create_index(
        "ix_sign_in_attempt_account_digest_tried_at", "sign_in_attempt", ["account_digest", "tried_at"]
    )
    op.create_index("ix_sign_in_attempt_address_tried_at", "sign_in_attempt", ["address", "tried_at"])
    op.create_table(
        "refused_duty",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("actor_id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("role", _WORD, nullable=False),
        sa.Column("duty", sa.Text(), nullable=False),
        sa.Column("refused_at", _AT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_refused_duty"),
    )
