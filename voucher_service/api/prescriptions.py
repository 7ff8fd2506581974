"""Prescriptions: a professional decides that a person needs booklets; the handover may come later."""

from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from voucher_service.api.context import actor
from voucher_service.api.marks import allow, command, query
from voucher_service.api.names import Series
from voucher_service.api.paging import Page, listing, page, position
from voucher_service.api.reply import Reply
from voucher_service.api.resource import PREFIX, Resource
from voucher_service.api.wire import Choice, Day, Id, Instant, Text, Whole, Wire
from voucher_service.kernel import clock
from voucher_service.kernel.actor import Role
from voucher_service.vouchers import prescription
from voucher_service.vouchers.answers import Need
from voucher_service.vouchers.prescription import Prescription

resource = Resource("prescriptions", "Booklets that persons should receive.")

_MOST_BOOKLETS = 100


class PrescriptionRequest(Wire):
    """How many booklets a person should receive, and for which need."""

    series = Series(required=True)
    site_id = Id(required=True)
    need = Choice(Need, required=True)
    booklets = Whole(least=1, most=_MOST_BOOKLETS, required=True)
    prescribed_on = Day(load_default=None)
    person_id = Id(load_default=None, allow_none=True)


class PrescriptionShown(Wire):
    """A prescription; ``person_id`` is a pseudonym that later handovers repeat."""

    id = Id(required=True)
    series = Text(required=True)
    site_id = Id(required=True)
    person_id = Id(required=True)
    need = Choice(Need, required=True)
    booklets = Whole(required=True)
    prescribed_on = Day(required=True)
    at = Instant(required=True)


@resource.post("/prescriptions")
@allow(Role.PRESCRIBER)
@command()
@resource.arguments(PrescriptionRequest)
@resource.response(201, PrescriptionShown)
def prescribe(session: Session, wanted: dict[str, Any]) -> Reply:
    """Record that a person should receive booklets."""
    at = clock.now()
    wanted["prescribed_on"] = wanted["prescribed_on"] or clock.civil_date(at)
    made = prescription.prescribe(session, **wanted, at=at, by=actor())
    return Reply(made, location=f"{PREFIX}/prescriptions/{made.id}")


@resource.get("/prescriptions")
@allow(Role.PRESCRIBER)
@query()
@resource.arguments(Page, location="query")
@resource.response(200, listing(PrescriptionShown))
def search(session: Session, wanted: dict[str, Any]) -> Reply:
    """List the prescriptions of one's own organisation."""
    [after] = position(wanted) or [None]
    rows = prescription.search(session, by=actor(), after=after and UUID(after), limit=wanted["limit"] + 1)
    return page(rows, limit=wanted["limit"], key=lambda row: [str(row.id)])


@resource.get("/prescriptions/<uuid:prescription_id>")
@allow(Role.PRESCRIBER)
@query()
@resource.response(200, PrescriptionShown)
def read(session: Session, prescription_id: UUID) -> Prescription:
    """Read a prescription of one's own organisation."""
    return prescription.own(session, prescription_id=prescription_id, by=actor())
