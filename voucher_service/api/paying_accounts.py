"""Paying accounts: from which account a campaign pays its venues."""

from typing import Any

from sqlalchemy.orm import Session

from voucher_service.api.context import actor
from voucher_service.api.marks import allow, command
from voucher_service.api.names import Series
from voucher_service.api.resource import Resource
from voucher_service.api.wire import Cents, Instant, Text, Whole, Wire
from voucher_service.kernel import clock
from voucher_service.kernel.actor import Role
from voucher_service.settlement import paying_accounts
from voucher_service.settlement.paying_accounts import PayingAccount

resource = Resource("paying-accounts", "From which account a campaign pays.")


class AccountRequest(Wire):
    """An account, and the M57 account (*imputation*) on which a public accountant's mandates are written.

    ``most_payments`` and ``most_cents`` are what its bank takes in one file.
    """

    series = Series(required=True)
    iban = Text(longest=42, required=True)
    bic = Text(longest=11, load_default=None, allow_none=True)
    holder = Text(longest=200, required=True)
    imputation = Text(longest=20, load_default=None, allow_none=True)
    most_payments = Whole(least=1, most=1_000_000, load_default=None, allow_none=True)
    most_cents = Cents(load_default=None, allow_none=True)


class AccountShown(Wire):
    """An account that was recorded; the last one of a campaign stands."""

    series = Text(required=True)
    no = Whole(required=True)
    iban = Text(required=True)
    bic = Text(required=True, allow_none=True)
    holder = Text(required=True)
    imputation = Text(required=True, allow_none=True)
    most_payments = Whole(required=True, allow_none=True)
    most_cents = Cents(required=True, allow_none=True)
    at = Instant(required=True)


@resource.post("/paying-accounts")
@allow(Role.FINANCE)
@command()
@resource.arguments(AccountRequest)
@resource.response(201, AccountShown)
def record(session: Session, wanted: dict[str, Any]) -> PayingAccount:
    """Record the account from which a campaign pays from now on."""
    return paying_accounts.record(session, **wanted, at=clock.now(), by=actor())
