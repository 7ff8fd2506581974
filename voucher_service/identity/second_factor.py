"""Second factor: the rows that say whose telephone proves what, and which of its codes were used."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, select, text
from sqlalchemy.orm import Mapped, Session, mapped_column

from voucher_service.kernel.actor import Role
from voucher_service.kernel.database import Base

REQUIRED = frozenset({Role.OPERATOR, Role.FINANCE})
"""The roles whose pages open only once a second factor is shown."""


class SecondFactor(Base):
    """A person's authenticator (RFC 6238); its secret is sealed under a key outside the database."""

    __tablename__ = "second_factor"
    __table_args__ = (
        Index(
            "uq_second_factor_user_id",
            "user_id",
            unique=True,
            postgresql_where=text("confirmed_at IS NOT NULL AND ended_at IS NULL"),
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    user_id: Mapped[UUID] = mapped_column(ForeignKey("service_user.id"), index=True)
    sealed: Mapped[bytes]
    created_at: Mapped[datetime]
    confirmed_at: Mapped[datetime | None]
    """It counts from here on: before, nobody has shown a code of it."""
    last_step: Mapped[int | None]
    """The last period of 30 s of which a code was accepted: none of it, or from before it, ever is again."""
    ended_at: Mapped[datetime | None]
    ended_by: Mapped[UUID | None]


class RecoveryCode(Base):
    """One of ten codes on paper, each good once, for who has lost the telephone; only a digest is kept."""

    __tablename__ = "recovery_code"

    factor_id: Mapped[UUID] = mapped_column(ForeignKey("second_factor.id"), primary_key=True)
    digest: Mapped[bytes] = mapped_column(primary_key=True)
    used_at: Mapped[datetime | None]


class FactorAttempt(Base):
    """Someone who knew the password tried a code, written once."""

    __tablename__ = "factor_attempt"
    __table_args__ = (Index(None, "user_id", "tried_at"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    user_id: Mapped[UUID]
    succeeded: Mapped[bool]
    tried_at: Mapped[datetime]


def find(session: Session, user_id: UUID, *, is_confirmed: bool) -> SecondFactor | None:
    """Return the factor in place of an account, or the one that it is setting up."""
    confirmed = SecondFactor.confirmed_at
    wanted = select(SecondFactor).where(
        SecondFactor.user_id == user_id,
        SecondFactor.ended_at.is_(None),
        confirmed.is_not(None) if is_confirmed else confirmed.is_(None),
    )
    return session.scalars(wanted.order_by(SecondFactor.id.desc()).limit(1)).one_or_none()
