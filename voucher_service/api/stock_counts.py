"""Stock counts: the booklets really in a site's cupboard, against the books."""

from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from voucher_service.api.context import actor
from voucher_service.api.marks import allow, command, query
from voucher_service.api.names import LARGEST_CHOICE, BookletNumber, Series
from voucher_service.api.paging import Page, listing, page, position
from voucher_service.api.reply import Reply
from voucher_service.api.resource import PREFIX, Resource
from voucher_service.api.wire import Day, Id, Instant, Many, Text, Whole, Wire
from voucher_service.kernel import clock
from voucher_service.kernel.actor import Role
from voucher_service.vouchers import stock_count
from voucher_service.vouchers.stock_count import StockCount

resource = Resource("stock-counts", "What prescribers' sites really hold.")

_READERS = (Role.OPERATOR, Role.PRESCRIBER, Role.FINANCE, Role.AUDITOR)


class StockCountRequest(Wire):
    """Every booklet of one campaign that was seen in a site's cupboard; an empty list says that none was."""

    series = Series(required=True)
    site_id = Id(required=True)
    booklets = Many(BookletNumber(), most=LARGEST_CHOICE, required=True)


class FoundBookletRequest(Wire):
    """Which missing booklet turned up, and at which site."""

    series = Series(required=True)
    site_id = Id(required=True)
    booklet = BookletNumber(required=True)


class StockCountShown(Wire):
    """A count: what was missing became a shortage, what was found again came back, the rest is only reported."""

    id = Id(required=True)
    series = Text(required=True)
    site_id = Id(required=True)
    expected = Whole(required=True)
    seen = Whole(required=True)
    missing = Many(Text(), required=True)
    found_again = Many(Text(), required=True)
    elsewhere = Many(Text(), required=True)
    counted_on = Day(required=True)
    at = Instant(required=True)


class StockCountFilter(Page):
    """Which stock counts to list."""

    series = Series(load_default=None)
    site_id = Id(load_default=None)


@resource.post("/stock-counts")
@allow(Role.PRESCRIBER)
@command()
@resource.arguments(StockCountRequest)
@resource.response(201, StockCountShown)
def count(session: Session, wanted: dict[str, Any]) -> Reply:
    """Count a site's booklets: those not seen become a shortage with their numbers."""
    at = clock.now()
    seen = wanted.pop("booklets")
    counted = stock_count.count(session, **wanted, seen=seen, on=clock.civil_date(at), at=at, by=actor())
    return Reply(counted, location=f"{PREFIX}/stock-counts/{counted.id}")


@resource.post("/found-booklets")
@allow(Role.PRESCRIBER)
@command()
@resource.arguments(FoundBookletRequest)
@resource.response(201, StockCountShown)
def find_again(session: Session, wanted: dict[str, Any]) -> Reply:
    """Take a missing booklet back into its site's stock: a count of that booklet alone."""
    at = clock.now()
    counted = stock_count.find_again(session, **wanted, on=clock.civil_date(at), at=at, by=actor())
    return Reply(counted, location=f"{PREFIX}/stock-counts/{counted.id}")


@resource.get("/stock-counts")
@allow(*_READERS)
@query()
@resource.arguments(StockCountFilter, location="query")
@resource.response(200, listing(StockCountShown))
def search(session: Session, wanted: dict[str, Any]) -> Reply:
    """List stock counts, newest first: a prescriber those of its own sites, the others all."""
    [after] = position(wanted) or [None]
    limit = wanted.pop("limit")
    rows = stock_count.search(session, **wanted, by=actor(), after=after and UUID(after), limit=limit + 1)
    return page(rows, limit=limit, key=lambda row: [str(row.id)])


@resource.get("/stock-counts/<uuid:stock_count_id>")
@allow(*_READERS)
@query()
@resource.response(200, StockCountShown)
def read(session: Session, stock_count_id: UUID) -> StockCount:
    """Read a stock count."""
    return stock_count.own(session, stock_count_id=stock_count_id, by=actor())
