"""Venue statement: what a venue took and gave back in a period, and in which run each voucher was paid.

It is not an invoice: it lists what the record knows, for the venue to compare with its own.
"""

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import Row as Found
from sqlalchemy import text
from sqlalchemy.orm import Session

from voucher_service.identity.organisations import Organisation
from voucher_service.kernel.actor import Actor, Role
from voucher_service.network import heirs, operators, venues
from voucher_service.network.venues import Venue, VenueIsUnknown
from voucher_service.network.vocabulary import Service
from voucher_service.reports import paid_to
from voucher_service.reports.known import ENTRIES, known
from voucher_service.reports.table import Column, Kind, Row, Table, Wording

_COLUMNS = (
    Column("line", Kind.TEXT, "Opération", "Line"),
    Column("dated_on", Kind.DATE, "Date", "Date"),
    Column("venue", Kind.TEXT, "Lieu", "Venue"),
    Column("serial", Kind.TEXT, "Numéro du pass", "Voucher"),
    Column("service", Kind.TEXT, "Service", "Service"),
    Column("taken_cents", Kind.CENTS, "Encaissé", "Taken", totalled=True),
    Column("reversed_cents", Kind.CENTS, "Annulé", "Reversed", totalled=True),
    Column("paid_cents", Kind.CENTS, "Payé", "Paid", totalled=True),
    Column("pay_by", Kind.DATE, "À payer avant le", "Pay by"),
    Column("run", Kind.TEXT, "Lot de paiement", "Payment run"),
    Column("paid_on", Kind.DATE, "Payé le", "Paid on"),
)
_TAKEN = Wording("encaissement", "redemption")
_BY_EXCEPTION = Wording("encaissement par exception", "redemption by exception")
_GIVEN_BACK = Wording("annulation", "reversal")
_PERIOD = Wording("Période", "Period")
_NOTES = (
    Wording("Ce relevé n'est pas une facture.", "This statement is not an invoice."),
    Wording(
        "Une annulation après paiement est une créance sur le lieu. Si la campagne paie par virement, elle est déduite "
        "du paiement suivant : la ligne d'annulation porte alors un montant payé négatif et le lot qui l'a déduite.",
        "A reversal after payment is a claim on the venue. Where the campaign pays by transfer, the next payment takes "
        "it: the line of the reversal then bears a negative amount paid, and the run that took it.",
    ),
)
# A payment that came back pays nothing, and takes nothing back: the voucher is due again, and may be in a later run.
_LINES = text(f"""
WITH {ENTRIES}, heir AS MATERIALIZED ({heirs.HEIRS}), held AS (
    SELECT campaign_id, redemption_id, run_no, payment_no, false AS is_claim FROM run_line
    UNION ALL
    SELECT campaign_id, redemption_id, run_no, payment_no, true FROM run_claim
), placed AS MATERIALIZED (
    SELECT line.redemption_id, line.is_claim, line.run_no, outcome.booked_on, payment.operator_id
    FROM held AS line
    JOIN run_payment AS payment ON payment.campaign_id = line.campaign_id AND payment.run_no = line.run_no
                               AND payment.no = line.payment_no
    JOIN payment_run AS run ON run.campaign_id = line.campaign_id AND run.no = line.run_no
    JOIN known ON known.entry_no = run.entry_no
    LEFT JOIN (SELECT run_no, payment_no, booked_on FROM payment_outcome JOIN known USING (entry_no)
               WHERE campaign_id = :campaign_id AND fate = 'paid') AS outcome
      ON outcome.run_no = line.run_no AND outcome.payment_no = line.payment_no
    WHERE line.campaign_id = :campaign_id
      AND NOT EXISTS (SELECT FROM payment_outcome JOIN known USING (entry_no)
                      WHERE payment_outcome.campaign_id = :campaign_id AND payment_outcome.run_no = line.run_no
                        AND payment_outcome.payment_no = line.payment_no AND fate <> 'paid')
), paid AS (
    SELECT * FROM placed WHERE NOT is_claim
), taken_back AS (
    SELECT * FROM placed WHERE is_claim AND operator_id = :operator_id
), taken AS (
    SELECT redemption.*, venue.name AS venue FROM redemption JOIN venue ON venue.no = redemption.venue_no
    LEFT JOIN paid ON paid.redemption_id = redemption.id
    WHERE redemption.campaign_id = :campaign_id AND {heirs.TAKEN_FOR}
      AND (:is_whole OR redemption.venue_no = ANY(CAST(:venues AS bigint[])))
      AND coalesce(paid.operator_id, {heirs.PAID_FOR}) = :operator_id
)
SELECT taken.served_on AS dated_on, venue, serial, service, face_cents AS taken_cents, NULL::bigint AS reversed_cents,
       CASE WHEN paid.booked_on IS NOT NULL THEN face_cents END AS paid_cents, pay_by, paid.run_no, paid.booked_on,
       EXISTS (SELECT FROM contest_decision WHERE contest_decision.redemption_id = taken.id) AS by_exception
FROM taken JOIN known USING (entry_no) LEFT JOIN paid ON paid.redemption_id = taken.id
WHERE served_on BETWEEN :from_on AND :until_on
UNION ALL
SELECT reversed_on, venue, taken.serial, service, NULL, face_cents,
       CASE WHEN taken_back.booked_on IS NOT NULL THEN -face_cents END, NULL, taken_back.run_no, taken_back.booked_on,
       false
FROM redemption_reversal AS undone JOIN known ON known.entry_no = undone.entry_no
JOIN taken ON taken.id = undone.redemption_id
LEFT JOIN taken_back ON taken_back.redemption_id = taken.id
WHERE undone.campaign_id = :campaign_id AND reversed_on BETWEEN :from_on AND :until_on
ORDER BY reversed_cents NULLS FIRST, dated_on, venue, serial""")


