"""Prescriptions: a professional decides that a person needs booklets; a colleague may hand them over another day."""

from functools import partial
from typing import Any

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from voucher_service.kernel import clock
from voucher_service.kernel.actor import Role
from voucher_service.reports.table import Kind
from voucher_service.vouchers import prescription, prescription_search
from voucher_service.vouchers.allowance import PersonHasEnoughBooklets
from voucher_service.web import listing
from voucher_service.web.language import later
from voucher_service.web.listing import Column, Read
from voucher_service.web.pages import File, Go, Menu, Page, Pages, actor, allow, takes
from voucher_service.web.prescriber import choosing, forms, labels

pages = Pages("prescriptions")

_COLUMNS = (
    Column(later("Repère"), lambda one: one.reference),
    Column(later("Prescrit le"), lambda one: one.prescribed_on, Kind.DATE),
    Column(later("Campagne"), lambda one: one.series),
    Column(later("Besoin"), lambda one: labels.say(labels.NEEDS, one.need)),
    Column(later("Carnets"), lambda one: one.booklets, Kind.INTEGER),
    Column(later("Déjà remis"), lambda one: one.handed_over, Kind.INTEGER),
    Column(later("Site"), lambda one: one.site),
)


@pages.get("/prescriptions", menu=Menu("Prescriptions", 40))
@allow(Role.PRESCRIBER)
@takes(forms.PrescriptionsAsked)
def waiting(session: Session, asked: dict[str, Any]) -> Page:
    """List the persons who still wait for booklets, or all prescriptions."""
    return Page(
        "prescriber/prescriptions.html",
        sheet=listing.sheet(
            asked, _read(session, asked), at="prescriptions.waiting", csv="prescriptions.export"
        ),
        need=lambda one: labels.say(labels.NEEDS, one.need),
        needs=labels.choices(labels.NEEDS),
        choices=choosing.read(session, by=actor()),
        orders=listing.choices(listing.ORDERS),
        is_all=asked["all"],
    )


@pages.get("/prescriptions.csv", streams=True)
@allow(Role.PRESCRIBER)
@takes(forms.PrescriptionsAsked)
def export(session: Session, asked: dict[str, Any]) -> File:
    """Save the same list as a file for a spreadsheet."""
    return listing.file("prescriptions", _COLUMNS, listing.whole(_read(session, asked)))


def _read(session: Session, asked: dict[str, Any]) -> Read:
    return partial(
        prescription_search.search,
        session,
        by=actor(),
        today=clock.civil_date(clock.now()),
        waiting=not asked["all"],
        site_id=asked["site"],
        need=asked["need"],
        part=asked["recherche"],
        order=asked["tri"],
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
