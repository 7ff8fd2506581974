"""Changes of access: every opening, locking and new password of an account, written once."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import Index
from sqlalchemy.orm import Mapped, Session, mapped_column

from voucher_service.kernel.actor import Actor
from voucher_service.kernel.database import Base
from voucher_service.kernel.identifiers import new_id


class Change(StrEnum):
    """What happened to an account."""

    OPENED = "opened"
    LOCKED = "locked"
    UNLOCKED = "unlocked"
    LINK_SENT = "link_sent"
    RENEWED = "renewed"
    FACTOR_SET = "factor_set"
    FACTOR_RESET = "factor_reset"


class LockReason(StrEnum):
    """Why an account was closed; coded, so that nothing is written about a person in free words."""

    LEFT = "left"
    ABSENT = "absent"
    DEVICE_LOST = "device_lost"
    SUSPICION = "suspicion"
    MISTAKE = "mistake"


class AccessChange(Base):
    """What was done to the account of a person or a machine, by whom, and when."""

    __tablename__ = "access_change"
    __table_args__ = (Index(None, "subject_id", "changed_at"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    subject_id: Mapped[UUID]
    change: Mapped[Change]
    changed_at: Mapped[datetime]
    changed_by: Mapped[UUID]
    reason: Mapped[LockReason | None]


def record(
    session: Session,
    *,
    subject_id: UUID,
    change: Change,
    at: datetime,
    by: Actor,
    reason: LockReason | None = None,
) -> None:
    """Write down what was done to an account, and why where it was closed."""
    session.add(
        AccessChange(
            id=new_id(),
            subject_id=subject_id,
            change=change,
            changed_at=at,
            changed_by=by.user_id,
            reason=reason,
        )
    )
