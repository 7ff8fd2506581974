"""Parcels: booklets that the operator sent arrive at a site, which counts them; what is missing is named."""

from typing import Any
from uuid import UUID

from flask_babel import ngettext
from sqlalchemy.orm import Session

from voucher_service.kernel import clock
from voucher_service.kernel.actor import Role
from voucher_service.vouchers import allocation, allocation_search, covers
from voucher_service.vouchers.allocation import CountDiffers
from voucher_service.web.pages import Go, Page, Pages, actor, allow, takes
from voucher_service.web.prescriber import choosing, forms

pages = Pages("parcels", "/receptions")

_PAGE = 50


@pages.get("")
@allow(Role.PRESCRIBER)
@takes(forms.ShelfAsked)
def parcels(session: Session, asked: dict[str, Any]) -> Page:
    """List the parcels sent to the organisation's sites, those that wait first."""
    by = actor()
    sent = allocation_search.search(session, by=by, site_id=asked["site"])
    return Page(
        "prescriber/parcels.html",
        waiting=[parcel for parcel, receipt in sent if receipt is None],
        received=[(parcel, receipt) for parcel, receipt in reversed(sent) if receipt is not None][:_PAGE],
        choices=choosing.read(session, by=by),
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
