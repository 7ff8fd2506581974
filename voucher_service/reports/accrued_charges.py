"""Accrued charges (*charges à rattacher*): vouchers used by a day whose payment had not left by then.

They are listed by who is to be paid: whoever is in a run for them, else the operator that took them or follows it.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any

from sqlalchemy import Row as Found
from sqlalchemy import text
from sqlalchemy.orm import Session

from voucher_service.kernel.actor import Actor
from voucher_service.network.heirs import HEIRS, PAID_FOR
from voucher_service.reports.known import ENTRIES, known
from voucher_service.reports.table import Column, Kind, Row, Table, Wording

_COLUMNS = (
    Column("operator", Kind.TEXT, "Exploitant", "Operator"),
    Column("siret", Kind.TEXT, "SIRET", "SIRET"),
    Column("papers", Kind.INTEGER, "Pass utilisés", "Vouchers used", totalled=True),
    Column("cents", Kind.CENTS, "Montant à rattacher", "Accrued amount", totalled=True),
)
_NOTES = (
    Wording(
        "Service rendu au plus tard à la date indiquée, encaissement enregistré et non annulé, paiement non "
        "constaté à cette date (M57, rattachement des charges à l'exercice).",
        "Service given by the date shown, redemption recorded and not reversed, payment not booked by that "
        "date (M57, charges belong to the year of the service).",
    ),
    Wording(
        "Les colonnes par financeur répartissent le montant entre ceux qui le supportent.",
        "The columns per funder split the amount between those who bear it.",
    ),
)
_DUE = text(f"""
WITH {ENTRIES}, heir AS MATERIALIZED ({HEIRS}), undone AS (
    SELECT redemption_id FROM redemption_reversal JOIN known USING (entry_no) WHERE campaign_id = :campaign_id
), left_us AS (
    SELECT line.redemption_id
    FROM run_line AS line
    JOIN payment_outcome AS outcome ON outcome.campaign_id = line.campaign_id AND outcome.run_no = line.run_no
                                   AND outcome.payment_no = line.payment_no
    JOIN known ON known.entry_no = outcome.entry_no
    WHERE line.campaign_id = :campaign_id
    GROUP BY line.redemption_id, line.run_no HAVING every(outcome.fate = 'paid')
), frozen AS (
    SELECT line.redemption_id, payment.operator_id
    FROM run_line AS line
    JOIN run_payment AS payment ON payment.campaign_id = line.campaign_id AND payment.run_no = line.run_no
                               AND payment.no = line.payment_no
    JOIN payment_run AS run ON run.campaign_id = line.campaign_id AND run.no = line.run_no
    JOIN known ON known.entry_no = run.entry_no
    WHERE line.campaign_id = :campaign_id
      AND NOT EXISTS (SELECT FROM payment_outcome AS outcome JOIN known USING (entry_no)
                      WHERE outcome.campaign_id = line.campaign_id AND outcome.run_no = line.run_no
                        AND outcome.payment_no = line.payment_no AND outcome.fate <> 'paid')
), due AS (
    SELECT coalesce(frozen.operator_id, {PAID_FOR}) AS operator_id, colour, count(*) AS papers,
           sum(face_cents)::bigint AS cents
    FROM redemption JOIN known USING (entry_no) LEFT JOIN frozen ON frozen.redemption_id = redemption.id
    WHERE campaign_id = :campaign_id AND served_on <= :on
      AND NOT EXISTS (SELECT FROM undone WHERE redemption_id = redemption.id)
      AND NOT EXISTS (SELECT FROM left_us WHERE redemption_id = redemption.id)
    GROUP BY 1, 2
)
SELECT organisation.id, organisation.name, organisation.siret, share.funder, due.papers, due.cents,
       due.papers * share.borne_cents AS borne, share.funder = min(share.funder) OVER (
           PARTITION BY due.operator_id, due.colour) AS is_first
FROM due JOIN organisation ON organisation.id = due.operator_id
JOIN colour_share AS share ON share.campaign_id = :campaign_id AND share.colour = due.colour
ORDER BY organisation.name, organisation.id""")


def build(session: Session, *, series: str, on: date, by: Actor, position: int | None = None) -> Table:
    """List by operator what was used by ``on`` and not paid by then, as known at ``position``; in cents.

    Raises ``CampaignIsUnknown``, ``PositionIsNotReached``.
    """
    view = known(session, series=series, position=position, on=on, by=by)
    found = session.execute(_DUE, view.parameters).all()
    funders = sorted({row.funder for row in found})
    return Table(
        name="accrued-charges",
        title=Wording("Charges à rattacher", "Accrued charges"),
        as_of=view.as_of,
        issuer=view.issuer,
        about=view.about,
        columns=(*_COLUMNS, *(_column(funder) for funder in funders)),
        rows=list(_rows(found, funders)),
        notes=_NOTES,
    )


def _column(funder: str) -> Column:
    return Column(f"{funder}_cents", Kind.CENTS, f"dont {funder}", f"of which {funder}", totalled=True)


def _rows(found: Iterable[Found[Any]], funders: list[str]) -> Iterator[Row]:
    operators: defaultdict[tuple[Any, str, str], list[int]] = defaultdict(lambda: [0] * (2 + len(funders)))
    for row in found:
        sums = operators[row.id, row.name, row.siret or ""]
        if row.is_first:
            sums[0] += row.papers
            sums[1] += row.cents
        sums[2 + funders.index(row.funder)] += row.borne
    for (_id, name, siret), sums in operators.items():
        yield [name, siret, *sums]
