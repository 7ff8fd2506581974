"""Users: the people of an organisation; a référent enrols and locks his own staff."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar
from uuid import UUID

from sqlalchemy import ForeignKey, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Mapped, Session, mapped_column

from voucher_service.identity import changes, naming, organisations, staffing
from voucher_service.identity.changes import Change
from voucher_service.kernel.actor import Actor, Role
from voucher_service.kernel.database import Base
from voucher_service.kernel.identifiers import new_id
from voucher_service.kernel.refusal import Kind, Refusal


class User(Base):
    """A person's account: one role, in one organisation. It has no password until its link is used."""

    __tablename__ = "service_user"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"), index=True)
    email: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    role: Mapped[Role]
    is_referent: Mapped[bool]
    password_hash: Mapped[str | None]
    locked_at: Mapped[datetime | None]
    trusted_from: Mapped[datetime]
    """Tokens issued before this instant are refused: it moves at each lock and each new password."""
    created_at: Mapped[datetime]
    version: Mapped[int]


@dataclass(eq=False)
class UserIsUnknown(Refusal):
    """No such person among the accounts you keep: check the identifier.

    FR: Aucun compte de ce nom parmi ceux que vous gérez : vérifiez l'identifiant.
    """

    kind: ClassVar[Kind] = Kind.UNKNOWN

    user_id: UUID


@dataclass(eq=False)
class EmailIsTaken(Refusal):
    """Someone already has an account with this e-mail address: give another.

    FR: Un compte utilise déjà cette adresse électronique : indiquez-en une autre.
    """


def enrol(
    session: Session,
    *,
    organisation_id: UUID,
    email: str,
    name: str,
    role: Role,
    is_referent: bool,
    at: datetime,
    by: Actor,
) -> User:
    """Open a person's account; it works once the person has chosen a password, by the link of ``resets``.

    Raises ``DutyIsNotYours``, ``OrganisationIsUnknown``, ``RoleIsOutOfPlace``, ``RoleIsNotYoursToGive``,
    ``NameIsMalformed``, ``EmailIsMalformed``, ``EmailIsTaken``.
    """
    staffing.refuse_unless_keeper(duty="enrol-user", by=by, at=at)
    organisation = organisations.get(session, organisation_id=organisation_id)
    staffing.refuse_unless_may_give(role, organisation, by=by)
    row = insert(User).values(
        id=new_id(),
        organisation_id=organisation_id,
        email=naming.clean_email(email),
        name=naming.clean_name(name),
        role=role,
        is_referent=is_referent,
        trusted_from=at,
        created_at=at,
        version=1,
    )
    unless_taken = row.on_conflict_do_nothing(index_elements=["email"])
    user = session.scalars(unless_taken.returning(User)).one_or_none()
    if user is None:
        raise EmailIsTaken
    changes.record(session, subject_id=user.id, change=Change.OPENED, at=at, by=by)
    return user


def get(session: Session, *, user_id: UUID, by: Actor) -> User:
    """Return one's own account, or one that the actor keeps; raises ``UserIsUnknown``."""
    user = session.get(User, user_id)
    if user is None or not (user_id == by.user_id or staffing.reaches(user.organisation_id, by=by)):
        raise UserIsUnknown(user_id)
    return user


def kept(session: Session, *, user_id: UUID, by: Actor) -> User:
    """Return an account that the actor may change.

    Raises ``UserIsUnknown`` and ``RoleIsNotYoursToGive``: only an operator touches an operator's account.
    """
    user = session.get(User, user_id)
    if user is None or not staffing.reaches(user.organisation_id, by=by):
        raise UserIsUnknown(user_id)
    staffing.refuse_unless_may_touch(user.role, by=by)
    return user


def find(session: Session, *, email: str) -> User | None:
    """Return the account of this address, typed in any case, if there is one."""
    return session.scalars(select(User).where(User.email == email.strip().lower())).one_or_none()


def search(
    session: Session, *, organisation_id: UUID, after: UUID | None = None, limit: int = 50
) -> Sequence[User]:
    """Return the accounts of an organisation, oldest first, from the one after ``after``; 50 unless told."""
    wanted = select(User).where(User.organisation_id == organisation_id).order_by(User.id).limit(limit)
    return session.scalars(wanted.where(User.id > after) if after else wanted).all()
