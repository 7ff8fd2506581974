"""Calling: a funder is asked for what it owes and was never asked for.

What a call asks for is a set, never a window of time: a voucher that is recorded late is in the next one, and what is
given back after it was called is taken off the next one. A call that was cancelled asked for nothing. On used vouchers
it is the advancers who are owed: the money comes through the campaign, or straight to them (``outside``).
"""

from dataclasses import dataclass
from datetime import date, datetime
from typing import ClassVar

from sqlalchemy import func, insert, select, text
from sqlalchemy.orm import Session

from voucher_service.funding import campaigns
from voucher_service.funding.campaigns import Campaign
from voucher_service.funding.pledges import FunderIsNotInTheKey
from voucher_service.kernel.actor import Actor
from voucher_service.kernel.refusal import Kind, Refusal
from voucher_service.settlement import fund_calls
from voucher_service.settlement.fund_calls import LIVE_LINE, Basis, CallBeneficiary, FundCall
from voucher_service.vouchers import patterns

_CALLED = """FROM call_instalment AS line WHERE line.campaign_id = instalment.campaign_id
              AND line.funder = instalment.funder AND line.instalment_no = instalment.no"""
_INSTALMENTS = f"""
SELECT no, amount_cents AS cents, (SELECT count(*) {_CALLED}) AS attempt FROM instalment
WHERE campaign_id = :campaign_id AND funder = :funder AND due_on <= :until
  AND NOT EXISTS (SELECT {_CALLED} AND {LIVE_LINE})"""
# What is borne beyond what was advanced; and what was called and given back since, taken off.
_LINE = """FROM call_line AS line WHERE line.campaign_id = redemption.campaign_id
           AND line.redemption_id = redemption.id AND line.funder = :funder"""
_USED = f"""
SELECT redemption.id, is_back AS is_credit, (SELECT count(*) {_LINE} AND line.is_credit = is_back) AS attempt,
       (share.borne_cents - share.advanced_cents) * CASE WHEN is_back THEN -1 ELSE 1 END AS cents
FROM redemption
JOIN record ON record.campaign_id = redemption.campaign_id AND record.entry_no = redemption.entry_no
           AND record.position <= :position
JOIN colour_share AS share ON share.campaign_id = redemption.campaign_id AND share.colour = redemption.colour
                          AND share.funder = :funder AND share.borne_cents <> share.advanced_cents
CROSS JOIN LATERAL (
    SELECT EXISTS (SELECT FROM redemption_reversal AS undone
                   JOIN record ON record.campaign_id = undone.campaign_id AND record.entry_no = undone.entry_no
                   WHERE undone.redemption_id = redemption.id AND record.position <= :position) AS is_back,
           EXISTS (SELECT {_LINE} AND {LIVE_LINE}) AS is_called,
           EXISTS (SELECT {_LINE} AND line.is_credit AND {LIVE_LINE}) AS is_off
) AS life
WHERE redemption.campaign_id = :campaign_id AND redemption.served_on <= :until
  AND is_back = is_called AND NOT is_off"""
_SUMS = "SELECT count(*) AS things, coalesce(sum(cents), 0)::bigint AS cents FROM ({owed}) AS owed"
_PREVIEWS = {
    Basis.INSTALMENTS: text(_SUMS.format(owed=_INSTALMENTS)),
    Basis.USED: text(_SUMS.format(owed=_USED)),
}
_TAKEN = {
    Basis.INSTALMENTS: text(f"""
INSERT INTO call_instalment (campaign_id, funder, instalment_no, attempt, call_no)
SELECT :campaign_id, :funder, no, attempt, :no FROM ({_INSTALMENTS}) AS owed"""),
    Basis.USED: text(f"""
INSERT INTO call_line (campaign_id, redemption_id, funder, is_credit, attempt, call_no, cents)
SELECT :campaign_id, id, :funder, is_credit, attempt, :no, cents FROM ({_USED}) AS owed"""),
}
_ADVANCED = text("""
SELECT share.funder, sum((share.advanced_cents - share.borne_cents) * CASE WHEN is_credit THEN -1 ELSE 1 END)::bigint
           AS cents
FROM call_line JOIN redemption ON redemption.id = call_line.redemption_id
JOIN colour_share AS share ON share.campaign_id = call_line.campaign_id AND share.colour = redemption.colour
WHERE call_line.campaign_id = :campaign_id AND call_line.call_no = :no
GROUP BY share.funder""")


