"""Locks: an account is closed at once, and opened again."""

from typing import Any

from sqlalchemy.orm import Session

from voucher_service.api.context import actor
from voucher_service.api.marks import allow, command
from voucher_service.api.resource import Resource
from voucher_service.api.wire import Choice, Id, Instant, Wire
from voucher_service.identity import locking
from voucher_service.identity.changes import LockReason
from voucher_service.identity.clients import Client
from voucher_service.identity.users import User
from voucher_service.kernel import clock

resource = Resource("locks", "Closing an account at once, and opening it again.")


class LockRequest(Wire):
    """The account of a person or a machine."""

    account_id = Id(required=True)


class LockingRequest(LockRequest):
    """The account, and why it is closed."""

    reason = Choice(LockReason)


class LockShown(Wire):
    """Since when the account is closed; null when it is open."""

    account_id = Id(required=True, attribute="id")
    locked_at = Instant(required=True, allow_none=True)


@resource.post("/account-locks")
@allow()
@command()
@resource.arguments(LockingRequest)
@resource.response(201, LockShown)
def lock(session: Session, wanted: dict[str, Any]) -> User | Client:
    """Close an account; its next request is refused."""
    return locking.lock(session, **wanted, at=clock.now(), by=actor())


@resource.post("/account-unlocks")
@allow()
@command()
@resource.arguments(LockRequest)
@resource.response(201, LockShown)
def unlock(session: Session, wanted: dict[str, Any]) -> User | Client:
    """Open a closed account again."""
    return locking.unlock(session, **wanted, at=clock.now(), by=actor())
