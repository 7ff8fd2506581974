"""Bank days: what each statement says that an account held, beside what the books say."""

from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from voucher_service.api.marks import allow, query
from voucher_service.api.paging import Page, listing, page, position
from voucher_service.api.reply import Reply
from voucher_service.api.resource import Resource
from voucher_service.api.wire import Cents, Day, Text, Wire
from voucher_service.kernel.actor import Role
from voucher_service.settlement.bank import balances

resource = Resource("bank-days", "The bank beside the books, day by day.")

_LEAST = -(10**15)


class BankDayShown(Wire):
    """An account at the end of a day: what the bank says, what the books say, what waits, and what nobody explains.

    ``gap_cents`` moved between this statement and the one before, and no statement tells of it.
    """

    iban = Text(required=True)
    on = Day(required=True)
    bank_cents = Cents(least=_LEAST, required=True)
    ledger_cents = Cents(least=_LEAST, required=True)
    waiting_cents = Cents(least=_LEAST, required=True)
    difference_cents = Cents(least=_LEAST, required=True)
    gap_cents = Cents(least=_LEAST, required=True)


class BankDayFilter(Page):
    """Of which account."""

    iban = Text(longest=34, load_default=None)


@resource.get("/bank-days")
@allow(Role.FINANCE, Role.AUDITOR)
@query()
@resource.arguments(BankDayFilter, location="query")
@resource.response(200, listing(BankDayShown))
def search(session: Session, wanted: dict[str, Any]) -> Reply:
    """List the days of which a statement came, the newest first."""
    placed = position(wanted)
    rows = balances.compare(
        session,
        iban=wanted["iban"],
        after=(date.fromisoformat(placed[0]), placed[1]) if placed else None,
        limit=wanted["limit"] + 1,
    )
    return page(rows, limit=wanted["limit"], key=lambda row: [row.on.isoformat(), row.iban])
