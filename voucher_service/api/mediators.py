"""Mediators: who delivers services for a venue operator, under a label that need not be a name."""

from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from voucher_service.api.context import actor
from voucher_service.api.derogations import DerogationShown
from voucher_service.api.marks import allow, command, query
from voucher_service.api.paging import Page, listing, page, position
from voucher_service.api.reply import Reply
from voucher_service.api.resource import PREFIX, Resource
from voucher_service.api.wire import Choice, Day, Id, Instant, Many, Text, Whole, Wire
from voucher_service.kernel import clock
from voucher_service.kernel.actor import Role
from voucher_service.network import mediators
from voucher_service.network.mediators import Mediator, Standing

resource = Resource("mediators", "Who delivers services.")

_READERS = (Role.OPERATOR, Role.VENUE, Role.AUDITOR)


class MediatorRequest(Wire):
    """Someone who delivers for an operator, and who pays him."""

    operator_id = Id(required=True)
    label = Text(longest=200, required=True)
    standing = Choice(Standing, required=True)


class MediatorEdition(Wire):
    """The last day on which he delivers."""

    left_on = Day(required=True)


class MediatorSummary(Wire):
    """Someone who delivers, until he left."""

    id = Id(required=True)
    operator_id = Id(required=True)
    label = Text(required=True)
    standing = Choice(Standing, required=True)
    registered_at = Instant(required=True)
    left_on = Day(allow_none=True, required=True)
    version = Whole(required=True)


class MediatorShown(MediatorSummary):
    """Someone who delivers, with his derogations."""

    derogations = Many(DerogationShown, required=True)


class MediatorFilter(Page):
    """Whose mediators to list."""

    operator_id = Id(load_default=None)


@resource.post("/mediators")
@allow(Role.OPERATOR, Role.VENUE)
@command()
@resource.arguments(MediatorRequest)
@resource.response(201, MediatorShown)
def register(session: Session, wanted: dict[str, Any]) -> Reply:
    """Register who delivers for a venue operator."""
    mediator = mediators.register(session, **wanted, at=clock.now(), by=actor())
    return _reply(session, mediator, location=f"{PREFIX}/mediators/{mediator.id}")


@resource.get("/mediators")
@allow(*_READERS)
@query()
@resource.arguments(MediatorFilter, location="query")
@resource.response(200, listing(MediatorSummary))
def search(session: Session, wanted: dict[str, Any]) -> Reply:
    """List mediators: a venue its own operator's, the others all."""
    [after] = position(wanted) or [None]
    limit = wanted.pop("limit")
    rows = mediators.search(session, **wanted, by=actor(), after=after and UUID(after), limit=limit + 1)
    return page(rows, limit=limit, key=lambda row: [str(row.id)])


@resource.get("/mediators/<uuid:mediator_id>")
@allow(*_READERS)
@query()
@resource.response(200, MediatorShown)
def read(session: Session, mediator_id: UUID) -> Reply:
    """Read a mediator and his derogations."""
    return _reply(session, mediators.own(session, mediator_id=mediator_id, by=actor()))


@resource.patch("/mediators/<uuid:mediator_id>")
@allow(Role.OPERATOR, Role.VENUE)
@command(edits=True)
@resource.arguments(MediatorEdition)
@resource.response(200, MediatorShown)
def leave(session: Session, wanted: dict[str, Any], version: int, mediator_id: UUID) -> Reply:
    """Record the last day on which a mediator delivers."""
    left = mediators.leave(
        session, mediator_id=mediator_id, **wanted, version=version, at=clock.now(), by=actor()
    )
    return _reply(session, left)


def _reply(session: Session, mediator: Mediator, location: str | None = None) -> Reply:
    shown = {name: getattr(mediator, name) for name in MediatorSummary().fields}
    shown["derogations"] = mediators.derogations_of(session, mediator_id=mediator.id)
    return Reply(shown, location=location, version=mediator.version)
