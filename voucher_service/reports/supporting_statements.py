"""Supporting statements (*états justificatifs*): for each line of a mandate list, the vouchers that it pays.

The accountant asks for them with the mandate (CGCT, annexe I to article D. 1617-19): who is paid, under which act,
for which services, certified as served by whom and when. Each bears the number that its line names.
"""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row as Found
from sqlalchemy import text
from sqlalchemy.orm import Session

from voucher_service.funding import campaigns
from voucher_service.identity import organisations
from voucher_service.network.vocabulary import Service
from voucher_service.reports import mandate_list
from voucher_service.reports.table import AsOf, Column, Kind, Row, Table, Wording
from voucher_service.settlement import orders, runs
from voucher_service.settlement.mandate_list import MandateLine

_COLUMNS = (
    Column("served_on", Kind.DATE, "Date du service", "Served on"),
    Column("venue", Kind.TEXT, "Lieu", "Venue"),
    Column("serial", Kind.TEXT, "Numéro du pass", "Voucher"),
    Column("service", Kind.TEXT, "Service rendu", "Service given"),
    Column("minutes", Kind.INTEGER, "Minutes", "Minutes", totalled=True),
    Column("amount_cents", Kind.CENTS, "Montant", "Amount", totalled=True),
)
_LINES = text("""
SELECT line.payment_no, redemption.served_on, venue.name AS venue, redemption.serial, redemption.service,
       redemption.minutes, redemption.face_cents
FROM run_line AS line JOIN redemption ON redemption.id = line.redemption_id
JOIN venue ON venue.no = redemption.venue_no
WHERE line.campaign_id = :campaign_id AND line.run_no = :run
ORDER BY line.payment_no, redemption.served_on, redemption.serial""")


def build(session: Session, *, series: str, run: int) -> list[Table]:
    """Return the mandate list of an approved run, then the statement of each of its lines (*liasse*); in cents.

    Raises the refusals of ``orders.mandate_lines``.
    """
    campaign, frozen = campaigns.get(session, series), runs.get(session, series=series, run=run)
    issuer = organisations.get(session, organisation_id=campaign.organisation_id).name
    lines: defaultdict[int, list[Found[Any]]] = defaultdict(list)
    for row in session.execute(_LINES, {"campaign_id": campaign.id, "run": run}):
        lines[row.payment_no].append(row)
    as_of = AsOf(frozen.cut_off_on, frozen.position)
    return [
        mandate_list.table(session, series=series, run=run),
        *(
            _statement(line, lines[line.number], as_of, issuer)
            for line in orders.mandate_lines(session, series=series, run=run)
        ),
    ]


def _statement(line: MandateLine, found: Sequence[Found[Any]], as_of: AsOf, issuer: str) -> Table:
    number = line.supporting_statement
    return Table(
        name=f"supporting-statement-{number}",
        title=Wording(f"État justificatif {number}", f"Supporting statement {number}"),
        as_of=as_of,
        issuer=issuer,
        about=tuple(_about(line)),
        columns=_COLUMNS,
        rows=[_row(row) for row in found],
    )


def _about(line: MandateLine) -> list[tuple[Wording, str]]:
    said = [
        (Wording("Bénéficiaire", "Payee"), f"{line.payee} — SIRET {line.siret}"),
        (Wording("Compte", "Account"), line.iban),
        (Wording("Convention", "Agreement"), line.agreement),
        (Wording("Délibération", "Deliberation"), line.deliberation),
        (Wording("Engagement", "Commitment"), line.commitment_number),
        (Wording("Imputation", "Budget line"), line.imputation),
        (
            Wording("Service fait certifié", "Service certified"),
            f"{line.certified_by}, {line.certified_on:%d/%m/%Y}",
        ),
    ]
    return [(label, value) for label, value in said if value]


def _row(row: Found[Any]) -> Row:
    service = Service(row.service)
    return [
        row.served_on,
        row.venue,
        row.serial,
        Wording(service.title("fr"), service.title("en")),
        row.minutes,
        row.face_cents,
    ]
