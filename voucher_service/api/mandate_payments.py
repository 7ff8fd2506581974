"""Mandate payments: which lines of mandate lists the public accountant paid."""

from typing import Any

from sqlalchemy.orm import Session

from voucher_service.api.confirmations import PaymentsConfirmed, shown
from voucher_service.api.context import actor
from voucher_service.api.marks import allow, command
from voucher_service.api.names import Series
from voucher_service.api.resource import Resource
from voucher_service.api.wire import Cents, Day, Many, Text, Wire
from voucher_service.kernel import clock
from voucher_service.kernel.actor import Role
from voucher_service.settlement import confirmation
from voucher_service.settlement.confirmation import MandatePaid

resource = Resource("mandate-payments", "What the public accountant paid.")


class MandateLinePaid(Wire):
    """One line of a mandate list, named by its supporting statement, and the mandate that paid it."""

    end_to_end_id = Text(longest=35, required=True)
    mandate_number = Text(longest=60, required=True)
    amount_cents = Cents(required=True)
    paid_on = Day(required=True)


class MandatesRequest(Wire):
    """What was paid of a campaign's mandate lists."""

    series = Series(required=True)
    mandates = Many(MandateLinePaid, least=1, most=5_000, required=True)


@resource.post("/mandate-payments")
@allow(Role.FINANCE)
@command()
@resource.arguments(MandatesRequest)
@resource.response(201, PaymentsConfirmed)
def confirm(session: Session, wanted: dict[str, Any]) -> dict[str, Any]:
    """Write down which lines of mandate lists were paid; the same again changes nothing."""
    mandates = [MandatePaid(**line) for line in wanted["mandates"]]
    return shown(
        confirmation.confirm_mandates(
            session, series=wanted["series"], mandates=mandates, at=clock.now(), by=actor()
        )
    )
