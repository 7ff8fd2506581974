"""Payment withdrawals: a payment is taken out of a run that has not left, or all of them: the run is cancelled."""

from typing import Any

from sqlalchemy.orm import Session

from voucher_service.api.context import actor
from voucher_service.api.marks import allow, command
from voucher_service.api.names import Series
from voucher_service.api.resource import Resource
from voucher_service.api.wire import Cents, Choice, Id, Instant, Text, Whole, Wire
from voucher_service.kernel import clock
from voucher_service.kernel.actor import Role
from voucher_service.settlement import withdrawing
from voucher_service.settlement.changes import Cause, RunChange

resource = Resource("payment-withdrawals", "Payments taken out of a run before it leaves.")


class WithdrawalRequest(Wire):
    """A payment, named as the bank would name it, and why it is taken out."""

    reference = Text(longest=35, required=True)
    cause = Choice(Cause, required=True)
    note = Text(longest=500, load_default=None, allow_none=True)


class CancellationRequest(Wire):
    """A run that will not be paid, and why."""

    series = Series(required=True)
    run = Whole(least=1, required=True)
    cause = Choice(Cause, load_default=Cause.NOT_TO_BE_PAID)
    note = Text(longest=500, load_default=None, allow_none=True)


class ChangeMade(Wire):
    """What is left of the run; approvals of another content do not count any more."""

    run = Whole(required=True)
    no = Whole(required=True)
    cause = Choice(Cause, required=True)
    note = Text(required=True, allow_none=True)
    payments = Whole(required=True)
    redemptions = Whole(required=True)
    total_cents = Cents(least=0, required=True)
    content_hash = Text(required=True)
    at = Instant(required=True)
    by = Id(required=True)


@resource.post("/payment-withdrawals")
@allow(Role.FINANCE)
@command()
@resource.arguments(WithdrawalRequest)
@resource.response(201, ChangeMade)
def withdraw(session: Session, wanted: dict[str, Any]) -> dict[str, Any]:
    """Take a payment out of its run: what it was for is due again, and the run needs its approvals again."""
    at = clock.now()
    change = withdrawing.withdraw(session, **wanted, on=clock.civil_date(at), at=at, by=actor())
    return _shown(change)


@resource.post("/payment-run-cancellations")
@allow(Role.FINANCE)
@command()
@resource.arguments(CancellationRequest)
@resource.response(201, ChangeMade)
def cancel(session: Session, wanted: dict[str, Any]) -> dict[str, Any]:
    """Take every payment out of a run that nobody exported: all that it held is due again."""
    at = clock.now()
    change = withdrawing.cancel(session, **wanted, on=clock.civil_date(at), at=at, by=actor())
    return _shown(change)


def _shown(change: RunChange) -> dict[str, Any]:
    names = ("no", "cause", "note", "payments", "redemptions", "total_cents", "at", "by")
    known = {name: getattr(change, name) for name in names}
    return known | {"run": change.run_no, "content_hash": change.content_hash.hex()}
