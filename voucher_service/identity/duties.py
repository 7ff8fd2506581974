"""Duties: what a role may do, and the memory of those who tried to do more."""

from dataclasses import InitVar, dataclass
from datetime import datetime
from typing import ClassVar
from uuid import UUID

from sqlalchemy.orm import Mapped, Session, mapped_column

from voucher_service.kernel.actor import Actor, Role
from voucher_service.kernel.database import Base, Code
from voucher_service.kernel.identifiers import new_id
from voucher_service.kernel.refusal import Kind, Refusal


class RefusedDuty(Base):
    """Someone tried what his role, or what he did before, does not allow: written once, for the auditor.

    ``subject`` and ``done`` name the thing and the duty that excludes this one, where it was one of two.
    """

    __tablename__ = "refused_duty"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    actor_id: Mapped[UUID]
    organisation_id: Mapped[UUID]
    role: Mapped[Role]
    duty: Mapped[str]
    refused_at: Mapped[datetime]
    done: Mapped[Code | None]
    subject: Mapped[Code | None]


@dataclass(eq=False)
class DutyIsNotYours(Refusal):
    """Your account may not do this: ask your organisation's référent, or the operator.

    FR: Votre compte ne permet pas cette action : adressez-vous à votre référent ou à l'opérateur.
    """

    kind: ClassVar[Kind] = Kind.FORBIDDEN

    duty: str
    by: InitVar[Actor]
    at: InitVar[datetime]

    def __post_init__(self, by: Actor, at: datetime) -> None:
        """Keep who tried, and when, out of the facts that the caller is told."""
        self._by = by
        self._at = at

    def remember(self, session: Session) -> None:
        """Write the attempt down, after the rollback."""
        session.add(
            RefusedDuty(
                id=new_id(),
                actor_id=self._by.user_id,
                organisation_id=self._by.organisation_id,
                role=self._by.role,
                duty=self.duty,
                refused_at=self._at,
            )
        )


def require(*roles: Role, duty: str, by: Actor, at: datetime) -> None:
    """Let pass only an actor who holds one of ``roles``; ``duty`` names the act, as it will be remembered.

    Raises ``DutyIsNotYours``.
    """
    if by.role not in roles:
        raise DutyIsNotYours(duty, by, at)
