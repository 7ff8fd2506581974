"""Returns: a site gives booklets that it did not hand out back to the stock."""

from typing import Any

from sqlalchemy.orm import Session

from voucher_service.api.context import actor
from voucher_service.api.marks import allow, command
from voucher_service.api.names import SomeBooklets, chosen
from voucher_service.api.resource import Resource
from voucher_service.api.wire import Day, Id, Instant, Text, Whole, Wire
from voucher_service.kernel import clock
from voucher_service.kernel.actor import Role
from voucher_service.vouchers import allocation
from voucher_service.vouchers.allocation import SentBack

resource = Resource("returns", "Booklets given back to the stock.")


class ReturnRequest(SomeBooklets):
    """Which booklets go back, and from which site."""

    site_id = Id(required=True)


class ReturnShown(Wire):
    """Booklets that a site gave back."""

    id = Id(required=True)
    series = Text(required=True)
    site_id = Id(required=True)
    booklets = Whole(required=True)
    papers = Whole(required=True)
    sent_back_on = Day(required=True)
    entry_no = Whole(required=True)
    at = Instant(required=True)


@resource.post("/returns")
@allow(Role.PRESCRIBER, Role.OPERATOR)
@command()
@resource.arguments(ReturnRequest)
@resource.response(201, ReturnShown)
def send_back(session: Session, wanted: dict[str, Any]) -> SentBack:
    """Give a site's booklets back to the stock."""
    at = clock.now()
    return allocation.send_back(session, **chosen(wanted), on=clock.civil_date(at), at=at, by=actor())
