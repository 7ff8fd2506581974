"""Resets: the link, shown once and used once, by which a person chooses a password."""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import ClassVar
from uuid import UUID

from sqlalchemy import ForeignKey, func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Mapped, Session, mapped_column

from voucher_service.identity import changes, login, notices, passwords, staffing, users
from voucher_service.identity.access import AccountIsLocked
from voucher_service.identity.changes import Change
from voucher_service.identity.users import User
from voucher_service.kernel.actor import Actor, Role
from voucher_service.kernel.database import Base
from voucher_service.kernel.identifiers import new_id
from voucher_service.kernel.refusal import Kind, Refusal

FOR_ENROLMENT = timedelta(hours=24)
FOR_RESET = timedelta(hours=1)
_ASKED_AT_MOST = 3


class PasswordLink(Base):
    """A link was given out; only the digest of its token is kept."""

    __tablename__ = "password_link"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    user_id: Mapped[UUID] = mapped_column(ForeignKey("service_user.id"), index=True)
    token_hash: Mapped[bytes] = mapped_column(unique=True)
    created_at: Mapped[datetime]
    created_by: Mapped[UUID]
    expires_at: Mapped[datetime]


class PasswordLinkUse(Base):
    """A link was used; the primary key lets that happen once, however many try."""

    __tablename__ = "password_link_use"

    link_id: Mapped[UUID] = mapped_column(ForeignKey("password_link.id"), primary_key=True)
    used_at: Mapped[datetime]


@dataclass(eq=False)
class LinkIsUnknown(Refusal):
    """This link is incomplete, or a newer one was sent: open the last one received.

    FR: Ce lien est incomplet, ou un plus récent a été envoyé : ouvrez le dernier reçu.
    """

    kind: ClassVar[Kind] = Kind.UNKNOWN


@dataclass(eq=False)
class LinkHasExpired(Refusal):
    """This link is too old: ask your organisation's référent for another.

    FR: Ce lien n'est plus valable : demandez-en un autre au référent de votre organisation.
    """


@dataclass(eq=False)
class LinkIsUsed(Refusal):
    """This link was used already: sign in, or ask your organisation's référent for another.

    FR: Ce lien a déjà servi : connectez-vous, ou demandez-en un autre au référent de votre organisation.
    """


def start_reset(session: Session, *, user_id: UUID, at: datetime, by: Actor) -> str:
    """Return the token of a link by which the person chooses a password; it is never readable again.

    It is good for 24 hours where the account has no password yet, else for one hour, and replaces those given
    before. Raises ``DutyIsNotYours``, ``UserIsUnknown``, ``RoleIsNotYoursToGive``, ``AccountIsLocked``.
    """
    staffing.refuse_unless_keeper(duty="reset-password", by=by, at=at)
    user = users.kept(session, user_id=user_id, by=by)
    if user.locked_at is not None:
        raise AccountIsLocked
    return _give(session, user, at=at, by=by)


def ask(session: Session, *, email: str, at: datetime) -> tuple[User, str] | None:
    """Return the person of this address and the token of a link to send there, for who forgot a password.

    None, which nobody must be told, where there is no such account, where it is locked, or where three links
    were asked for within the hour.
    """
    user = users.find(session, email=email) if email.isprintable() else None
    if user is None or user.locked_at is not None:
        return None
    asked = select(func.count()).where(
        PasswordLink.user_id == user.id,
        PasswordLink.created_by == user.id,
        PasswordLink.created_at > at - FOR_RESET,
    )
    if session.scalars(asked).one() >= _ASKED_AT_MOST:
        return None
    return user, _give(session, user, at=at, by=_oneself(user))


def _give(session: Session, user: User, *, at: datetime, by: Actor) -> str:
    token = secrets.token_urlsafe(32)
    life = FOR_RESET if user.password_hash else FOR_ENROLMENT
    link = PasswordLink(
        id=new_id(),
        user_id=user.id,
        token_hash=_digest(token),
        created_at=at,
        created_by=by.user_id,
        expires_at=at + life,
    )
    session.add(link)
    changes.record(session, subject_id=user.id, change=Change.LINK_SENT, at=at, by=by)
    session.flush()
    return token


def finish_reset(session: Session, *, token: str, password: str, at: datetime) -> User:
    """Give the account its new password and end what it was signed in to.

    Raises ``LinkIsUnknown``, ``LinkHasExpired``, ``LinkIsUsed``, ``AccountIsLocked``, and what
    ``passwords.accept`` raises.
    """
    link = _last_link(session, token)
    user = _owner(session, link, at=at)
    password_hash = _accept(user, password)
    _use(session, link, at=at)
    return _renew(session, user, password_hash, at=at)


def look(session: Session, *, token: str, at: datetime) -> User:
    """Return whose password a link that is still good lets one choose.

    Raises ``LinkIsUnknown``, ``LinkHasExpired``, ``LinkIsUsed``, ``AccountIsLocked``.
    """
    link = _last_link(session, token)
    if session.get(PasswordLinkUse, link.id) is not None:
        raise LinkIsUsed
    return _owner(session, link, at=at)


def renew(session: Session, *, current: str, password: str, address: str, at: datetime, by: Actor) -> User:
    """Give one's own account another password, and end what it was signed in to before ``at``.

    Raises what ``login.sign_in`` raises for the ``current`` one, and what ``passwords.accept`` raises.
    """
    email = session.get_one(User, by.user_id).email
    user = login.sign_in(session, email=email, password=current, address=address, at=at)
    return _renew(session, user, _accept(user, password), at=at)


def _accept(user: User, password: str) -> str:
    return passwords.accept(password, about=(user.name, user.email.partition("@")[0]))


def _renew(session: Session, user: User, password_hash: str, *, at: datetime) -> User:
    is_first = user.password_hash is None
    renewal = update(User).where(User.id == user.id, User.locked_at.is_(None))
    renewed = renewal.values(password_hash=password_hash, trusted_from=at, version=User.version + 1)
    changed = session.scalars(
        renewed.returning(User), execution_options={"populate_existing": True}
    ).one_or_none()
    if changed is None:
        raise AccountIsLocked
    changes.record(session, subject_id=user.id, change=Change.RENEWED, at=at, by=_oneself(user))
    if not is_first:
        notices.tell(session, user=changed, change=Change.RENEWED, at=at)
    return changed


def _oneself(user: User) -> Actor:
    return Actor(user.id, user.organisation_id, Role(user.role), user.is_referent)


def _last_link(session: Session, token: str) -> PasswordLink:
    digest = _digest(token)
    owner = select(PasswordLink.user_id).where(PasswordLink.token_hash == digest).scalar_subquery()
    newest_first = (PasswordLink.created_at.desc(), PasswordLink.id.desc())
    last = select(PasswordLink).where(PasswordLink.user_id == owner).order_by(*newest_first).limit(1)
    link = session.scalars(last).one_or_none()
    if link is None or link.token_hash != digest:
        raise LinkIsUnknown
    return link


def _owner(session: Session, link: PasswordLink, *, at: datetime) -> User:
    if at >= link.expires_at:
        raise LinkHasExpired
    user = session.get_one(User, link.user_id)
    if user.locked_at is not None:
        raise AccountIsLocked
    return user


def _use(session: Session, link: PasswordLink, *, at: datetime) -> None:
    use = insert(PasswordLinkUse).values(link_id=link.id, used_at=at).on_conflict_do_nothing()
    if session.scalars(use.returning(PasswordLinkUse.link_id)).one_or_none() is None:
        raise LinkIsUsed


def _digest(token: str) -> bytes:
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).digest()
