"""Sending: every parcel of booklets that was sent to a site, and whether it arrived whole."""

from functools import partial
from typing import Any

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from voucher_service.funding import campaigns
from voucher_service.kernel.actor import Role
from voucher_service.kernel.keyset import Order
from voucher_service.reports.table import Kind
from voucher_service.vouchers import allocation_search
from voucher_service.vouchers.allocation_search import Standing, Wish
from voucher_service.web import listing
from voucher_service.web.forms import Ident, One, Typed
from voucher_service.web.language import later
from voucher_service.web.listing import Column, Read, SearchForm
from voucher_service.web.pages import File, Heading, Menu, Page, Pages, actor, allow, takes
from voucher_service.web.prescriber import labels

pages = Pages("sending", "/envois")

_READERS = (Role.OPERATOR, Role.FINANCE, Role.AUDITOR)
_COLUMNS = (
    Column(later("Site"), lambda one: one.site),
    Column(later("Prescripteur"), lambda one: one.prescriber),
    Column(later("Envoyé le"), lambda one: one.allocation.sent_on, Kind.DATE),
    Column(later("Campagne"), lambda one: one.allocation.series),
    Column(later("Carnets"), lambda one: one.allocation.booklets, Kind.INTEGER),
    Column(later("Compté le"), lambda one: one.receipt and one.receipt.received_on, Kind.DATE),
    Column(later("Reçus"), lambda one: one.receipt and one.receipt.counted, Kind.INTEGER),
    Column(later("Manquants"), lambda one: one.receipt and " ".join(one.receipt.missing)),
)


class ParcelsAsked(SearchForm):
    """Which parcels are listed; ``site`` comes from that site's page."""

    site = Ident()
    campagne = Typed(longest=20)
    etat = One(Standing)
    tri = One(Order, default=Order.NEWEST)


@pages.get("", menu=Menu("Envois", 35, Heading.NETWORK))
@allow(*_READERS)
@takes(ParcelsAsked)
def listed(session: Session, asked: dict[str, Any]) -> Page:
    """List the parcels that were sent to sites."""
    return Page(
        "network/parcels.html",
        sheet=listing.sheet(asked, _read(session, asked), at="sending.listed", csv="sending.export"),
        campaigns=[(one.series, one.series) for one in campaigns.search(session)],
        standings=listing.choices(labels.PARCELS),
        orders=listing.choices(listing.ORDERS),
        site_id=asked["site"],
    )


@pages.get("/liste.csv", streams=True)
@allow(*_READERS)
@takes(ParcelsAsked)
def export(session: Session, asked: dict[str, Any]) -> File:
    """Save the same list as a file for a spreadsheet."""
    return listing.file(_("envois"), _COLUMNS, listing.whole(_read(session, asked)))


def _read(session: Session, asked: dict[str, Any]) -> Read:
    wish = Wish(
        series=asked["campagne"],
        site_id=asked["site"],
        standing=asked["etat"],
        words=asked["recherche"],
    )
    return partial(allocation_search.search, session, by=actor(), wish=wish, order=asked["tri"])
