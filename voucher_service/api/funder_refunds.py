"""Funder refunds: unspent money goes back to whoever paid it."""

from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from voucher_service.api.context import actor
from voucher_service.api.marks import allow, command, query
from voucher_service.api.names import FunderCode, OfCampaign, Series
from voucher_service.api.paging import listing, page, position
from voucher_service.api.reply import Reply
from voucher_service.api.resource import Resource
from voucher_service.api.wire import Cents, Day, Id, Instant, Text, Whole, Wire
from voucher_service.funding import deposits
from voucher_service.funding.deposits import FunderRefund
from voucher_service.kernel import clock
from voucher_service.kernel.actor import Role

resource = Resource("funder-refunds", "Unspent money given back to funders.")


class FunderRefundRequest(Wire):
    """What goes back to a funder, and the order to pay it."""

    series = Series(required=True)
    funder = FunderCode(required=True)
    amount_cents = Cents(required=True)
    reference = Text(longest=140, required=True)
    paid_on = Day(required=True)


class FunderRefundShown(FunderRefundRequest):
    """What went back to a funder."""

    id = Id(required=True)
    entry_no = Whole(required=True)
    at = Instant(required=True)


@resource.post("/funder-refunds")
@allow(Role.FINANCE)
@command()
@resource.arguments(FunderRefundRequest)
@resource.response(201, FunderRefundShown)
def refund(session: Session, wanted: dict[str, Any]) -> FunderRefund:
    """Give unspent money back to its funder."""
    return deposits.refund(session, **wanted, at=clock.now(), by=actor())


@resource.get("/funder-refunds")
@allow(Role.OPERATOR, Role.FINANCE, Role.FUNDER, Role.AUDITOR)
@query()
@resource.arguments(OfCampaign, location="query")
@resource.response(200, listing(FunderRefundShown))
def search(session: Session, wanted: dict[str, Any]) -> Reply:
    """List what went back to a campaign's funders."""
    [after] = position(wanted) or [None]
    rows = deposits.refunds(
        session,
        series=wanted["series"],
        by=actor(),
        after=after and UUID(after),
        limit=wanted["limit"] + 1,
    )
    return page(rows, limit=wanted["limit"], key=lambda row: [str(row.id)])
