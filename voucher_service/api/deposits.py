"""Deposits: funders' money received, or a public accountant's engagements."""

from typing import Any

from sqlalchemy.orm import Session

from voucher_service.api.context import actor
from voucher_service.api.marks import allow, command, query
from voucher_service.api.names import FunderCode, OfCampaign, Series
from voucher_service.api.paging import listing, page, position
from voucher_service.api.reply import Reply
from voucher_service.api.resource import Resource
from voucher_service.api.wire import Cents, Day, Instant, Text, Whole, Wire
from voucher_service.funding import deposits
from voucher_service.funding.deposits import Deposit
from voucher_service.kernel import clock
from voucher_service.kernel.actor import Role

resource = Resource("deposits", "Money received from funders, and engagements.")


class DepositRequest(Wire):
    """Money received, known by the bank's reference; an engagement by its number and exercice."""

    series = Series(required=True)
    reference = Text(longest=140, required=True)
    funder = FunderCode(load_default=None, allow_none=True)
    amount_cents = Cents(required=True)
    received_on = Day(required=True)
    exercice = Whole(least=2000, most=2199, load_default=None, allow_none=True)


class DepositShown(Wire):
    """Money received; what exceeds ``matched_cents`` waits in suspense."""

    series = Text(required=True)
    reference = Text(required=True)
    funder = Text(allow_none=True)
    amount_cents = Cents(required=True)
    matched_cents = Cents(least=0, required=True)
    received_on = Day(required=True)
    exercice = Whole(allow_none=True)
    entry_no = Whole(required=True)
    at = Instant(required=True)


@resource.post("/deposits")
@allow(Role.FINANCE)
@command()
@resource.arguments(DepositRequest)
@resource.response(201, DepositShown)
def receive(session: Session, wanted: dict[str, Any]) -> Deposit:
    """Record money received, or an engagement; the same reference again changes nothing."""
    return deposits.receive(session, **wanted, at=clock.now(), by=actor())


@resource.get("/deposits")
@allow(Role.OPERATOR, Role.FINANCE, Role.FUNDER, Role.AUDITOR)
@query()
@resource.arguments(OfCampaign, location="query")
@resource.response(200, listing(DepositShown))
def search(session: Session, wanted: dict[str, Any]) -> Reply:
    """List a campaign's deposits by reference."""
    [after] = position(wanted) or [None]
    rows = deposits.search(
        session, series=wanted["series"], by=actor(), after=after, limit=wanted["limit"] + 1
    )
    return page(rows, limit=wanted["limit"], key=lambda row: [row.reference])
