"""Fund call: the numbered document that asks a funder for money, and the list of vouchers that it asks for.

What a call asks for never changes: built again, the document is the same, but for a cancellation, which it says.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import text
from sqlalchemy.orm import Session

from voucher_service.funding import funders
from voucher_service.funding.campaigns import Campaign
from voucher_service.identity.organisations import Organisation
from voucher_service.kernel.actor import Actor
from voucher_service.kernel.money import in_euros
from voucher_service.reports.table import AsOf, Column, Kind, Row, Table, Wording
from voucher_service.settlement import fund_calls, paying_accounts
from voucher_service.settlement.fund_calls import Basis, CallCancellation, FundCall

_SUMMED = (
    Column("line", Kind.TEXT, "Objet", "What for"),
    Column("dated_on", Kind.DATE, "Date", "Date"),
    Column("vouchers", Kind.INTEGER, "Pass", "Vouchers", totalled=True),
    Column("borne_cents", Kind.CENTS, "À la charge du financeur", "Borne by the funder", totalled=True),
    Column("advanced_cents", Kind.CENTS, "Déjà avancé", "Already advanced", totalled=True),
    Column("called_cents", Kind.CENTS, "Appelé", "Called", totalled=True),
)
_LISTED = (
    Column("serial", Kind.TEXT, "Numéro du pass", "Voucher"),
    Column("served_on", Kind.DATE, "Date du service", "Day of service"),
    Column("venue", Kind.TEXT, "Lieu", "Venue"),
    Column("line", Kind.TEXT, "Objet", "What for"),
    Column("face_cents", Kind.CENTS, "Valeur faciale", "Face value", totalled=True),
    Column("called_cents", Kind.CENTS, "Appelé", "Called", totalled=True),
)
_USED = Wording("Pass encaissés du mois", "Vouchers used in the month")
_BACK = Wording("Encaissements annulés depuis", "Redemptions reversed since")
_INSTALMENTS = text("""
SELECT instalment.label, instalment.due_on, instalment.amount_cents
FROM call_instalment AS taken JOIN instalment
  ON instalment.campaign_id = taken.campaign_id AND instalment.funder = taken.funder
 AND instalment.no = taken.instalment_no
WHERE taken.campaign_id = :campaign_id AND taken.call_no = :no ORDER BY instalment.no""")
_MONTHS = text("""
SELECT line.is_credit, CAST(date_trunc('month', served_on) AS date) AS month, count(*) AS vouchers,
       sum(share.borne_cents * sign.of)::bigint AS borne, sum(share.advanced_cents * sign.of)::bigint AS advanced,
       sum(line.cents)::bigint AS called
FROM call_line AS line JOIN redemption ON redemption.id = line.redemption_id
JOIN colour_share AS share ON share.campaign_id = line.campaign_id AND share.colour = redemption.colour
                          AND share.funder = line.funder
