"""Reversals: a redemption made in error is given back."""

from typing import Any

from sqlalchemy.orm import Session

from voucher_service.api.context import actor
from voucher_service.api.marks import allow, command
from voucher_service.api.resource import Resource
from voucher_service.api.wire import Choice, Day, Flag, Id, Instant, Text, Whole, Wire
from voucher_service.kernel import clock
from voucher_service.kernel.actor import Role
from voucher_service.settlement import runs
from voucher_service.vouchers import reversal
from voucher_service.vouchers.reversal import Cause, Reversal

resource = Resource("reversals", "Redemptions given back.")


class ReversalRequest(Wire):
    """Which redemption is given back, and why."""

    redemption_id = Id(required=True)
    cause = Choice(Cause, required=True)


class ReversalShown(Wire):
    """A redemption that was given back; a claim on the venue where it was in a payment run already."""

    id = Id(required=True)
    redemption_id = Id(required=True)
    serial = Text(required=True)
    cause = Choice(Cause, required=True)
    is_claim = Flag(required=True)
    reversed_on = Day(required=True)
    entry_no = Whole(required=True)
    at = Instant(required=True)


@resource.post("/reversals")
@allow(Role.VENUE, Role.FINANCE)
@command()
@resource.arguments(ReversalRequest)
@resource.response(201, ReversalShown)
def reverse(session: Session, wanted: dict[str, Any]) -> Reversal:
    """Give a redemption back: a venue until its payment run is frozen, finance after."""
    at = clock.now()
    return reversal.reverse(session, **wanted, on=clock.civil_date(at), at=at, by=actor(), run_of=runs.run_of)
