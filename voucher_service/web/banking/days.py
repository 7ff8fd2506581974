"""Days: what the bank says that the accounts hold, beside what the books say, day by day."""

from functools import partial
from typing import Any

from sqlalchemy.orm import Session

from voucher_service.reports.table import Kind
from voucher_service.settlement.bank import balances
from voucher_service.web import listing
from voucher_service.web.banking.files import READERS
from voucher_service.web.banking.forms import DaysAsked
from voucher_service.web.language import later
from voucher_service.web.listing import Column
from voucher_service.web.pages import File, Page, Pages, allow, takes

pages = Pages("bank_days", "/banque/jours")

_COLUMNS = (
    Column(later("Jour"), lambda one: one.on, Kind.DATE),
    Column(later("Compte"), lambda one: one.iban),
    Column(later("Solde de la banque"), lambda one: one.bank_cents, Kind.CENTS),
    Column(later("Solde des comptes"), lambda one: one.ledger_cents, Kind.CENTS),
    Column(later("Mouvements à expliquer"), lambda one: one.waiting_cents, Kind.CENTS),
    Column(later("Écart"), lambda one: one.difference_cents, Kind.CENTS),
    Column(later("Manque avant ce relevé"), lambda one: one.gap_cents, Kind.CENTS),
)


@pages.get("")
@allow(*READERS)
@takes(DaysAsked)
def listed(session: Session, asked: dict[str, Any]) -> Page:
    """List the days of which a statement came, the newest first."""
    read = partial(balances.compare, session)
    return Page(
        "banking/days.html",
        sheet=listing.sheet(asked, read, at="bank_days.listed", csv="bank_days.export"),
    )


@pages.get("/liste.csv", streams=True)
@allow(*READERS)
@takes(DaysAsked)
def export(session: Session, asked: dict[str, Any]) -> File:
    """Save the same list for a spreadsheet."""
    del asked
    return listing.file("banque-et-comptes", _COLUMNS, listing.whole(partial(balances.compare, session)))
