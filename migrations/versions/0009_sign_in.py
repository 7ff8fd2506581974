"""Sign in: sessions of the pages, second factors, and why an account was closed."""

import sqlalchemy as sa
from alembic import op

from migrations import append_only

revision = "0009"
down_revision = "0008"

_AT = sa.DateTime(timezone=True)
_WORD = sa.String(40)


def upgrade() -> None:
    """Create the tables; of a session and of a factor, only what moves with use may be edited."""
    _sessions()
    _factors()
    op.add_column("access_change", sa.Column("reason", _WORD))
    append_only.working(
        "web_session", columns="seen_at, ended_at, ended_by, proved_at, language", delete=True
    )
    append_only.working("second_factor", columns="confirmed_at, last_step, ended_at, ended_by")
    append_only.working("recovery_code", columns="used_at")
    append_only.frozen("factor_attempt")


def downgrade() -> None:
    """Take it away again."""
    op.drop_column("access_change", "reason")
    for table in ("factor_attempt", "recovery_code", "second_factor", "web_session"):
        op.drop_table(table)


def _sessions() -> None:
    op.create_table(
        "web_session",
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("opened_at", _AT, nullable=False),
        sa.Column("seen_at", _AT, nullable=False),
        sa.Column("ended_at", _AT),
        sa.Column("ended_by", sa.Uuid()),
        sa.Column("proved_at", _AT),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("agent", sa.Text(), nullable=False),
        sa.Column("language", sa.Text()),
        sa.PrimaryKeyConstraint("digest", name="pk_web_session"),
        sa.UniqueConstraint("id", name="uq_web_session_id"),
        sa.ForeignKeyConstraint(["user_id"], ["service_user.id"], name="fk_web_session_user_id_service_user"),
    )
    op.create_index("ix_web_session_user_id", "web_session", ["user_id"])
    op.create_index("ix_web_session_opened_at", "web_session", ["opened_at"])


def _factors() -> None:
    op.create_table(
        "second_factor",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", _AT, nullable=False),
        sa.Column("confirmed_at", _AT),
        sa.Column("last_step", sa.BigInteger()),
        sa.Column("ended_at", _AT),
        sa.Column("ended_by", sa.Uuid()),
        sa.PrimaryKeyConstraint("id", name="pk_second_factor"),
        sa.ForeignKeyConstraint(
            ["user_id"], ["service_user.id"], name="fk_second_factor_user_id_service_user"
        ),
    )
    op.create_index("ix_second_factor_user_id", "second_factor", ["user_id"])
    op.create_index(
        "uq_second_factor_user_id",
        "second_factor",
        ["user_id"],
        unique=True,
        postgresql_where=sa.text("confirmed_at IS NOT NULL AND ended_at IS NULL"),
    )
    op.create_table(
        "recovery_code",
        sa.Column("factor_id", sa.Uuid(), nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("used_at", _AT),
        sa.PrimaryKeyConstraint("factor_id", "digest", name="pk_recovery_code"),
        sa.ForeignKeyConstraint(
            ["factor_id"], ["second_factor.id"], name="fk_recovery_code_factor_id_second_factor"
        ),
    )
    op.create_table(
        "factor_attempt",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("succeeded", sa.Boolean(), nullable=False),
        sa.Column("tried_at", _AT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_factor_attempt"),
    )
    op.create_index("ix_factor_attempt_user_id_tried_at", "factor_attempt", ["user_id", "tried_at"])
