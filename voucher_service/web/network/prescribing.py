"""Prescribing: who hands booklets out, at which sites, and the booklets sent there."""

from typing import Any
from uuid import UUID

from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy.orm import Session

from voucher_service.funding import campaigns
from voucher_service.identity.naming import NameIsMalformed
from voucher_service.kernel import clock
from voucher_service.kernel.actor import Role
from voucher_service.kernel.keyset import Order
from voucher_service.kernel.refusal import Refusal
from voucher_service.network import prescriber_search, prescribers
from voucher_service.vouchers import allocation, allocation_search, covers, custody, register, shelves
from voucher_service.vouchers.allocation_search import Wish
from voucher_service.web.network import forms, wording
from voucher_service.web.pages import Go, Page, Pages, actor, allow, takes
from voucher_service.web.prescriber import carrying

pages = Pages("prescribing", "/organisations")

_READERS = (Role.OPERATOR, Role.FINANCE, Role.AUDITOR)
_LATEST = 10
_OF_THE_PARCEL: dict[type[Refusal], str] = {
    campaigns.CampaignIsUnknown: "series",
    campaigns.CampaignIsBlocked: "series",
    covers.NumberIsMistyped: "lines",
    covers.RangeIsOutOfBounds: "lines",
    covers.BookletIsOfAnotherCampaign: "lines",
    register.BookletIsUnknown: "lines",
    custody.BookletsAreElsewhere: "lines",
    custody.BookletsAreEmpty: "lines",
}


@pages.get("/prescripteurs/<uuid:organisation_id>")
@allow(*_READERS)
def prescriber(session: Session, organisation_id: UUID) -> Page:
    """Show who hands booklets out, and where."""
    named = prescriber_search.get(session, organisation_id=organisation_id, by=actor())
    return Page(
        "network/prescriber.html",
        prescriber=named[0],
        name=named[1],
        siret=named[2],
        sites=prescribers.list_sites(session, organisation_id=organisation_id),
    )


@pages.get("/prescripteurs/<uuid:organisation_id>/sites/nouveau")
@allow(Role.OPERATOR)
def new_site(session: Session, organisation_id: UUID) -> Page:
    """Ask where the prescriber keeps booklets."""
    named = prescriber_search.get(session, organisation_id=organisation_id, by=actor())
    return Page("network/site_new.html", prescriber=named[0], name=named[1])


@pages.post("/prescripteurs/<uuid:organisation_id>/sites/nouveau", back=new_site)
@allow(Role.OPERATOR)
@takes(forms.SiteForm, about={NameIsMalformed: "name"})
def open_site(session: Session, said: dict[str, Any], organisation_id: UUID) -> Go:
    """Open a place where the prescriber keeps booklets."""
    site = prescribers.open_site(session, organisation_id=organisation_id, **said, at=clock.now(), by=actor())
    return Go("prescribing.site", site_id=site.id, said=_("Le site est ouvert."))


@pages.get("/sites/<uuid:site_id>")
@allow(*_READERS)
def site(session: Session, site_id: UUID) -> Page:
    """Show a site: what is in its cupboard, and the booklets sent to it."""
    shown = prescriber_search.get_site(session, site_id=site_id, by=actor())
    sent = allocation_search.search(
        session, by=actor(), wish=Wish(site_id=site_id), order=Order.NEWEST, limit=_LATEST
    )
    return Page(
        "network/site.html",
        site=shown,
        prescriber=prescriber_search.get(session, organisation_id=shown.organisation_id, by=actor())[1],
        figures=shelves.figures_of(session, site=shown, today=clock.civil_date(clock.now())),
        parcels=sent,
    )


@pages.get("/sites/<uuid:site_id>/envoi")
@allow(Role.OPERATOR)
def sending(session: Session, site_id: UUID) -> Page:
    """Ask which booklets are sent to the site."""
    return Page(
        "network/send.html",
        site=prescriber_search.get_site(session, site_id=site_id, by=actor()),
        campaigns=wording.open_campaigns(session),
    )


@pages.get("/sites/<uuid:site_id>/envoi/verifier")
@allow(Role.OPERATOR)
def restart(_session: Session, site_id: UUID) -> Go:
    """Begin again where the browser asks for a screen that only follows another."""
    return Go("prescribing.sending", site_id=site_id)


@pages.post("/sites/<uuid:site_id>/envoi/verifier", back=sending)
@allow(Role.OPERATOR)
@takes(forms.AllocationForm, about=_OF_THE_PARCEL)
def verify(session: Session, said: dict[str, Any], site_id: UUID) -> Page:
    """Show which booklets would leave the stock; none has yet."""
    series = said["series"]
    numbers = covers.read_all(said["lines"], series=series)
    on = clock.civil_date(clock.now())
    sent = allocation.foresee(session, series=series, booklets=numbers, site_id=site_id, on=on)
    carrying.put(said | {"lines": "\n".join(numbers)})
    return Page(
        "network/send_check.html",
        site=prescriber_search.get_site(session, site_id=site_id, by=actor()),
        series=series,
        numbers=numbers,
        papers=sum(one.papers for one in sent),
    )


@pages.post("/sites/<uuid:site_id>/envoi", back=sending)
@allow(Role.OPERATOR)
@takes(forms.AllocationForm, about=_OF_THE_PARCEL)
def send(session: Session, said: dict[str, Any], site_id: UUID) -> Go:
    """Send booklets from the stock to the site; they are on their way until it counts them."""
    at, series = clock.now(), said["series"]
    sent = allocation.send(
        session,
        series=series,
        booklets=covers.read_all(said["lines"], series=series),
        site_id=site_id,
        on=clock.civil_date(at),
        at=at,
        by=actor(),
    )
    told = ngettext("%(num)s carnet est en route.", "%(num)s carnets sont en route.", sent.booklets)
    return Go("prescribing.parcel", allocation_id=sent.id, said=told)


@pages.get("/envois/<uuid:allocation_id>")
@allow(*_READERS)
def parcel(session: Session, allocation_id: UUID) -> Page:
    """Show what was sent, and what the site counted of it."""
    sent = allocation.own(session, allocation_id=allocation_id, by=actor())
    return Page(
        "network/parcel.html",
        parcel=sent,
        receipt=allocation.find_receipt(session, allocation_id=allocation_id),
        numbers=allocation.booklets_of(session, sent),
        site=prescriber_search.get_site(session, site_id=sent.site_id, by=actor()),
    )
