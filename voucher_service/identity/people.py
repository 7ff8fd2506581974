"""People: the accounts that a référent or the operator keeps, searched, and what was done to each."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, exists, literal, or_, select, true
from sqlalchemy.orm import Session, aliased

from voucher_service.identity import duties, staffing
from voucher_service.identity.changes import AccessChange, Change, LockReason
from voucher_service.identity.organisations import Organisation
from voucher_service.identity.second_factor import SecondFactor
from voucher_service.identity.users import User
from voucher_service.kernel.actor import Actor, Role


class State(StrEnum):
    """How an account stands."""

    OPEN = "open"
    WAITING = "waiting"
    """No password was chosen yet."""
    LOCKED = "locked"


class Order(StrEnum):
    """In which order people are listed."""

    NAME = "name"
    NEWEST = "newest"


@dataclass(frozen=True, slots=True)
class Person:
    """An account with what a list says of it."""

    user: User
    organisation: str
    has_factor: bool


@dataclass(frozen=True, slots=True)
class PastChange:
    """What was done to an account, when, and by whom: no name where the service itself did it."""

    change: Change
    changed_at: datetime
    by_name: str | None
    reason: LockReason | None


def search(
    session: Session,
    *,
    words: str = "",
    state: State | None = None,
    role: Role | None = None,
    organisation_id: UUID | None = None,
    order: Order = Order.NAME,
    start: int = 0,
    limit: int | None = 50,
    at: datetime,
    by: Actor,
) -> Sequence[Person]:
    """Return the accounts that the actor keeps, from the ``start`` th; 50 unless told, ``None`` for all.

    ``words`` are looked for in names, addresses and organisations. Raises ``DutyIsNotYours``.
    """
    staffing.refuse_unless_keeper(duty="search-people", by=by, at=at)
    conditions = [_keeps(User.organisation_id, by), *(_holds(word) for word in words.split())]
    if state is not None:
        conditions.append(_STATES[state])
    if role is not None:
        conditions.append(User.role == role)
    if organisation_id is not None:
        conditions.append(User.organisation_id == organisation_id)
    by_name = (User.name, User.id) if order is Order.NAME else (User.id.desc(),)
    rows = session.execute(_people().where(*conditions).order_by(*by_name).offset(start).limit(limit))
    return [Person(user, organisation, has_factor) for user, organisation, has_factor in rows]


def history(session: Session, *, user_id: UUID, by: Actor) -> Sequence[PastChange]:
    """Return what was done to an account, the newest first; raises nothing: it is empty out of one's reach."""
    doer, kept = aliased(User), aliased(User)
    changed = AccessChange
    wanted = (
        select(changed.change, changed.changed_at, doer.name, changed.reason)
        .join(kept, kept.id == changed.subject_id)
        .outerjoin(doer, doer.id == changed.changed_by)
        .where(changed.subject_id == user_id, _keeps(kept.organisation_id, by))
        .order_by(changed.changed_at.desc(), changed.id.desc())
    )
    return [PastChange(*row) for row in session.execute(wanted)]


def names(session: Session, *, user_ids: Iterable[UUID]) -> dict[UUID, str]:
    """Return the names of the people behind these accounts, for a list that says who did what."""
    rows = session.execute(select(User.id, User.name).where(User.id.in_(set(user_ids))))
    return {row.id: row.name for row in rows}


def organisations(
    session: Session, *, words: str, limit: int = 50, at: datetime, by: Actor
) -> Sequence[Organisation]:
    """Return the organisations whose name holds these words, by name; for the operator.

    Raises ``DutyIsNotYours``.
    """
    duties.require(Role.OPERATOR, duty="search-organisations", by=by, at=at)
    named = [Organisation.name.icontains(word, autoescape=True) for word in words.split()]
    wanted = select(Organisation).where(*named).order_by(Organisation.name, Organisation.id)
    return session.scalars(wanted.limit(limit)).all()


_STATES: dict[State, ColumnElement[bool]] = {
    State.OPEN: and_(User.locked_at.is_(None), User.password_hash.is_not(None)),
    State.WAITING: and_(User.locked_at.is_(None), User.password_hash.is_(None)),
    State.LOCKED: User.locked_at.is_not(None),
}


def _people() -> Select[User, str, bool]:
    factor = exists().where(
        SecondFactor.user_id == User.id,
        SecondFactor.confirmed_at.is_not(None),
        SecondFactor.ended_at.is_(None),
    )
    return select(User, Organisation.name, factor).join(Organisation, Organisation.id == User.organisation_id)


def _keeps(organisation_id: Any, by: Actor) -> ColumnElement[bool]:
    if by.role is Role.OPERATOR:
        return true()
    return and_(literal(by.is_referent), organisation_id == by.organisation_id)


def _holds(word: str) -> ColumnElement[bool]:
    return or_(
        *(column.icontains(word, autoescape=True) for column in (User.name, User.email, Organisation.name))
    )
