"""Locking: a person's or a machine's account is closed at once, and opened again."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar
from uuid import UUID

from sqlalchemy import update
from sqlalchemy.orm import Session

from voucher_service.identity import changes, clients, staffing
from voucher_service.identity.changes import Change, LockReason
from voucher_service.identity.clients import Client
from voucher_service.identity.users import User
from voucher_service.kernel.actor import Actor
from voucher_service.kernel.refusal import Kind, Refusal


@dataclass(eq=False)
class AccountIsUnknown(Refusal):
    """No such account among those you keep: check the identifier.

    FR: Aucun compte de ce nom parmi ceux que vous gérez : vérifiez l'identifiant.
    """

    kind: ClassVar[Kind] = Kind.UNKNOWN

    account_id: UUID


@dataclass(eq=False)
class AccountIsLockedAlready(Refusal):
    """This account is locked already: there is nothing left to do.

    FR: Ce compte est déjà bloqué : il n'y a rien à faire de plus.
    """


@dataclass(eq=False)
class AccountIsNotLocked(Refusal):
    """This account is not locked: there is nothing to undo.

    FR: Ce compte n'est pas bloqué : il n'y a rien à lever.
    """


@dataclass(eq=False)
class OwnAccountIsNotYoursToLock(Refusal):
    """You cannot lock your own account: ask another référent, or the operator.

    FR: Vous ne pouvez pas bloquer votre propre compte : adressez-vous à un autre référent ou à l'opérateur.
    """


def lock(
    session: Session, *, account_id: UUID, reason: LockReason | None = None, at: datetime, by: Actor
) -> User | Client:
    """Close an account: its next request is refused, and what it was signed in to is over.

    Raises ``DutyIsNotYours``, ``AccountIsUnknown``, ``RoleIsNotYoursToGive``, ``OwnAccountIsNotYoursToLock``,
    ``AccountIsLockedAlready``.
    """
    staffing.refuse_unless_keeper(duty="lock-account", by=by, at=at)
    account = _kept(session, account_id, by=by)
    if account_id == by.user_id:
        raise OwnAccountIsNotYoursToLock
    if not _set(session, account, locked=True, at=at):
        raise AccountIsLockedAlready
    changes.record(session, subject_id=account_id, change=Change.LOCKED, at=at, by=by, reason=reason)
    return account


def unlock(session: Session, *, account_id: UUID, at: datetime, by: Actor) -> User | Client:
    """Open a locked account again; it has to sign in anew.

    Raises ``DutyIsNotYours``, ``AccountIsUnknown``, ``RoleIsNotYoursToGive``, ``AccountIsNotLocked``.
    """
    staffing.refuse_unless_keeper(duty="unlock-account", by=by, at=at)
    account = _kept(session, account_id, by=by)
    if not _set(session, account, locked=False, at=at):
        raise AccountIsNotLocked
    changes.record(session, subject_id=account_id, change=Change.UNLOCKED, at=at, by=by)
    return account


def _kept(session: Session, account_id: UUID, *, by: Actor) -> User | Client:
    account = session.get(User, account_id) or clients.find(session, client_id=account_id)
    if account is None or not staffing.reaches(account.organisation_id, by=by):
        raise AccountIsUnknown(account_id)
    staffing.refuse_unless_may_touch(account.role, by=by)
    return account


def _set(session: Session, account: User | Client, *, locked: bool, at: datetime) -> bool:
    table = type(account)
    before = table.locked_at.is_(None) if locked else table.locked_at.is_not(None)
    row = update(table).where(table.id == account.id, before)
    moved = row.values(locked_at=at if locked else None, trusted_from=at, version=table.version + 1)
    # The row says whether it was this call that closed it: two référents may try at once.
    done = session.scalars(moved.returning(table), execution_options={"populate_existing": True})
    return done.one_or_none() is not None
