"""Prescribers: the organisations that hand booklets out."""

from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from voucher_service.api.context import actor
from voucher_service.api.marks import allow, command, query
from voucher_service.api.paging import Page, listing, page, position
from voucher_service.api.reply import Reply
from voucher_service.api.resource import PREFIX, Resource
from voucher_service.api.wire import Id, Instant, Text, Wire
from voucher_service.kernel import clock
from voucher_service.kernel.actor import Role
from voucher_service.network import prescriber_search, prescribers
from voucher_service.network.prescriber_search import NamedPrescriber

resource = Resource("prescribers", "The organisations that hand booklets out.")

READERS = (Role.OPERATOR, Role.PRESCRIBER, Role.FINANCE, Role.AUDITOR)


class PrescriberRequest(Wire):
    """An organisation founded to prescribe."""

    organisation_id = Id(required=True)


class PrescriberShown(Wire):
    """A prescriber, under its organisation's name."""

    organisation_id = Id(required=True)
    name = Text(required=True)
    siret = Text(allow_none=True, required=True)
    enrolled_at = Instant(required=True)


@resource.post("/prescribers")
@allow(Role.OPERATOR)
@command()
@resource.arguments(PrescriberRequest)
@resource.response(201, PrescriberShown)
def enrol(session: Session, wanted: dict[str, Any]) -> Reply:
    """Let an organisation hand booklets out; enrolling it again changes nothing."""
    prescriber = prescribers.enrol(session, **wanted, at=clock.now(), by=actor())
    organisation_id = prescriber.organisation_id
    named = prescriber_search.get(session, organisation_id=organisation_id, by=actor())
    return Reply(_shown(named), location=f"{PREFIX}/prescribers/{organisation_id}")


@resource.get("/prescribers")
@allow(*READERS)
@query()
@resource.arguments(Page, location="query")
@resource.response(200, listing(PrescriberShown))
def search(session: Session, wanted: dict[str, Any]) -> Reply:
    """List prescribers: a prescriber its own organisation, the others all."""
    [after] = position(wanted) or [None]
    limit = wanted["limit"]
    rows = prescriber_search.search(session, by=actor(), after=after and UUID(after), limit=limit + 1)
    return page([_shown(row) for row in rows], limit=limit, key=lambda row: [str(row["organisation_id"])])


@resource.get("/prescribers/<uuid:organisation_id>")
@allow(*READERS)
@query()
@resource.response(200, PrescriberShown)
def read(session: Session, organisation_id: UUID) -> dict[str, Any]:
    """Read a prescriber."""
    return _shown(prescriber_search.get(session, organisation_id=organisation_id, by=actor()))


def _shown(row: NamedPrescriber) -> dict[str, Any]:
    prescriber, name, siret = row
    return {
        "organisation_id": prescriber.organisation_id,
        "name": name,
        "siret": siret,
        "enrolled_at": prescriber.enrolled_at,
    }
