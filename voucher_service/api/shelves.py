"""Shelves: a prescriber's booklets as it sorts them, and how many there are of each."""

from typing import Any

from sqlalchemy.orm import Session

from voucher_service.api.context import actor
from voucher_service.api.marks import allow, query
from voucher_service.api.paging import Page, listing, page, position
from voucher_service.api.reply import Reply
from voucher_service.api.resource import Resource
from voucher_service.api.wire import Cents, Choice, Day, Flag, Id, Text, Whole, Wire
from voucher_service.kernel import clock
from voucher_service.kernel.actor import Role
from voucher_service.vouchers import shelves
from voucher_service.vouchers.shelves import Figures, Shelf

resource = Resource("shelves", "A prescriber's booklets, sorted and counted.")


class OfSite(Wire):
    """Of which site; of all one's own where absent."""

    site_id = Id(load_default=None)


class FiguresShown(Wire):
    """How many booklets: to hand over, on their way, handed over this month, asleep, near their end, missing."""

    in_stock = Whole(required=True)
    in_stock_cents = Cents(least=0, required=True)
    dormant = Whole(required=True)
    expiring = Whole(required=True)
    expiring_on = Day(allow_none=True, required=True)
    missing = Whole(required=True)
    to_receive = Whole(required=True)
    handed_over = Whole(required=True)


class ShelvedShown(Wire):
    """A booklet of the shelf, and what is left of it."""

    number = Text(required=True)
    series = Text(required=True)
    site_id = Id(required=True)
    since_on = Day(required=True)
    use_until = Day(required=True)
    handover_id = Id(allow_none=True, required=True)
    active = Flag(required=True)
    papers_used = Whole(required=True)
    papers_left = Whole(required=True)
    cents_left = Cents(least=0, required=True)


class ShelfFilter(Page):
    """Which shelf, and of which site."""

    shelf = Choice(Shelf, required=True)
    site_id = Id(load_default=None)


@resource.get("/shelf-figures")
@allow(Role.PRESCRIBER)
@query()
@resource.arguments(OfSite, location="query")
@resource.response(200, FiguresShown)
def count(session: Session, wanted: dict[str, Any]) -> Figures:
    """Count one's own booklets, shelf by shelf."""
    return shelves.figures(session, **wanted, today=clock.civil_date(clock.now()), by=actor())


@resource.get("/shelved-booklets")
@allow(Role.PRESCRIBER)
@query()
@resource.arguments(ShelfFilter, location="query")
@resource.response(200, listing(ShelvedShown))
def search(session: Session, wanted: dict[str, Any]) -> Reply:
    """List one's own booklets on one shelf, by number."""
    [after] = position(wanted) or [None]
    limit = wanted.pop("limit")
    today = clock.civil_date(clock.now())
    rows = shelves.booklets(session, **wanted, today=today, by=actor(), after=after, limit=limit + 1)
    return page(rows, limit=limit, key=lambda row: [row.number])
