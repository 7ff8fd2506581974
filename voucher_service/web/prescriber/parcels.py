"""Parcels: booklets that the operator sent arrive at a site, which counts them; what is missing is named."""

from functools import partial
from typing import Any
from uuid import UUID

from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy.orm import Session

from voucher_service.kernel import clock
from voucher_service.kernel.actor import Role
from voucher_service.reports.table import Kind
from voucher_service.vouchers import allocation, allocation_search, covers
from voucher_service.vouchers.allocation import CountDiffers
from voucher_service.vouchers.allocation_search import Standing, Wish
from voucher_service.web import listing
from voucher_service.web.language import later
from voucher_service.web.listing import Column, Read
from voucher_service.web.pages import File, Go, Page, Pages, actor, allow, takes
from voucher_service.web.prescriber import choosing, forms, labels

pages = Pages("parcels", "/receptions")

_COLUMNS = (
    Column(later("Site"), lambda one: one.site),
    Column(later("Envoyé le"), lambda one: one.allocation.sent_on, Kind.DATE),
    Column(later("Campagne"), lambda one: one.allocation.series),
    Column(later("Carnets"), lambda one: one.allocation.booklets, Kind.INTEGER),
    Column(later("Compté le"), lambda one: one.receipt and one.receipt.received_on, Kind.DATE),
    Column(later("Reçus"), lambda one: one.receipt and one.receipt.counted, Kind.INTEGER),
    Column(later("Manquants"), lambda one: one.receipt and " ".join(one.receipt.missing)),
)


@pages.get("")
@allow(Role.PRESCRIBER)
@takes(forms.ParcelsAsked)
def parcels(session: Session, asked: dict[str, Any]) -> Page:
    """List the parcels sent to the organisation's sites; those that wait are said first."""
    by = actor()
    waiting = allocation_search.search(session, by=by, wish=Wish(standing=Standing.ON_ITS_WAY))
    return Page(
        "prescriber/parcels.html",
        waiting=[one.allocation for one in waiting],
        sheet=listing.sheet(asked, _read(session, asked), at="parcels.parcels", csv="parcels.export"),
        choices=choosing.read(session, by=by),
        standings=listing.choices(labels.PARCELS),
        orders=listing.choices(listing.ORDERS),
    )


@pages.get("/liste.csv", streams=True)
@allow(Role.PRESCRIBER)
@takes(forms.ParcelsAsked)
def export(session: Session, asked: dict[str, Any]) -> File:
    """Save the same list as a file for a spreadsheet."""
    return listing.file(_("colis"), _COLUMNS, listing.whole(_read(session, asked)))


def _read(session: Session, asked: dict[str, Any]) -> Read:
    return partial(
        allocation_search.search,
        session,
        by=actor(),
        wish=Wish(series=asked["series"], site_id=asked["site"], standing=asked["etat"]),
        order=asked["tri"],
    )


@pages.get("/<uuid:allocation_id>")
@allow(Role.PRESCRIBER)
def parcel(session: Session, allocation_id: UUID) -> Page:
    """Show what was sent, and ask what arrived."""
    by = actor()
    sent = allocation.own(session, allocation_id=allocation_id, by=by)
    return Page(
        "prescriber/parcel.html",
        parcel=sent,
        numbers=allocation.booklets_of(session, sent),
        receipt=allocation.find_receipt(session, allocation_id=allocation_id),
        site_name=choosing.read(session, by=by).site_name(sent.site_id),
    )


@pages.post("/<uuid:allocation_id>", back=parcel)
@allow(Role.PRESCRIBER)
@takes(
    forms.ReceiptForm,
    about={
        CountDiffers: "counted",
        covers.NumberIsMistyped: "lines",
        covers.RangeIsOutOfBounds: "lines",
        covers.BookletIsOfAnotherCampaign: "lines",
    },
)
def receive(session: Session, said: dict[str, Any], allocation_id: UUID) -> Go:
    """Count a parcel: what is missing becomes a shortage with its numbers."""
    at, by = clock.now(), actor()
    sent = allocation.own(session, allocation_id=allocation_id, by=by)
    receipt = allocation.receive(
        session,
        allocation_id=allocation_id,
        counted=said["counted"],
        missing=covers.read_all(said["lines"] or [], series=sent.series),
        on=clock.civil_date(at),
        at=at,
        by=by,
    )
    told = ngettext(
        "%(num)s carnet est dans votre placard.",
        "%(num)s carnets sont dans votre placard.",
        receipt.counted,
    )
    return Go("parcels.parcel", allocation_id=allocation_id, said=told)
