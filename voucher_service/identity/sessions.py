"""Sessions: who is signed in to the pages, on which browser, since when.

The browser holds a secret of 256 random bits; the database its SHA-256 and nothing that could be replayed. What
the account may do is read anew at each request, so that a lock or a new password ends its sessions at once.
"""

import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import ForeignKey, Row, Select, delete, func, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from voucher_service.identity import notices
from voucher_service.identity.organisations import Organisation
from voucher_service.identity.second_factor import REQUIRED, SecondFactor
from voucher_service.identity.users import User
from voucher_service.kernel.actor import Actor, Role
from voucher_service.kernel.database import Base
from voucher_service.kernel.identifiers import new_id
from voucher_service.kernel.refusal import Kind, Refusal

IDLE = timedelta(minutes=30)
ABSOLUTE = timedelta(hours=10)
"""Without use a session lasts ``IDLE``, and never longer than a day's work (OWASP ASVS 5.0, 7.3.1 and 7.3.2)."""

_MOVED_EVERY = timedelta(minutes=1)
_LONGEST_AGENT = 200


class WebSession(Base):
    """A browser is signed in, until it signs out, is left alone, or its account is closed."""

    __tablename__ = "web_session"

    digest: Mapped[bytes] = mapped_column(primary_key=True)
    id: Mapped[UUID] = mapped_column(unique=True)
    user_id: Mapped[UUID] = mapped_column(ForeignKey("service_user.id"), index=True)
    opened_at: Mapped[datetime] = mapped_column(index=True)
    seen_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    ended_by: Mapped[UUID | None]
    proved_at: Mapped[datetime | None]
    """When the second factor was last shown in this session."""
    address: Mapped[str]
    agent: Mapped[str]
    language: Mapped[str | None]


@dataclass(eq=False)
class SessionIsOver(Refusal):
    """You are signed out, or were away for too long: sign in again.

    FR: Vous n'êtes plus connecté : connectez-vous à nouveau.
    """

    kind: ClassVar[Kind] = Kind.UNAUTHENTICATED


@dataclass(eq=False)
class SessionIsUnknown(Refusal):
    """This is not one of your open sessions: look at the list again.

    FR: Cette session n'est pas l'une de vos sessions ouvertes : consultez à nouveau la liste.
    """

    kind: ClassVar[Kind] = Kind.UNKNOWN

    session_id: UUID


@dataclass(frozen=True, slots=True)
class Signed:
    """Who is behind a request of the pages, with the rights held at this instant."""

    session_id: UUID
    actor: Actor
    name: str
    organisation: str
    needs_factor: bool
    """Whether only the pages of one's own account open, until the second factor is set up or shown."""
    opened_at: datetime
    expires_at: datetime
    """When this session ends if nothing more is asked of it."""
    language: str | None = None
    proved_at: datetime | None = None


def open_session(session: Session, *, user: User, address: str, agent: str, at: datetime) -> str:
    """Sign a browser in and return the secret for its cookie, which is never stored.

    The person is told by mail where neither such a browser nor this address is known, unless it is the first one.
    """
    secret = secrets.token_urlsafe(32)
    agent = agent[:_LONGEST_AGENT]
    if _is_new_place(session, user, address, agent):
        notices.tell_of_session(session, user=user, agent=agent, at=at)
    session.add(
        WebSession(
            digest=_digest(secret),
            id=new_id(),
            user_id=user.id,
            opened_at=at,
            seen_at=at,
            address=address,
            agent=agent,
        )
    )
    session.flush()
    return secret


def _is_new_place(session: Session, user: User, address: str, agent: str) -> bool:
    """Say whether an account that was opened before never was with such a browser, nor from this address."""
    is_alike = (WebSession.agent == agent) | (WebSession.address == address)
    before = select(func.count(), func.count().filter(is_alike)).where(WebSession.user_id == user.id)
    opened, alike = session.execute(before).one()
    return bool(opened) and not alike


def admit(session: Session, *, secret: str, at: datetime) -> Signed:
    """Return who is signed in with this secret; raises ``SessionIsOver``.

    One SELECT; at most once a minute it also writes down that the session is in use.
    """
    digest = _digest(secret)
    row = session.execute(_SIGNED.where(WebSession.digest == digest, *_is_open(at))).one_or_none()
    if row is None:
        raise SessionIsOver
    if at - row.seen_at >= _MOVED_EVERY:
        moved = update(WebSession).where(WebSession.digest == digest, WebSession.seen_at < at)
        session.execute(moved.values(seen_at=at), execution_options={"synchronize_session": False})
    return _signed(row, at=at)


