"""Files: finance gives the bank's files, and sees what was read, understood, known before, and left to explain."""

from functools import partial
from typing import Any

from sqlalchemy.orm import Session

from voucher_service.kernel import clock
from voucher_service.kernel.actor import Role
from voucher_service.kernel.refusal import Refusal
from voucher_service.reports.table import Kind
from voucher_service.settlement import bank_statements, statement_files, statement_lines
from voucher_service.settlement.bank import (
    answers,
    balances,
    hearing,
    messages,
    own_accounts,
    own_transfers,
    queue,
)
from voucher_service.settlement.bank.hearing import Heard
from voucher_service.settlement.bank.resolutions import Meaning
from voucher_service.settlement.outcomes import Fate
from voucher_service.web import listing
from voucher_service.web.banking import wording
from voucher_service.web.banking.forms import FileForm, FilesAsked
from voucher_service.web.language import later
from voucher_service.web.listing import Column
from voucher_service.web.pages import File, Heading, Menu, Page, Pages, actor, allow, takes

pages = Pages("bank_files", "/banque")

READERS = (Role.FINANCE, Role.AUDITOR)
_LARGEST_FORM = 33 * 1024 * 1024
_MOST_ANSWERS = 500
_ABOUT_THE_FILE: dict[type[Refusal], str] = {
    bank_statements.StatementDoesNotAddUp: "file",
    own_accounts.StatementIsOfAnotherAccount: "file",
    statement_files.StatementDeclaresADoctype: "file",
    statement_files.StatementIsEmpty: "file",
    statement_files.StatementIsNotRead: "file",
    statement_files.StatementIsNotUtf8: "file",
    statement_files.StatementIsNotXml: "file",
    statement_files.StatementIsTooLarge: "file",
    statement_files.StatementIsZipped: "file",
    statement_lines.StatementIsIncomplete: "file",
    statement_lines.StatementIsNotInEuros: "file",
}
_COLUMNS = (
    Column(later("Reçu le"), lambda one: one.at, Kind.INSTANT),
    Column(later("Référence de la banque"), lambda one: one.reference),
    Column(later("Nature"), lambda one: one.kind.value),
    Column(later("Lignes"), lambda one: one.lines, Kind.INTEGER),
)


@pages.get("", menu=Menu("Banque", 55, Heading.PAYING))
@allow(*READERS)
@takes(FilesAsked)
def overview(session: Session, asked: dict[str, Any]) -> Page:
    """Ask for a file, say what waits and how the bank stands, and list the files that were read."""
    days = balances.compare(session, limit=1)
    return Page(
        "banking/overview.html",
        sheet=listing.sheet(
            asked, partial(messages.search, session), at="bank_files.overview", csv="bank_files.export"
        ),
        waiting=queue.waiting(session),
        day=days[0] if days else None,
        elsewhere=own_transfers.without_counterpart(session),
        kinds=wording.KINDS,
    )


@pages.get("/fichiers.csv", streams=True)
@allow(*READERS)
@takes(FilesAsked)
def export(session: Session, asked: dict[str, Any]) -> File:
    """Save the list of the bank's files."""
    del asked
    return listing.file("fichiers-de-la-banque", _COLUMNS, listing.whole(partial(messages.search, session)))


@pages.post("", back=overview)
@allow(Role.FINANCE)
@takes(FileForm, about=_ABOUT_THE_FILE, largest=_LARGEST_FORM)
def hear(session: Session, said: dict[str, Any]) -> Page:
    """Read a file of the bank, and show what became of it."""
    now = clock.now()
    heard = hearing.hear(session, data=said["file"].content, on=clock.civil_date(now), at=now, by=actor())
    return Page(
        "banking/heard.html",
        heard=heard,
        counts=_counts(heard),
        returned=[one.booked for one in heard.matching.matched if one.booked.fate is not Fate.PAID],
        kinds=wording.KINDS,
        codes=wording.BANK_CODES,
    )


@pages.get("/fichiers/<int:number>")
@allow(*READERS)
def read(session: Session, number: int) -> Page:
    """Show what is kept of a file of the bank."""
    message = messages.get(session, message=number)
    return Page(
        "banking/file.html",
        message=message,
        answers=answers.of_message(session, message, limit=_MOST_ANSWERS),
        kinds=wording.KINDS,
        replies=wording.ANSWERS,
        doubts=wording.DOUBTS,
        codes=wording.BANK_CODES,
    )


def _counts(heard: Heard) -> list[tuple[Meaning, int]]:
    return [(meaning, number) for meaning in Meaning if (number := heard.count(meaning))]
