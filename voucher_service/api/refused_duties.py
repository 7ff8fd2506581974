"""Refused duties: what one person may not do twice on one thing, who did what, and who tried."""

from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from voucher_service.api.context import actor
from voucher_service.api.marks import allow, query
from voucher_service.api.paging import Page, listing, page, position
from voucher_service.api.reply import Reply
from voucher_service.api.resource import Resource
from voucher_service.api.wire import Choice, Id, Instant, Many, Text, Whole, Wire
from voucher_service.identity import refused_acts, separation
from voucher_service.identity.refused_acts import Why
from voucher_service.identity.separation import Duty
from voucher_service.kernel import clock
from voucher_service.kernel.actor import Role

resource = Resource("duties", "Duties that one person may not do both on one thing, and who tried.")

_READERS = (Role.AUDITOR, Role.FINANCE, Role.OPERATOR)


class PairShown(Wire):
    """Two duties that one person may not do on one thing; their order means nothing."""

    first = Choice(Duty, required=True)
    second = Choice(Duty, required=True)


class PairsShown(Wire):
    """Every pair."""

    items = Many(PairShown, required=True)


class RefusedFilter(Page):
    """Which refused acts to list; ``since`` is included, ``until`` is not."""

    why = Choice(Why, load_default=None)
    duty = Choice(Duty, load_default=None)
    words = Text(longest=100, load_default="")
    since = Instant(load_default=None)
    until = Instant(load_default=None)


class RefusedShown(Wire):
    """An act that was refused; ``done`` is what the same person had done on the same thing."""

    id = Id(required=True)
    refused_at = Instant(required=True)
    actor_id = Id(required=True)
    name = Text(required=True, allow_none=True)
    organisation = Text(required=True, allow_none=True)
    role = Choice(Role, required=True)
    why = Choice(Why, required=True)
    duty = Text(required=True)
    done = Choice(Duty, required=True, allow_none=True)
    subject = Text(required=True, allow_none=True)


class PerformedFilter(Page):
    """Which duties to list."""

    duty = Choice(Duty, load_default=None)
    subject = Text(load_default=None)
    user_id = Id(load_default=None)


class PerformedShown(Wire):
    """A duty that somebody did on a thing, for the first time at this moment."""

    id = Whole(required=True)
    at = Instant(required=True)
    user_id = Id(required=True)
    name = Text(required=True, allow_none=True)
    duty = Choice(Duty, required=True)
    subject = Text(required=True)


@resource.get("/incompatible-duties")
@allow(*_READERS)
@query()
@resource.response(200, PairsShown)
def pairs(session: Session) -> dict[str, Any]:
    """List the pairs of duties that one person may not do on one thing."""
    return {"items": [{"first": first, "second": second} for first, second in separation.pairs(session)]}


@resource.get("/refused-duties")
@allow(*_READERS)
@query()
@resource.arguments(RefusedFilter, location="query")
@resource.response(200, listing(RefusedShown))
def refused(session: Session, wanted: dict[str, Any]) -> Reply:
    """List the acts that were refused, newest first: to auditors, finance and the operator's référents."""
    [after] = position(wanted) or [None]
    limit = wanted.pop("limit")
    rows = refused_acts.search(
        session, **wanted, after=after and UUID(after), limit=limit + 1, at=clock.now(), by=actor()
    )
    return page(rows, limit=limit, key=lambda row: [str(row.id)])


@resource.get("/performed-duties")
@allow(*_READERS)
@query()
@resource.arguments(PerformedFilter, location="query")
@resource.response(200, listing(PerformedShown))
def performed(session: Session, wanted: dict[str, Any]) -> Reply:
    """List the duties that were done, newest first: to auditors, finance and the operator's référents."""
    [after] = position(wanted) or [None]
    limit = wanted.pop("limit")
    rows = refused_acts.performed(session, **wanted, after=after, limit=limit + 1, at=clock.now(), by=actor())
    return page(rows, limit=limit, key=lambda row: [row.id])
