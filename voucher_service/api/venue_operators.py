"""Venue operators: who runs venues and is paid, and what it still lacks for that."""

from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from voucher_service.api.cashing_acts import CashingActShown
from voucher_service.api.context import actor
from voucher_service.api.marks import allow, command, query
from voucher_service.api.paging import Page, listing, page, position
from voucher_service.api.reply import Reply
from voucher_service.api.resource import PREFIX, Resource
from voucher_service.api.wire import Choice, Id, Instant, Many, One, Text, Whole, Wire
from voucher_service.kernel import clock
from voucher_service.kernel.actor import Role
from voucher_service.network import operator_search, operators
from voucher_service.network.operators import LegalForm
from voucher_service.network.readiness import Missing

resource = Resource("venue-operators", "Who runs venues, and is paid.")

_READERS = (Role.OPERATOR, Role.VENUE, Role.FINANCE, Role.AUDITOR)


class VenueOperatorRequest(Wire):
    """An organisation founded to run venues, and what sort of person it is in law."""

    organisation_id = Id(required=True)
    legal_form = Choice(LegalForm, required=True)


class VenueOperatorEdition(Wire):
    """A legal form to correct."""

    legal_form = Choice(LegalForm, required=True)


class VenueOperatorShown(Wire):
    """A venue operator; what is ``missing`` prevents accreditation, bank details payment only."""

    organisation_id = Id(required=True)
    name = Text(required=True)
    siret = Text(allow_none=True, required=True)
    legal_form = Choice(LegalForm, required=True)
    enrolled_at = Instant(required=True)
    version = Whole(required=True)
    cashing_act = One(CashingActShown, allow_none=True, required=True)
    missing = Many(Choice(Missing), required=True)


@resource.post("/venue-operators")
@allow(Role.OPERATOR)
@command()
@resource.arguments(VenueOperatorRequest)
@resource.response(201, VenueOperatorShown)
def enrol(session: Session, wanted: dict[str, Any]) -> Reply:
    """Let an organisation run venues; enrolling it again changes nothing."""
    operator = operators.enrol(session, **wanted, at=clock.now(), by=actor())
    operator_id = operator.organisation_id
    return _reply(session, operator_id, location=f"{PREFIX}/venue-operators/{operator_id}")


@resource.get("/venue-operators")
@allow(*_READERS)
@query()
@resource.arguments(Page, location="query")
@resource.response(200, listing(VenueOperatorShown))
def search(session: Session, wanted: dict[str, Any]) -> Reply:
    """List venue operators: a venue its own, the others all."""
    [after] = position(wanted) or [None]
    limit = wanted["limit"]
    rows = operator_search.search(session, by=actor(), after=after and UUID(after), limit=limit + 1)
    return page(rows, limit=limit, key=lambda row: [str(row.organisation_id)])


@resource.get("/venue-operators/<uuid:operator_id>")
@allow(*_READERS)
@query()
@resource.response(200, VenueOperatorShown)
def read(session: Session, operator_id: UUID) -> Reply:
    """Read a venue operator, and what it still lacks."""
    return _reply(session, operator_id)


@resource.patch("/venue-operators/<uuid:operator_id>")
@allow(Role.OPERATOR)
@command(edits=True)
@resource.arguments(VenueOperatorEdition)
@resource.response(200, VenueOperatorShown)
def correct(session: Session, wanted: dict[str, Any], version: int, operator_id: UUID) -> Reply:
    """Correct a venue operator's legal form."""
    operators.correct(session, operator_id=operator_id, **wanted, version=version, at=clock.now(), by=actor())
    return _reply(session, operator_id)


def _reply(session: Session, operator_id: UUID, location: str | None = None) -> Reply:
    found = operator_search.get(session, operator_id=operator_id, by=actor())
    return Reply(found, location=location, version=found.version)
