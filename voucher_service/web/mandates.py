"""Mandates: finance brings back what the accountant's software says of a mandate list, and reads what was taken."""

from collections.abc import Mapping
from enum import Enum
from typing import Any

from sqlalchemy.orm import Session

from voucher_service.funding import campaigns
from voucher_service.kernel import clock
from voucher_service.kernel.actor import Role
from voucher_service.kernel.refusal import Refusal
from voucher_service.network.directory import content
from voucher_service.reports import as_pdf, as_xlsx, supporting_statements
from voucher_service.settlement import accountant_returns, mandates
from voucher_service.settlement.accountant_returns import COLUMNS, ColumnsAreMissing
from voucher_service.settlement.confirmation import MandatesAreNotExpected
from voucher_service.settlement.matching import Doubt
from voucher_service.web.banking import wording
from voucher_service.web.forms import Attached, FormSchema
from voucher_service.web.labels import label
from voucher_service.web.language import later
from voucher_service.web.pages import File, Page, Pages, actor, allow, takes

pages = Pages("mandates", "/campagnes/<series>", under="runs")

_LARGEST_FORM = 21 * 1024 * 1024
_ABOUT_THE_FILE: dict[type[Refusal], str] = {
    content.FileIsTooLarge: "file",
    content.FileIsNotText: "file",
    content.FileIsNotUtf8: "file",
    content.FileIsBroken: "file",
    content.HeaderIsAmbiguous: "file",
    ColumnsAreMissing: "file",
    MandatesAreNotExpected: "file",
}
# What the bank's doubts mean where a public accountant answers.
DOUBTS: Mapping[Enum, str] = {
    **wording.DOUBTS,
    Doubt.UNKNOWN: later("Cette pièce n'est pas de nos listes de mandatement"),
    Doubt.AMOUNT_DIFFERS: later("Le montant payé diffère de celui de la liste"),
    Doubt.REJECTED_ALREADY: later("Déjà rejeté"),
    Doubt.REFERENCE_IS_TAKEN: later("Déjà mandaté sous un autre numéro"),
    Doubt.MONEY_IS_SHORT: later("Les crédits engagés ne couvrent pas ce paiement"),
}


class ReturnForm(FormSchema):
    """The accountant's file."""

    file = Attached(needed="Choisissez le fichier du comptable.")


@pages.get("/retour-comptable")
@allow(Role.FINANCE, Role.AUDITOR)
def asking(session: Session, series: str) -> Page:
    """Ask for the accountant's file, and list the mandates that are known."""
    campaign = campaigns.get(session, series)
    known = mandates.of_campaign(session, campaign)
    return Page("mandates/return.html", campaign=campaign, known=known, columns=COLUMNS)


@pages.post("/retour-comptable", back=asking)
@allow(Role.FINANCE)
@takes(ReturnForm, about=_ABOUT_THE_FILE, largest=_LARGEST_FORM)
def take(session: Session, said: dict[str, Any], series: str) -> Page:
    """Write down what the file says, and show what became of each line."""
    taken = accountant_returns.take(
        session, series=series, file=said["file"].content, at=clock.now(), by=actor()
    )
    return Page(
        "mandates/taken.html",
        campaign=campaigns.get(session, series),
        taken=taken,
        doubts=DOUBTS,
        trouble=label,
    )


@pages.get("/lots/<int:number>/liasse.pdf")
@allow(Role.FINANCE, Role.AUDITOR)
def bundle(session: Session, series: str, number: int) -> File:
    """Give the mandate list with the statement of each line, to print."""
    tables = supporting_statements.build(session, series=series, run=number)
    return File(as_pdf.bundle(tables), as_pdf.MEDIA_TYPE, f"{tables[0].name}.pdf")


@pages.get("/lots/<int:number>/liste.xlsx")
@allow(Role.FINANCE, Role.AUDITOR)
def workbook(session: Session, series: str, number: int) -> File:
    """Give the mandate list as a spreadsheet."""
    [listed, *_] = supporting_statements.build(session, series=series, run=number)
    return File(as_xlsx.render(listed), as_xlsx.MEDIA_TYPE, f"{listed.name}.xlsx")
