"""Home of a prescriber: its booklets in figures, what waits, and the booklets behind each figure."""

from functools import partial
from typing import Any

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from voucher_service.kernel import clock
from voucher_service.kernel.actor import Role
from voucher_service.reports.table import Kind
from voucher_service.vouchers import allocation_search, prescription_search, shelves, unreadable
from voucher_service.vouchers.allocation_search import Standing, Wish
from voucher_service.vouchers.shelves import Shelf
from voucher_service.vouchers.unreadable import Answered
from voucher_service.web import listing
from voucher_service.web.language import later
from voucher_service.web.listing import Column, Read
from voucher_service.web.pages import File, Menu, Page, Pages, actor, allow, takes
from voucher_service.web.prescriber import choosing, forms, labels
from voucher_service.web.troubles import PageIsUnknown

pages = Pages("prescriber")

_PAGE = 50
_SHELVES = {
    "a-remettre": Shelf.IN_STOCK,
    "remis": Shelf.HANDED_OVER,
    "jamais-utilises": Shelf.DORMANT,
    "bientot-perimes": Shelf.EXPIRING,
    "manquants": Shelf.MISSING,
}
_COLUMNS = (
    Column(later("Carnet"), lambda one: one.number),
    Column(later("Campagne"), lambda one: one.series),
    Column(later("Site"), lambda one: one.site),
    Column(later("Depuis le"), lambda one: one.since_on, Kind.DATE),
    Column(later("Pass utilisés"), lambda one: one.papers_used, Kind.INTEGER),
    Column(later("Pass restants"), lambda one: one.papers_left, Kind.INTEGER),
    Column(later("Ce qui reste"), lambda one: one.cents_left, Kind.CENTS),
    Column(later("Valable jusqu'au"), lambda one: one.use_until, Kind.DATE),
    Column(later("Activé"), lambda one: _("Oui") if one.active else _("Non")),
)


@pages.get("/mes-carnets", menu=Menu("Mes carnets", 10))
@allow(Role.PRESCRIBER)
def home(session: Session) -> Page:
    """Show what the organisation holds, what waits, and what to look after."""
    today, by = clock.civil_date(clock.now()), actor()
    sent = allocation_search.search(session, by=by, wish=Wish(standing=Standing.ON_ITS_WAY))
    return Page(
        "prescriber/home.html",
        figures=shelves.figures(session, today=today, by=by),
        parcels=[one.allocation for one in sent],
        waiting=prescription_search.search(session, by=by, today=today, waiting=True, limit=6),
        unread=len(unreadable.search(session, by=by, answered=Answered.WAITING, limit=_PAGE)),
        dormant_days=shelves.DORMANT_DAYS,
        expiring_days=shelves.EXPIRING_DAYS,
    )


@pages.get("/mes-carnets/<shelf>")
@allow(Role.PRESCRIBER)
@takes(forms.ShelfAsked)
def shelf(session: Session, asked: dict[str, Any], shelf: str) -> Page:
    """List the booklets behind one figure."""
    shown = _named(shelf)
    choices = choosing.read(session, by=actor())
    return Page(
        "prescriber/shelf.html",
        title=labels.say(labels.SHELVES, shown),
        kind=shown.value,
        sheet=listing.sheet(
            asked,
            _read(session, asked, shown),
            at="prescriber.shelf",
            csv="prescriber.export",
            shelf=shelf,
        ),
        sites=choices.sites,
        series=choices.series,
        orders=listing.choices(labels.ORDERS),
    )


@pages.get("/mes-carnets/<shelf>/liste.csv", streams=True)
@allow(Role.PRESCRIBER)
@takes(forms.ShelfAsked)
def export(session: Session, asked: dict[str, Any], shelf: str) -> File:
    """Save the same list as a file for a spreadsheet."""
    return listing.file(shelf, _COLUMNS, listing.whole(_read(session, asked, _named(shelf))))


def _named(shelf: str) -> Shelf:
    if shelf not in _SHELVES:
        raise PageIsUnknown
    return _SHELVES[shelf]


def _read(session: Session, asked: dict[str, Any], shown: Shelf) -> Read:
    return partial(
        shelves.booklets,
        session,
        shelf=shown,
        today=clock.civil_date(clock.now()),
        by=actor(),
        site_id=asked["site"],
        series=asked["series"],
        part=asked["recherche"],
        order=asked["tri"],
    )