@dataclass(frozen=True, slots=True)
class Preview:
    """What a call would ask for now: how many instalments or vouchers, and how many cents."""

    things: int
    cents: int


@dataclass(eq=False)
class NothingToCall(Refusal):
    """Nothing is to be called from this funder: it was called already, or is not due yet.

    FR: Il n'y a rien à appeler auprès de ce financeur : c'est déjà appelé, ou pas encore dû.
    """

    funder: str
    until: date


@dataclass(eq=False)
class DeadlineIsPast(Refusal):
    """A call leaves time to pay: give a deadline after the day on which it is issued.

    FR: Un appel laisse le temps de payer : indiquez une échéance après le jour de son émission.
    """

    kind: ClassVar[Kind] = Kind.INVALID
    issued_on: date
    pay_by: date


@dataclass(eq=False)
class InstalmentsArePaidIn(Refusal):
    """Instalments are paid into the campaign's money: only what pays advancers back may go outside it.

    FR: Les échéances se versent à la campagne : seul ce qui rembourse une avance peut se payer en dehors.
    """

    kind: ClassVar[Kind] = Kind.INVALID


def issue(
    session: Session,
    *,
    series: str,
    funder: str,
    basis: Basis,
    until: date,
    position: int,
    on: date,
    pay_by: date,
    at: datetime,
    by: Actor,
    outside: bool = False,
) -> FundCall:
    """Call from a funder all that is due up to a day and was never called, as recorded up to ``position``.

    Raises ``FunderIsNotInTheKey``, ``DeadlineIsPast``, ``InstalmentsArePaidIn``, ``NothingToCall``.
    """
    campaign = _callable(session, series, funder)
    refuse_terms(basis=basis, on=on, pay_by=pay_by, outside=outside)
    # A call that takes off what an earlier one asked for, and the cancelling of that one, do not overlook each other.
    fund_calls.hold(session, campaign_id=campaign.id)
    bounds = {"campaign_id": campaign.id, "funder": funder, "until": until, "position": position}
    asked = Preview(*session.execute(_PREVIEWS[basis], bounds).one())
    if asked.cents <= 0:
        raise NothingToCall(funder, until)
    last = select(func.coalesce(func.max(FundCall.no), 0)).where(FundCall.campaign_id == campaign.id)
    no = int(session.execute(last).scalar_one()) + 1
    session.execute(
        insert(FundCall).values(
            campaign_id=campaign.id,
            no=no,
            funder=funder,
            basis=basis,
            amount_cents=asked.cents,
            things=asked.things,
            until=until,
            position=position,
            issued_on=on,
            pay_by=pay_by,
            outside=outside,
            at=at,
            by=by.user_id,
        )
    )
    session.execute(_TAKEN[basis], bounds | {"no": no})
    if basis is Basis.USED:
        _name_the_advancers(session, campaign.id, no, asked.cents)
    return session.get_one(FundCall, (campaign.id, no))


def refuse_terms(*, basis: Basis, on: date, pay_by: date, outside: bool) -> None:
    """Raise ``DeadlineIsPast`` or ``InstalmentsArePaidIn`` where a call cannot be issued on such terms."""
    if pay_by <= on:
        raise DeadlineIsPast(on, pay_by)
    if outside and basis is Basis.INSTALMENTS:
        raise InstalmentsArePaidIn


def preview(
    session: Session, *, series: str, funder: str, basis: Basis, until: date, position: int
) -> Preview:
    """Say what a call would ask for, and ask for nothing. Raises ``CampaignIsUnknown``, ``FunderIsNotInTheKey``."""
    campaign = _callable(session, series, funder)
    bounds = {"campaign_id": campaign.id, "funder": funder, "until": until, "position": position}
    return Preview(*session.execute(_PREVIEWS[basis], bounds).one())


def _callable(session: Session, series: str, funder: str) -> Campaign:
    campaign = campaigns.get(session, series)
    if funder not in {part.funder for part in campaigns.key_of(session, campaign.id)}:
        raise FunderIsNotInTheKey(funder)
    return campaign


def _name_the_advancers(session: Session, campaign_id: int, no: int, cents: int) -> None:
    rows = session.execute(_ADVANCED, {"campaign_id": campaign_id, "no": no})
    advanced = {row.funder: row.cents for row in rows if row.cents > 0}
    owed = patterns.totals(cents, advanced)
    session.execute(
        insert(CallBeneficiary),
        [
            {"campaign_id": campaign_id, "call_no": no, "funder": funder, "cents": share}
            for funder, share in owed.items()
            if share
        ],
    )
