"""Prescriptions: a professional decides that a person needs booklets; a colleague may hand them over another day."""

from typing import Any

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from voucher_service.kernel import clock
from voucher_service.kernel.actor import Role
from voucher_service.vouchers import prescription, prescription_search
from voucher_service.vouchers.allowance import PersonHasEnoughBooklets
from voucher_service.web.pages import Go, Menu, Page, Pages, actor, allow, takes
from voucher_service.web.prescriber import choosing, forms, labels

pages = Pages("prescriptions")

_PAGE = 50


@pages.get("/prescriptions", menu=Menu("Prescriptions", 40))
@allow(Role.PRESCRIBER)
@takes(forms.PrescriptionsAsked)
def waiting(session: Session, asked: dict[str, Any]) -> Page:
    """List the persons who still wait for booklets, or all prescriptions."""
    found = prescription_search.search(
        session,
        by=actor(),
        today=clock.civil_date(clock.now()),
        waiting=not asked["all"],
        after=asked["after"],
        limit=_PAGE + 1,
    )
    return Page(
        "prescriber/prescriptions.html",
        prescriptions=[(each, labels.say(labels.NEEDS, each.need)) for each in found[:_PAGE]],
        after=found[_PAGE - 1].id if len(found) > _PAGE else None,
        is_all=asked["all"],
    )


@pages.get("/prescriptions/nouvelle")
@allow(Role.PRESCRIBER)
def new(session: Session) -> Page:
    """Ask for whom, without a name."""
    today = clock.civil_date(clock.now())
    return Page(
        "prescriber/prescribe.html",
        choices=choosing.read(session, by=actor(), today=today),
        needs=labels.choices(labels.NEEDS),
    )


@pages.post("/prescriptions/nouvelle", back=new)
@allow(Role.PRESCRIBER)
@takes(forms.PrescriptionForm, about={PersonHasEnoughBooklets: "booklets"})
def prescribe(session: Session, said: dict[str, Any]) -> Go:
    """Record that a person should receive booklets."""
    at = clock.now()
    made = prescription.prescribe(
        session,
        series=said["series"],
        site_id=said["site"],
        need=said["need"],
        booklets=said["booklets"],
        prescribed_on=clock.civil_date(at),
        at=at,
        by=actor(),
    )
    name = prescription_search.reference(made.id)
    said_next = _(
        "Prescription %(name)s enregistrée : notez ce repère dans le dossier de la personne.", name=name
    )
    return Go("prescriptions.waiting", said=said_next)
