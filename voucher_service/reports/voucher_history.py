"""Voucher history: all that happened to one voucher, from its production to its payment, in order of record."""

from collections.abc import Iterator
from datetime import date

from sqlalchemy import text
from sqlalchemy.orm import Session

from voucher_service.kernel.actor import Actor
from voucher_service.network.prescribers import Site
from voucher_service.network.venues import Venue
from voucher_service.reports.known import ENTRIES, Known, known
from voucher_service.reports.table import Column, Kind, Row, Table, Wording
from voucher_service.vouchers import history, register, states
from voucher_service.vouchers.history import Event

_COLUMNS = (
    Column("position", Kind.INTEGER, "Rang", "Position"),
    Column("act", Kind.TEXT, "Code", "Code"),
    Column("meaning", Kind.TEXT, "Opération", "Act"),
    Column("effective_on", Kind.DATE, "Date d'effet", "Effective on"),
    Column("recorded_at", Kind.INSTANT, "Enregistré le", "Recorded at"),
    Column("issue", Kind.INTEGER, "Émission", "Issue"),
    Column("place", Kind.TEXT, "Site ou lieu", "Site or venue"),
    Column("reference", Kind.TEXT, "Motif ou référence", "Reason or reference"),
)
_MEANINGS = {
    "produce": Wording("Production", "Production"),
    "activate": Wording("Activation", "Activation"),
    "allocate": Wording("Dotation", "Allocation"),
    "receive": Wording("Réception", "Receipt"),
    "return": Wording("Retour au stock", "Return to stock"),
    "hand-over": Wording("Remise", "Handover"),
    "undo-hand-over": Wording("Remise défaite", "Handover undone"),
    "give-back": Wording("Carnet rendu", "Booklet given back"),
    "count": Wording("Inventaire", "Stock count"),
    "expire": Wording("Péremption", "Expiry"),
    "redeem": Wording("Encaissement", "Redemption"),
    "reverse": Wording("Annulation d'encaissement", "Redemption reversed"),
    "void": Wording("Opposition", "Voiding"),
    "replace": Wording("Remplacement", "Replacement"),
    "freeze": Wording("Mise en lot de paiement", "Taken into a payment run"),
    "pay": Wording("Paiement", "Payment"),
    "return-payment": Wording("Paiement revenu", "Payment returned"),
    "withdraw-payment": Wording("Paiement retiré du lot", "Payment taken out of its run"),
    "reject-payment": Wording("Paiement refusé par la banque", "Payment refused by the bank"),
    "take-back": Wording("Annulation déduite d'un paiement", "Reversal taken from a payment"),
    "claim-again": Wording("Annulation de nouveau à rendre", "Reversal owed back again"),
}
_PAYMENTS = text(f"""
WITH {ENTRIES}, line AS (
    SELECT run_line.*, redemption.issue FROM run_line JOIN redemption ON redemption.id = run_line.redemption_id
    WHERE redemption.campaign_id = :campaign_id AND redemption.serial = :serial
), netted AS (
    SELECT run_claim.*, redemption.issue FROM run_claim JOIN redemption ON redemption.id = run_claim.redemption_id
    WHERE redemption.campaign_id = :campaign_id AND redemption.serial = :serial
), event AS (
    SELECT run.entry_no, 'freeze' AS act, line.issue, run.no AS run_no
    FROM line JOIN payment_run AS run ON run.campaign_id = line.campaign_id AND run.no = line.run_no
    UNION ALL
    SELECT outcome.entry_no,
           CASE outcome.fate WHEN 'paid' THEN 'pay' WHEN 'rejected' THEN 'reject-payment'
                             WHEN 'withdrawn' THEN 'withdraw-payment' ELSE 'return-payment' END,
           line.issue, line.run_no
    FROM line JOIN payment_outcome AS outcome
      ON outcome.campaign_id = line.campaign_id AND outcome.run_no = line.run_no
     AND outcome.payment_no = line.payment_no
    UNION ALL
    SELECT run.entry_no, 'take-back', netted.issue, run.no
    FROM netted JOIN payment_run AS run ON run.campaign_id = netted.campaign_id AND run.no = netted.run_no
    UNION ALL
    SELECT outcome.entry_no, 'claim-again', netted.issue, netted.run_no
    FROM netted JOIN payment_outcome AS outcome
      ON outcome.campaign_id = netted.campaign_id AND outcome.run_no = netted.run_no
     AND outcome.payment_no = netted.payment_no AND outcome.fate <> 'paid'
)
SELECT record.position, event.act, entry.effective_on, entry.recorded_at, event.issue, event.run_no
FROM event JOIN known USING (entry_no)
JOIN entry ON entry.campaign_id = :campaign_id AND entry.no = event.entry_no
JOIN record ON record.campaign_id = :campaign_id AND record.entry_no = event.entry_no""")


def build(session: Session, *, serial: str, on: date, by: Actor, position: int | None = None) -> Table:
    """List what happened to a voucher and its booklet up to ``on``, as known at ``position``, oldest first.

    Raises ``CampaignIsUnknown``, ``VoucherIsUnknown``, ``PositionIsNotReached``.
    """
    series = register.series_of(serial)
    states.get(session, serial=serial, by=by)
    view = known(session, series=series, position=position, on=on, by=by)
    rows = sorted([*_life(session, view, serial, by), *_payments(session, view, serial)], key=_position)
    return Table(
        name="voucher-history",
        title=Wording("Vie du pass", "Voucher history"),
        as_of=view.as_of,
        issuer=view.issuer,
        about=(*view.about, (Wording("Pass", "Voucher"), serial)),
        columns=_COLUMNS,
        rows=rows,
    )


def _life(session: Session, view: Known, serial: str, by: Actor) -> Iterator[Row]:
    for event in history.of_voucher(session, serial=serial, by=by):
        if event.position is None or event.position > view.position or event.effective_on > view.on:
            continue
        yield [
            event.position,
            event.act,
            _MEANINGS.get(event.act, ""),
            event.effective_on,
            event.recorded_at,
            event.issue,
            _place(session, event),
            event.reason,
        ]


def _payments(session: Session, view: Known, serial: str) -> Iterator[Row]:
    for row in session.execute(_PAYMENTS, view.parameters | {"serial": serial}):
        reference = f"{view.campaign.series}/{row.run_no}"
        said = _MEANINGS[row.act]
        yield [row.position, row.act, said, row.effective_on, row.recorded_at, row.issue, "", reference]


def _place(session: Session, event: Event) -> str:
    if event.venue_id is not None:
        return session.get_one(Venue, event.venue_id).name
    if event.site_id is not None:
        return session.get_one(Site, event.site_id).name
    return ""


def _position(row: Row) -> int:
    return int(str(row[0]))