@dataclass(frozen=True, slots=True)
class _Payee:
    """Whose statement it is: an operator, and those of its venues that are asked for (``is_whole``: all)."""

    operator: Organisation
    venues: tuple[Venue, ...]
    is_whole: bool


def build(
    session: Session,
    *,
    series: str,
    from_on: date,
    until_on: date,
    on: date,
    by: Actor,
    operator_id: UUID | None = None,
    venue_id: UUID | None = None,
    position: int | None = None,
) -> Table:
    """List what an operator's venues (or one of them) took and gave back, both days included, and what was paid.

    What was taken by one whom the operator follows, and is paid to it, is on its statement and no other. Payments
    count up to ``on``. A venue's people get their own operator's only. Raises ``VenueIsUnknown``
    (also for another operator's), ``OperatorIsUnknown``, ``CampaignIsUnknown``, ``PositionIsNotReached``.
    """
    view = known(session, series=series, position=position, on=on, by=by)
    payee = _payee(session, by=by, operator_id=operator_id, venue_id=venue_id)
    parameters = view.parameters | {
        "from_on": from_on,
        "until_on": until_on,
        "operator_id": payee.operator.id,
        "venues": [venue.no for venue in payee.venues],
        "is_whole": payee.is_whole,
    }
    return Table(
        name="venue-statement",
        title=Wording("Relevé des encaissements", "Venue statement"),
        as_of=view.as_of,
        issuer=view.issuer,
        about=(
            *view.about,
            *_about(payee),
            *paid_to.said(session, operator_id=payee.operator.id, on=on),
            (_PERIOD, f"{from_on:%d/%m/%Y} – {until_on:%d/%m/%Y}"),
        ),
        columns=_COLUMNS,
        rows=[_row(line, series) for line in session.execute(_LINES, parameters)],
        notes=_NOTES,
    )


def _payee(session: Session, *, by: Actor, operator_id: UUID | None, venue_id: UUID | None) -> _Payee:
    own = by.organisation_id if by.role is Role.VENUE else operator_id
    if venue_id is None:
        operator = operators.get(session, operator_id=own or by.organisation_id)
        organisation = session.get_one(Organisation, operator.organisation_id)
        return _Payee(
            organisation, tuple(venues.list_of(session, operator_id=organisation.id)), is_whole=True
        )
    venue = venues.get(session, venue_id=venue_id)
    if venue.operator_id is None or venue.operator_id != (own or venue.operator_id):
        raise VenueIsUnknown(venue_id)
    return _Payee(session.get_one(Organisation, venue.operator_id), (venue,), is_whole=False)


def _about(payee: _Payee) -> tuple[tuple[Wording, str], ...]:
    named = payee.operator.name + (f" — SIRET {payee.operator.siret}" if payee.operator.siret else "")
    places = ", ".join(venue.name for venue in payee.venues)
    return (
        (Wording("Structure exploitante", "Venue operator"), named),
        (Wording("Lieux", "Venues"), places),
    )


def _row(line: Found[Any], series: str) -> Row:
    what = _BY_EXCEPTION if line.by_exception else _TAKEN
    return [
        what if line.reversed_cents is None else _GIVEN_BACK,
        line.dated_on,
        line.venue,
        line.serial,
        Wording(Service(line.service).title("fr"), Service(line.service).title("en")),
        line.taken_cents,
        line.reversed_cents,
        line.paid_cents,
        line.pay_by,
        f"{series}/{line.run_no}" if line.run_no else "",
        line.booked_on,
    ]
