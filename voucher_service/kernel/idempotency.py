"""Idempotency: the answer given under a key, kept in the same transaction as what it answers."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    DateTime,
    LargeBinary,
    SmallInteger,
    bindparam,
    delete,
    func,
    insert,
    select,
)
from sqlalchemy.orm import Mapped, Session, mapped_column

from voucher_service.kernel.database import Base, Code, directly, for_the_driver


class KeptAnswer(Base):
    """What the service answered to one act; ``principal`` is the caller's organisation."""

    __tablename__ = "idempotency"

    key: Mapped[Code] = mapped_column(primary_key=True)
    principal: Mapped[UUID] = mapped_column(primary_key=True)
    caller: Mapped[UUID]
    route: Mapped[str]
    payload: Mapped[bytes] = mapped_column(LargeBinary)
    status: Mapped[int] = mapped_column(SmallInteger)
    body: Mapped[bytes] = mapped_column(LargeBinary)
    location: Mapped[str | None]
    etag: Mapped[str | None]
    created_at: Mapped[datetime] = mapped_column(
        DateTime(timezone=True), server_default=func.clock_timestamp(), index=True
    )


@dataclass(frozen=True, slots=True)
class Request:
    """What makes two requests the same one: who, where, and a keyed fingerprint of all that was said."""

    key: str
    caller: UUID
    route: str
    payload: bytes

    def was(self, kept: KeptAnswer) -> bool:
        """Tell whether this is the request that was answered."""
        return (kept.caller, kept.route, kept.payload) == (self.caller, self.route, self.payload)


@dataclass(frozen=True, slots=True)
class Answer:
    """What the caller was told, byte for byte."""

    status: int
    body: bytes
    location: str | None = None
    etag: str | None = None


_KEPT = ("principal", "key", "caller", "route", "payload", "status", "body", "location", "etag")
_KEEP = for_the_driver(
    insert(KeptAnswer).values({name: bindparam(name) for name in _KEPT}).returning(KeptAnswer.key)
)


def is_answered(principal: ColumnElement[UUID]) -> ColumnElement[bool]:
    """Return whether ``principal`` was answered under the bound ``key``, as a column of a query of another's."""
    kept = select(KeptAnswer.key).where(KeptAnswer.key == bindparam("key"), KeptAnswer.principal == principal)
    return kept.exists().label("is_answered")


def find(session: Session, *, principal: UUID, key: str) -> KeptAnswer | None:
    """Return what was kept under ``key`` for ``principal``, or None."""
    return session.get(KeptAnswer, (key, principal))


def keep(session: Session, *, principal: UUID, request: Request, answer: Answer) -> None:
    """Write ``answer`` down as the last statement of the act that it answers.

    Where a twin of the request has just done the same, the primary key refuses: ``Database.run`` undoes the
    act and runs it again, and it finds the twin's answer.
    """
    values = {
        "principal": principal,
        "key": request.key,
        "caller": request.caller,
        "route": request.route,
        "payload": request.payload,
        "status": answer.status,
        "body": answer.body,
        "location": answer.location,
        "etag": answer.etag,
    }
    directly(session, _KEEP, values)


def forget(session: Session, *, before: datetime) -> None:
    """Drop the answers given before that instant; natural keys still forbid a second effect."""
    session.execute(delete(KeptAnswer).where(KeptAnswer.created_at < before))
