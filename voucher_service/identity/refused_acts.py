"""Refused acts: who tried what he may not do, for auditors and finance to look at."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, Select, func, or_, select
from sqlalchemy.orm import Session

from voucher_service.identity.clients import Client
from voucher_service.identity.duties import DutyIsNotYours, RefusedDuty
from voucher_service.identity.organisations import Organisation
from voucher_service.identity.separation import Duty, DutyPerformed
from voucher_service.identity.users import User
from voucher_service.kernel import keyset
from voucher_service.kernel.actor import Actor, Role
from voucher_service.kernel.coded import Coded
from voucher_service.kernel.keyset import Order


class Why(Coded):
    """Why an act was refused."""

    SAME_PERSON = (
        "same-person",
        "La même personne avait fait l'autre moitié",
        "The same person had done the other half",
    )
    ROLE = ("role", "Son rôle ne le permet pas", "The role does not allow it")


@dataclass(frozen=True, slots=True)
class RefusedAct:
    """An act that was refused: who tried it, as named today, and what he had done that excludes it."""

    id: UUID
    refused_at: datetime
    actor_id: UUID
    name: str | None
    organisation: str | None
    role: Role
    duty: str
    done: Duty | None
    subject: str | None

    @property
    def why(self) -> Why:
        """Say why it was refused."""
        return Why.ROLE if self.done is None else Why.SAME_PERSON


@dataclass(frozen=True, slots=True)
class Done:
    """A duty that somebody did on a thing, as named today."""

    id: int
    at: datetime
    user_id: UUID
    name: str | None
    duty: Duty
    subject: str


def search(
    session: Session,
    *,
    words: str = "",
    why: Why | None = None,
    duty: Duty | None = None,
    since: datetime | None = None,
    until: datetime | None = None,
    order: Order = Order.NEWEST,
    after: UUID | None = None,
    start: int = 0,
    limit: int | None = None,
    at: datetime,
    by: Actor,
) -> list[RefusedAct]:
    """List refused acts from ``since`` to before ``until``; ``words`` are of the person, the body or the thing.

    For auditors, finance, and the operator's référents. Raises ``DutyIsNotYours``.
    """
    _require_reader(at=at, by=by)
    wanted = _attempts().where(*_of(words), *_between(since, until))
    if why is not None:
        wanted = wanted.where(_WHY[why])
    if duty is not None:
        wanted = wanted.where(RefusedDuty.duty == duty.value)
    newest = order is Order.NEWEST
    wanted = keyset.page(wanted, RefusedDuty.id, after=after, start=start, limit=limit, newest_first=newest)
    return [_read(*row) for row in session.execute(wanted)]


def performed(
    session: Session,
    *,
    duty: Duty | None = None,
    subject: str | None = None,
    user_id: UUID | None = None,
    after: int | None = None,
    limit: int | None = None,
    at: datetime,
    by: Actor,
) -> Sequence[Done]:
    """List the duties that were done on things, the newest first. For the same readers.

    Raises ``DutyIsNotYours``.
    """
    _require_reader(at=at, by=by)
    done = DutyPerformed
    name = func.coalesce(User.name, Client.name)
    wanted = select(done.id, done.at, done.user_id, name, done.duty, done.subject)
    wanted = wanted.outerjoin(User, User.id == done.user_id).outerjoin(Client, Client.id == done.user_id)
    given = {done.duty: duty, done.subject: subject, done.user_id: user_id}
    wanted = wanted.where(*(column == value for column, value in given.items() if value is not None))
    page = keyset.page(wanted, done.id, after=after, limit=limit, newest_first=True)
    return [Done(*row) for row in session.execute(page)]


_WHY: dict[Why, ColumnElement[bool]] = {
    Why.SAME_PERSON: RefusedDuty.done.is_not(None),
    Why.ROLE: RefusedDuty.done.is_(None),
}


def _require_reader(*, at: datetime, by: Actor) -> None:
    is_keeper = by.role is Role.OPERATOR and by.is_referent
    if by.role not in (Role.AUDITOR, Role.FINANCE) and not is_keeper:
        raise DutyIsNotYours("read-refused-acts", by, at)


def _attempts() -> Select[RefusedDuty, str, str]:
    tried = select(RefusedDuty, func.coalesce(User.name, Client.name), Organisation.name)
    tried = tried.outerjoin(User, User.id == RefusedDuty.actor_id)
    tried = tried.outerjoin(Client, Client.id == RefusedDuty.actor_id)
    return tried.outerjoin(Organisation, Organisation.id == RefusedDuty.organisation_id)


def _of(words: str) -> list[ColumnElement[bool]]:
    looked_in = (User.name, Client.name, Organisation.name, RefusedDuty.subject, RefusedDuty.duty)
    return [or_(*(column.icontains(word, autoescape=True) for column in looked_in)) for word in words.split()]


def _between(since: datetime | None, until: datetime | None) -> list[ColumnElement[bool]]:
    bounds = []
    if since is not None:
        bounds.append(RefusedDuty.refused_at >= since)
    if until is not None:
        bounds.append(RefusedDuty.refused_at < until)
    return bounds


def _read(tried: RefusedDuty, name: str | None, organisation: str | None) -> RefusedAct:
    return RefusedAct(
        id=tried.id,
        refused_at=tried.refused_at,
        actor_id=tried.actor_id,
        name=name,
        organisation=organisation,
        role=tried.role,
        duty=tried.duty,
        done=Duty(tried.done) if tried.done else None,
        subject=tried.subject,
    )
