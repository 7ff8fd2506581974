"""Audit runs: when every promise of the books was last proved again, and how many were found broken."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Mapped, Session, mapped_column

from voucher_service.kernel.database import Base
from voucher_service.kernel.identifiers import new_id


class AuditRun(Base):
    """One run of the whole audit."""

    __tablename__ = "audit_run"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    findings: Mapped[int]


def note(session: Session, *, at: datetime, findings: int) -> AuditRun:
    """Write down that the audit ran to its end, and how much it found."""
    run = AuditRun(id=new_id(), at=at, findings=findings)
    session.add(run)
    session.flush()
    return run


def last(session: Session) -> AuditRun | None:
    """Return the last run, if there was one."""
    return session.scalars(select(AuditRun).order_by(AuditRun.id.desc()).limit(1)).one_or_none()
