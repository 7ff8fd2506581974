"""Receipts: a site counts what was sent to it; what is missing is named."""

from typing import Any

from sqlalchemy.orm import Session

from voucher_service.api.allocations import ReceiptShown
from voucher_service.api.context import actor
from voucher_service.api.marks import allow, command
from voucher_service.api.names import LARGEST_CHOICE, BookletNumber
from voucher_service.api.resource import Resource
from voucher_service.api.wire import Id, Many, Whole, Wire
from voucher_service.kernel import clock
from voucher_service.kernel.actor import Role
from voucher_service.vouchers import allocation
from voucher_service.vouchers.allocation import Receipt

resource = Resource("receipts", "What sites counted of what was sent to them.")


class ReceiptRequest(Wire):
    """How many booklets arrived, and the numbers of those that did not."""

    allocation_id = Id(required=True)
    counted = Whole(most=LARGEST_CHOICE, required=True)
    missing = Many(BookletNumber(), most=LARGEST_CHOICE, load_default=[])


@resource.post("/receipts")
@allow(Role.PRESCRIBER)
@command()
@resource.arguments(ReceiptRequest)
@resource.response(201, ReceiptShown)
def receive(session: Session, wanted: dict[str, Any]) -> Receipt:
    """Count an allocation on its arrival; what is missing becomes a named shortage."""
    at = clock.now()
    return allocation.receive(session, **wanted, on=clock.civil_date(at), at=at, by=actor())