def prove(session: Session, *, session_id: UUID, at: datetime) -> None:
    """Write down that the second factor was shown in this session; raises ``SessionIsUnknown``."""
    _change(session, session_id, proved_at=at)


def speak(session: Session, *, session_id: UUID, language: str) -> None:
    """Remember in which language (``fr``, ``en``) this session reads; raises ``SessionIsUnknown``."""
    _change(session, session_id, language=language)


def end(session: Session, *, session_id: UUID, at: datetime, by: Actor) -> None:
    """End one of one's own sessions; raises ``SessionIsUnknown`` (another's, or over already)."""
    _change(session, session_id, WebSession.user_id == by.user_id, ended_at=at, ended_by=by.user_id)


def end_others(session: Session, *, session_id: UUID, at: datetime, by: Actor) -> int:
    """End all of one's own sessions but this one, and return how many there were."""
    others = update(WebSession).where(
        WebSession.user_id == by.user_id, WebSession.id != session_id, *_is_recent(at)
    )
    ended = others.values(ended_at=at, ended_by=by.user_id).returning(WebSession.id)
    return len(session.scalars(ended, execution_options={"synchronize_session": False}).all())


def of(session: Session, *, at: datetime, by: Actor) -> Sequence[WebSession]:
    """Return one's own sessions that are open, the one used last first."""
    own = select(WebSession).join(User, User.id == WebSession.user_id)
    wanted = own.where(WebSession.user_id == by.user_id, *_is_open(at))
    return session.scalars(wanted.order_by(WebSession.seen_at.desc(), WebSession.id)).all()


def forget(session: Session, *, before: datetime) -> None:
    """Delete the sessions opened before this instant, which must be long over."""
    old = delete(WebSession).where(WebSession.opened_at < before)
    session.execute(old, execution_options={"synchronize_session": False})


def _is_recent(at: datetime) -> tuple[Any, ...]:
    return (
        WebSession.ended_at.is_(None),
        WebSession.opened_at > at - ABSOLUTE,
        WebSession.seen_at > at - IDLE,
    )


def _is_open(at: datetime) -> tuple[Any, ...]:
    return (*_is_recent(at), User.locked_at.is_(None), User.trusted_from <= WebSession.opened_at)


def _change(session: Session, session_id: UUID, *conditions: Any, **values: Any) -> None:
    row = update(WebSession).where(WebSession.id == session_id, WebSession.ended_at.is_(None), *conditions)
    changed = session.scalars(
        row.values(**values).returning(WebSession), execution_options={"populate_existing": True}
    )
    if changed.one_or_none() is None:
        raise SessionIsUnknown(session_id)


def _signed(row: Row[Any], *, at: datetime) -> Signed:
    role = Role(row.role)
    return Signed(
        session_id=row.id,
        actor=Actor(row.user_id, row.organisation_id, role, row.is_referent),
        name=row.name,
        organisation=row.organisation,
        needs_factor=row.proved_at is None and (role in REQUIRED or row.factor_id is not None),
        opened_at=row.opened_at,
        expires_at=min(row.opened_at + ABSOLUTE, at + IDLE),
        language=row.language,
        proved_at=row.proved_at,
    )


def _query() -> Select[*tuple[Any, ...]]:
    factor = (
        (SecondFactor.user_id == User.id)
        & SecondFactor.ended_at.is_(None)
        & SecondFactor.confirmed_at.is_not(None)
    )
    columns = select(
        WebSession.id,
        WebSession.user_id,
        WebSession.opened_at,
        WebSession.seen_at,
        WebSession.proved_at,
        WebSession.language,
        User.organisation_id,
        User.role,
        User.is_referent,
        User.name,
        Organisation.name.label("organisation"),
        SecondFactor.id.label("factor_id"),
    )
    people = columns.join_from(WebSession, User, User.id == WebSession.user_id)
    return people.join(Organisation, Organisation.id == User.organisation_id).outerjoin(SecondFactor, factor)


_SIGNED = _query()


def _digest(secret: str) -> bytes:
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).digest()
