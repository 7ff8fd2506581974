"""Payees: who is paid in an operator's place, because it closed or its claims are another's."""

from typing import Any

from sqlalchemy.orm import Session

from voucher_service.api import bank_details
from voucher_service.api.bank_details import BankDetailsShown
from voucher_service.api.context import actor
from voucher_service.api.marks import allow, command
from voucher_service.api.reply import Reply
from voucher_service.api.resource import PREFIX, Resource
from voucher_service.api.wire import Choice, Day, Id, Text, Wire
from voucher_service.kernel import clock
from voucher_service.kernel.actor import Role
from voucher_service.network import bank_search, payees
from voucher_service.network.payees import Deed, PayeeKind

resource = Resource("payees", "Who is paid in an operator's place.")

_DEED = ("kind", "name", "siret", "reference", "entitled_on")


class PayeeRequest(Wire):
    """Whom to pay what an operator earned, under which deed and since when, and on which account."""

    operator_id = Id(required=True)
    kind = Choice(PayeeKind, required=True)
    name = Text(longest=200, required=True)
    siret = Text(longest=20, load_default=None, allow_none=True)
    reference = Text(longest=200, required=True)
    entitled_on = Day(required=True)
    iban = Text(longest=50, required=True)
    bic = Text(longest=20, load_default=None, allow_none=True)
    holder = Text(longest=140, required=True)


@resource.post("/payees")
@allow(Role.OPERATOR, Role.FINANCE)
@command()
@resource.arguments(PayeeRequest)
@resource.response(201, BankDetailsShown)
def propose(session: Session, wanted: dict[str, Any]) -> Reply:
    """Propose a payee; his account is proved and approved as any bank details, by another person."""
    at = clock.now()
    deed = Deed(**{name: wanted.pop(name) for name in _DEED})
    details = payees.propose(session, deed=deed, **wanted, on=clock.civil_date(at), at=at, by=actor())
    proposal = bank_search.get(session, details_id=details.id, at=at, by=actor())
    return Reply(bank_details.shown(proposal), location=f"{PREFIX}/bank-details/{details.id}")
