"""Bank details: where venue operators are paid; only finance reads an IBAN whole."""

from typing import Any

from sqlalchemy.orm import Session

from voucher_service.api.context import actor
from voucher_service.api.marks import allow, command, query
from voucher_service.api.paging import Page, listing, page, position
from voucher_service.api.reply import Reply
from voucher_service.api.resource import Resource
from voucher_service.api.wire import Id, Instant, Text, Whole, Wire
from voucher_service.kernel import clock
from voucher_service.kernel.actor import Role
from voucher_service.network import bank_details
from voucher_service.network.bank_details import BankDetails

resource = Resource("bank-details", "Where venue operators are paid.")


class BankDetailsRequest(Wire):
    """An account as its RIB gives it; the BIC may be left out."""

    operator_id = Id(required=True)
    iban = Text(longest=50, required=True)
    bic = Text(longest=20, load_default=None, allow_none=True)
    holder = Text(longest=140, required=True)


class BankDetailsShown(Wire):
    """An account; an operator's latest stands. The IBAN is masked (``FR76 **** 5432``) but for finance."""

    id = Whole(required=True)
    operator_id = Id(required=True)
    iban = Text(required=True)
    bic = Text(allow_none=True, required=True)
    holder = Text(required=True)
    recorded_at = Instant(required=True)


class BankDetailsFilter(Page):
    """Whose accounts to list."""

    operator_id = Id(load_default=None)


@resource.post("/bank-details")
@allow(Role.OPERATOR, Role.FINANCE, Role.VENUE)
@command()
@resource.arguments(BankDetailsRequest)
@resource.response(201, BankDetailsShown)
def record(session: Session, wanted: dict[str, Any]) -> dict[str, Any]:
    """Record where a venue operator is paid from now on."""
    return _shown(bank_details.record(session, **wanted, at=clock.now(), by=actor()))


@resource.get("/bank-details")
@allow(Role.OPERATOR, Role.FINANCE, Role.VENUE, Role.AUDITOR)
@query()
@resource.arguments(BankDetailsFilter, location="query")
@resource.response(200, listing(BankDetailsShown))
def search(session: Session, wanted: dict[str, Any]) -> Reply:
    """List accounts, the newest first: a venue its own operator's, the others all."""
    [after] = position(wanted) or [None]
    limit = wanted.pop("limit")
    rows = bank_details.search(session, **wanted, by=actor(), after=after, limit=limit + 1)
    return page([_shown(row) for row in rows], limit=limit, key=lambda row: [row["id"]])


def _shown(details: BankDetails) -> dict[str, Any]:
    shown = {name: getattr(details, name) for name in BankDetailsShown().fields}
    return shown | {"iban": details.iban if actor().role is Role.FINANCE else details.masked_iban}
