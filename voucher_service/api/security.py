"""Security: who asks, read from the bearer token and then, in the act's first SELECT, from the database."""

from datetime import datetime
from typing import Any

from flask import g, request
from sqlalchemy import Select
from sqlalchemy.orm import Session

from voucher_service.api.context import State
from voucher_service.api.marks import Marks, name_of
from voucher_service.api.troubles import TokenIsMissing, TooManyRequests
from voucher_service.identity import access, duties
from voucher_service.identity.tokens import Claims
from voucher_service.kernel import clock, idempotency
from voucher_service.kernel.actor import Actor
from voucher_service.kernel.database import directly, for_the_driver


def _account_and_answer() -> Select[Any]:
    accounts = access.actor_query()
    organisation = accounts.selected_columns["organisation_id"]
    return accounts.add_columns(idempotency.is_answered(organisation))


_ACCOUNT = for_the_driver(access.actor_query())
_ACCOUNT_AND_ANSWER = for_the_driver(_account_and_answer())


def identify(state: State, marks: Marks) -> Claims | None:
    """Read the bearer token, where the route asks for one, and count the request against its sender.

    Raises ``TokenIsMissing``, ``TokenIsUnknown``, ``TokenHasExpired``, ``TooManyRequests``.
    """
    at = clock.now()
    claims = None if marks.is_public else state.reader.read(_token(), at=at)
    allowance = state.shield.take(str(claims.subject) if claims else request.remote_addr or "", at=at)
    g.allowance = allowance
    if not allowance.allowed:
        raise TooManyRequests(allowance.reset_seconds)
    return claims


def admit(
    session: Session, marks: Marks, claims: Claims, *, key: str | None, at: datetime
) -> tuple[Actor, bool]:
    """Return who is let in, and whether he was answered before under ``key``; one SELECT.

    Raises ``TokenIsUnknown``, ``AccountIsLocked``, ``DutyIsNotYours``.
    """
    query = _ACCOUNT_AND_ANSWER if key else _ACCOUNT
    found = directly(session, query, {"subject": claims.subject, "key": key})
    row = found[0] if found else None
    is_answered = bool(row and row.pop("is_answered", False))
    account = access.Account(**row) if row else None
    actor = access.admit(account, issued_at=claims.issued_at)
    duties.require(*(marks.roles or ()), duty=name_of(request.endpoint or ""), by=actor, at=at)
    g.actor = actor
    return actor, is_answered


def _token() -> str:
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not token.strip():
        raise TokenIsMissing
    return token.strip()
