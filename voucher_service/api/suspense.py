"""Suspense: what waits of each deposit, and what left it, to a funder or back to the sender."""

from typing import Any

from sqlalchemy.orm import Session

from voucher_service.api.context import actor
from voucher_service.api.marks import allow, command, query
from voucher_service.api.names import FunderCode, OfCampaign, Series
from voucher_service.api.paging import listing, page, position
from voucher_service.api.reply import Reply
from voucher_service.api.resource import Resource
from voucher_service.api.wire import Cents, Day, Instant, Text, Whole, Wire
from voucher_service.funding import suspense
from voucher_service.funding.suspense import Clearance
from voucher_service.kernel import clock
from voucher_service.kernel.actor import Role

resource = Resource("suspense", "Money that was received and not understood, and where it went.")

_READERS = (Role.OPERATOR, Role.FINANCE, Role.FUNDER, Role.AUDITOR)


class DepositReturnRequest(Wire):
    """Which deposit's money goes back to its sender, under which transfer, and why."""

    series = Series(required=True)
    deposit = Text(longest=140, required=True)
    amount_cents = Cents(required=True)
    reference = Text(longest=140, required=True)
    reason = Text(longest=500, required=True)
    decided_on = Day(required=True)


class AttributionRequest(DepositReturnRequest):
    """Which deposit's money is which funder's, by which decision, and why."""

    funder = FunderCode(required=True)


class WaitingShown(Wire):
    """What waits of a deposit; ``funder`` is who paid, where that is known."""

    reference = Text(required=True)
    funder = Text(allow_none=True, required=True)
    received_on = Day(required=True)
    amount_cents = Cents(required=True)
    waiting_cents = Cents(required=True)


class ClearanceShown(Wire):
    """Money that left suspense: to a funder, or (where there is none) back to its sender."""

    series = Text(required=True)
    deposit = Text(required=True)
    reference = Text(required=True)
    funder = Text(allow_none=True, required=True)
    amount_cents = Cents(required=True)
    reason = Text(required=True)
    decided_on = Day(required=True)
    entry_no = Whole(required=True)
    at = Instant(required=True)


@resource.post("/attributions")
@allow(Role.FINANCE)
@command()
@resource.arguments(AttributionRequest)
@resource.response(201, ClearanceShown)
def attribute(session: Session, wanted: dict[str, Any]) -> Clearance:
    """Say that money in suspense is a funder's; the same reference again changes nothing."""
    return suspense.attribute(session, **wanted, at=clock.now(), by=actor())


@resource.post("/deposit-returns")
@allow(Role.FINANCE)
@command()
@resource.arguments(DepositReturnRequest)
@resource.response(201, ClearanceShown)
def send_back(session: Session, wanted: dict[str, Any]) -> Clearance:
    """Send money in suspense back to its sender; the same reference again changes nothing."""
    return suspense.send_back(session, **wanted, at=clock.now(), by=actor())


@resource.get("/suspense")
@allow(*_READERS)
@query()
@resource.arguments(OfCampaign, location="query")
@resource.response(200, listing(WaitingShown))
def waiting(session: Session, wanted: dict[str, Any]) -> Reply:
    """List the deposits of a campaign of which something waits, by reference."""
    [after] = position(wanted) or [None]
    rows = suspense.waiting(
        session, series=wanted["series"], by=actor(), after=after, limit=wanted["limit"] + 1
    )
    return page(rows, limit=wanted["limit"], key=lambda row: [row.reference])


@resource.get("/clearances")
@allow(*_READERS)
@query()
@resource.arguments(OfCampaign, location="query")
@resource.response(200, listing(ClearanceShown))
def search(session: Session, wanted: dict[str, Any]) -> Reply:
    """List what left a campaign's suspense, in its order."""
    [after] = position(wanted) or [None]
    rows = suspense.search(
        session, series=wanted["series"], by=actor(), after=after, limit=wanted["limit"] + 1
    )
    return page(rows, limit=wanted["limit"], key=lambda row: [row.entry_no])
