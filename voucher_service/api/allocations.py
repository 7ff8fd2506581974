"""Allocations: booklets sent from the stock to a prescriber's site."""

from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from voucher_service.api.context import actor
from voucher_service.api.marks import allow, command, query
from voucher_service.api.names import Series, SomeBooklets, chosen
from voucher_service.api.paging import Page, listing, page, position
from voucher_service.api.reply import Reply
from voucher_service.api.resource import PREFIX, Resource
from voucher_service.api.wire import Day, Id, Instant, Many, One, Text, Whole, Wire
from voucher_service.kernel import clock
from voucher_service.kernel.actor import Role
from voucher_service.vouchers import allocation, allocation_search
from voucher_service.vouchers.allocation import Allocation, Receipt
from voucher_service.vouchers.allocation_search import Wish

resource = Resource("allocations", "Booklets sent to prescribers' sites.")

_READERS = (Role.OPERATOR, Role.PRESCRIBER, Role.FINANCE, Role.AUDITOR)


class AllocationRequest(SomeBooklets):
    """Which booklets to send, and to which site."""

    site_id = Id(required=True)


class ReceiptShown(Wire):
    """What a site counted of an allocation, and the booklets that did not arrive."""

    allocation_id = Id(required=True)
    counted = Whole(required=True)
    missing = Many(Text(), required=True)
    received_on = Day(required=True)
    at = Instant(required=True)


class AllocationSummary(Wire):
    """Booklets sent to a site; no receipt until the site has counted them."""

    id = Id(required=True)
    series = Text(required=True)
    site_id = Id(required=True)
    booklets = Whole(required=True)
    papers = Whole(required=True)
    sent_on = Day(required=True)
    entry_no = Whole(required=True)
    at = Instant(required=True)
    receipt = One(ReceiptShown, allow_none=True, required=True)


class AllocationShown(AllocationSummary):
    """An allocation, with the number of each booklet."""

    numbers = Many(Text(), required=True)


class AllocationFilter(Page):
    """Which allocations to list."""

    series = Series(load_default=None)
    site_id = Id(load_default=None)


@resource.post("/allocations")
@allow(Role.OPERATOR)
@command()
@resource.arguments(AllocationRequest)
@resource.response(201, AllocationShown)
def send(session: Session, wanted: dict[str, Any]) -> Reply:
    """Send booklets from the stock to a prescriber's site."""
    at = clock.now()
    sent = allocation.send(session, **chosen(wanted), on=clock.civil_date(at), at=at, by=actor())
    return Reply(_shown(session, sent), location=f"{PREFIX}/allocations/{sent.id}")


@resource.get("/allocations")
@allow(*_READERS)
@query()
@resource.arguments(AllocationFilter, location="query")
@resource.response(200, listing(AllocationSummary))
def search(session: Session, wanted: dict[str, Any]) -> Reply:
    """List allocations: a prescriber those to its own sites, the others all."""
    [after] = position(wanted) or [None]
    limit = wanted.pop("limit")
    rows = allocation_search.search(
        session, wish=Wish(**wanted), by=actor(), after=after and UUID(after), limit=limit + 1
    )
    return page(
        [_summary(row.allocation, row.receipt) for row in rows], limit=limit, key=lambda row: [str(row["id"])]
    )


@resource.get("/allocations/<uuid:allocation_id>")
@allow(*_READERS)
@query()
@resource.response(200, AllocationShown)
def read(session: Session, allocation_id: UUID) -> dict[str, Any]:
    """Read an allocation."""
    return _shown(session, allocation.own(session, allocation_id=allocation_id, by=actor()))


def _shown(session: Session, sent: Allocation) -> dict[str, Any]:
    receipt = allocation.find_receipt(session, allocation_id=sent.id)
    return _summary(sent, receipt) | {"numbers": allocation.booklets_of(session, sent)}


def _summary(sent: Allocation, receipt: Receipt | None) -> dict[str, Any]:
    names = ("id", "series", "site_id", "booklets", "papers", "sent_on", "entry_no", "at")
    return {name: getattr(sent, name) for name in names} | {"receipt": receipt}