CROSS JOIN LATERAL (SELECT CASE WHEN line.is_credit THEN -1 ELSE 1 END AS of) AS sign
WHERE line.campaign_id = :campaign_id AND line.call_no = :no
GROUP BY 1, 2 ORDER BY 1, 2""")
_LINES = text("""
SELECT redemption.serial, redemption.served_on, venue.name AS venue, line.is_credit, redemption.face_cents, line.cents
FROM call_line AS line JOIN redemption ON redemption.id = line.redemption_id
JOIN venue ON venue.no = redemption.venue_no
WHERE line.campaign_id = :campaign_id AND line.call_no = :no
ORDER BY line.is_credit, redemption.served_on, redemption.serial""")


@dataclass(frozen=True, slots=True)
class _View:
    """A call, its campaign, and who issues it."""

    call: FundCall
    campaign: Campaign
    issuer: str
    cancelled: CallCancellation | None

    @property
    def key(self) -> dict[str, int]:
        """The parameters of what the call asks for."""
        return {"campaign_id": self.call.campaign_id, "no": self.call.no}

    def titled(self, french: str, english: str) -> Wording:
        """Return a title, which says it where the call was cancelled."""
        if self.cancelled is None:
            return Wording(french, english)
        return Wording(f"{french} (annulé)", f"{english} (cancelled)")

    @property
    def note(self) -> Wording:
        """Say what a transfer quotes, or that there is to be none."""
        if self.cancelled is None:
            number = self.call.number
            return Wording(
                f"À rappeler dans le libellé du virement : {number}.",
                f"To be quoted by the transfer: {number}.",
            )
        return Wording(
            "Cet appel est annulé : ne le payez pas.", "This call was cancelled: it is not to be paid."
        )


def build(session: Session, *, series: str, no: int, by: Actor) -> Table:
    """Write the document of a call: by instalment, or by month of service; amounts in cents.

    Raises ``CampaignIsUnknown``, ``CallIsUnknown``.
    """
    view = _view(session, series, no, by)
    rows = _instalments if view.call.basis is Basis.INSTALMENTS else _months
    return Table(
        name=f"appel-de-fonds-{view.call.number}",
        title=view.titled(f"Appel de fonds {view.call.number}", f"Call for funds {view.call.number}"),
        as_of=AsOf(view.call.until, view.call.position),
        issuer=view.issuer,
        about=tuple(_about(session, view)),
        columns=_SUMMED,
        rows=list(rows(session, view)),
        notes=(view.note,),
    )


def build_lines(session: Session, *, series: str, no: int, by: Actor) -> Table:
    """List the vouchers that a call asks for, one line each. Raises ``CampaignIsUnknown``, ``CallIsUnknown``."""
    view = _view(session, series, no, by)
    return Table(
        name=f"appel-de-fonds-{view.call.number}-pass",
        title=view.titled(
            f"Pass de l'appel de fonds {view.call.number}", f"Vouchers of call {view.call.number}"
        ),
        as_of=AsOf(view.call.until, view.call.position),
        issuer=view.issuer,
        about=tuple(_about(session, view)),
        columns=_LISTED,
        rows=(
            [line.serial, line.served_on, line.venue, _what(line.is_credit), line.face_cents, line.cents]
            for line in session.execute(_LINES, view.key)
        ),
    )


def _view(session: Session, series: str, no: int, by: Actor) -> _View:
    call = fund_calls.get(session, series=series, no=no, by=by)
    campaign = session.get_one(Campaign, call.campaign_id)
    issuer = session.get_one(Organisation, campaign.organisation_id).name
    return _View(call, campaign, issuer, fund_calls.cancellation(session, call))


def _about(session: Session, view: _View) -> Iterator[tuple[Wording, str]]:
    call = view.call
    yield Wording("Campagne", "Campaign"), f"{view.campaign.series} — {view.campaign.name}"
    yield Wording("Financeur appelé", "Funder called"), funders.get(session, call.funder).name
    yield Wording("Émis le", "Issued on"), f"{call.issued_on:%d/%m/%Y}"
    yield Wording("À payer avant le", "To be paid by"), f"{call.pay_by:%d/%m/%Y}"
    if view.cancelled is not None:
        yield (
            Wording("Annulé", "Cancelled"),
            f"{view.cancelled.cancelled_on:%d/%m/%Y} : {view.cancelled.reason}",
        )
    owed = fund_calls.beneficiaries(session, campaign_id=call.campaign_id, no=call.no)
    if owed:
        said = ", ".join(
            f"{funders.get(session, funder).name} : {in_euros(cents)}" for funder, cents in owed.items()
        )
        yield Wording("Rembourse l'avance de", "Pays back what was advanced by"), said
    outside = Wording("Versement", "Payment")
    if call.outside:
        yield outside, "Directement à qui a avancé"
    else:
        account = paying_accounts.find(session, view.campaign)
        yield (
            outside,
            f"Au compte de la campagne, IBAN {account.iban}" if account else "Au compte de la campagne",
        )


def _instalments(session: Session, view: _View) -> Iterator[Row]:
    for part in session.execute(_INSTALMENTS, view.key):
        yield [part.label or "Échéance", part.due_on, None, None, None, part.amount_cents]


def _months(session: Session, view: _View) -> Iterator[Row]:
    for part in session.execute(_MONTHS, view.key):
        yield [_what(part.is_credit), part.month, part.vouchers, part.borne, part.advanced, part.called]


def _what(is_credit: bool) -> Wording:  # noqa: FBT001 -- the line's own column
    return _BACK if is_credit else _USED
