"""Home of a prescriber: its booklets in figures, what waits, and the booklets behind each figure."""

from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from voucher_service.kernel import clock
from voucher_service.kernel.actor import Role
from voucher_service.vouchers import allocation_search, prescription_search, shelves, unreadable
from voucher_service.vouchers.shelves import Shelf
from voucher_service.vouchers.unreadable import Answered
from voucher_service.web.pages import Menu, Page, Pages, actor, allow, takes
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


@pages.get("/mes-carnets", menu=Menu("Mes carnets", 10))
@allow(Role.PRESCRIBER)
def home(session: Session) -> Page:
    """Show what the organisation holds, what waits, and what to look after."""
    today, by = clock.civil_date(clock.now()), actor()
    sent = allocation_search.search(session, by=by)
    return Page(
        "prescriber/home.html",
        figures=shelves.figures(session, today=today, by=by),
        parcels=[parcel for parcel, receipt in sent if receipt is None],
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
    if shelf not in _SHELVES:
        raise PageIsUnknown
    today, by = clock.civil_date(clock.now()), actor()
    found = shelves.booklets(
        session,
        shelf=_SHELVES[shelf],
        today=today,
        by=by,
        site_id=_site(asked),
        after=asked["after"],
        limit=_PAGE + 1,
    )
    return Page(
        "prescriber/shelf.html",
        title=labels.say(labels.SHELVES, _SHELVES[shelf]),
        shelf=shelf,
        kind=_SHELVES[shelf].value,
        booklets=found[:_PAGE],
        after=found[_PAGE - 1].number if len(found) > _PAGE else None,
        asked=asked,
        sites=choosing.read(session, by=by).sites,
    )


def _site(asked: dict[str, Any]) -> UUID | None:
    found: UUID | None = asked["site"]
    return found
