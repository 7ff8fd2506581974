"""Refunding: a refund is prepared by one person, approved by another, and paid when the bank or the accountant says so.

Either expired value that was shared out, or money that was never put into vouchers, which is set aside when the
refund is prepared: from then on it activates nothing. It may be paid to another funder, who advanced what the first
one bears; or carried over into another campaign (``carry_over``).
"""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, insert, select
from sqlalchemy.orm import Session

from voucher_service.funding import campaigns, deposits, funders, refunds
from voucher_service.funding.campaigns import Campaign
from voucher_service.funding.deposits import FundsAreShort
from voucher_service.funding.pledges import AmountIsNotPositive, FunderIsNotInTheKey
from voucher_service.funding.refunds import Refund, RefundStep, Source, Standing
from voucher_service.identity import separation
from voucher_service.identity.separation import Duty
from voucher_service.kernel.actor import Actor
from voucher_service.kernel.refusal import Refusal
from voucher_service.ledger import accounts, books, journal


@dataclass(eq=False)
class LessIsToBeRefunded(Refusal):
    """Less than that waits to go back to this funder: prepare what is left at most.

    FR: Il attend moins que cela pour ce financeur : préparez au plus ce qui reste.
    """

    funder: str
    waiting_cents: int


@dataclass(eq=False)
class RefundIsCarriedOver(Refusal):
    """This refund goes into another campaign: carry it over, it is not paid out.

    FR: Cette restitution va dans une autre campagne : reportez-la, elle ne se verse pas.
    """

    number: str
    into_series: str


def prepare(
    session: Session,
    *,
    series: str,
    source: Source,
    funder: str,
    amount_cents: int,
    reason: str,
    on: date,
    at: datetime,
    by: Actor,
    payee: str | None = None,
    into_series: str | None = None,
) -> Refund:
    """Prepare a refund: unspent money is set aside at once, expired value must have been shared out.

    Raises ``CampaignIsUnknown``, ``FunderIsUnknown``, ``FunderIsNotInTheKey``, ``AmountIsNotPositive``,
    ``FundsAreShort``, ``LessIsToBeRefunded``.
    """
    campaign = campaigns.get(session, series)
    if amount_cents <= 0:
        raise AmountIsNotPositive(amount_cents)
    _refuse_strangers(session, campaign, funder, payee or funder)
    # Who prepares waits here for whoever prepares for the same funder: what is left is a sum, which no guard protects.
    accounts.hold(session, campaign_id=campaign.id, addresses=[accounts.refund(funder)])
    entry_no = None
    if source is Source.UNSPENT:
        entry_no = _set_aside(session, campaign, funder, amount_cents, on, by)
    elif refunds.waiting(session, campaign_id=campaign.id, funder=funder) < amount_cents:
        raise LessIsToBeRefunded(funder, refunds.waiting(session, campaign_id=campaign.id, funder=funder))
    last = select(func.coalesce(func.max(Refund.no), 0)).where(Refund.campaign_id == campaign.id)
    key = (campaign.id, int(session.execute(last).scalar_one()) + 1)
    session.execute(
        insert(Refund).values(
            campaign_id=campaign.id,
            no=key[1],
            source=source,
            funder=funder,
            payee=payee or funder,
            amount_cents=amount_cents,
            reason=reason,
            into=campaigns.get(session, into_series).id if into_series else None,
            entry_no=entry_no,
            at=at,
            by=by.user_id,
        )
    )
    prepared = session.get_one(Refund, key)
    separation.perform(session, duty=Duty.PREPARE_REFUND, subject=refunds.subject(prepared), at=at, by=by)
    return prepared


def approve(session: Session, *, series: str, no: int, on: date, at: datetime, by: Actor) -> RefundStep:
    """Approve a refund that somebody else prepared: now it may be paid.

    Raises ``RefundIsUnknown``, ``RefundIsElsewhere``, ``DutiesAreIncompatible``.
    """
    refund = refunds.held(session, series=series, no=no, standing=Standing.PREPARED)
    separation.perform(session, duty=Duty.APPROVE_REFUND, subject=refunds.subject(refund), at=at, by=by)
    return refunds.step(session, refund, Standing.APPROVED, reference="", on=on, at=at, by=by)


def withdraw(
    session: Session, *, series: str, no: int, reason: str, on: date, at: datetime, by: Actor
) -> RefundStep:
    """Withdraw a refund that was not paid; what was set aside for it is available again.

    Raises ``RefundIsUnknown``, ``RefundIsElsewhere``.
    """
    refund = refunds.held(session, series=series, no=no)
    entry_no = None
    if refund.source is Source.UNSPENT:
        colour = books.unit_colour(session, campaign_id=refund.campaign_id, funder=refund.funder)
        back = journal.Transfer(
            accounts.refund(refund.funder), accounts.funds(refund.funder), refund.amount_cents, colour
        )
        entry_no = journal.post(
            session, journal.Act(refund.campaign_id, "set-aside", on, by.user_id), [back]
        ).no
    return refunds.step(
        session, refund, Standing.WITHDRAWN, reference=reason, on=on, at=at, by=by, entry_no=entry_no
    )


def pay(
    session: Session, *, series: str, no: int, reference: str, paid_on: date, at: datetime, by: Actor
) -> RefundStep:
    """Record that an approved refund was paid: on the bank's day, or on the public accountant's.

    Raises ``RefundIsUnknown``, ``RefundIsElsewhere``, ``RefundIsCarriedOver``, ``MoneyIsShort``.
    """
    refund = refunds.held(session, series=series, no=no, standing=Standing.APPROVED)
    if refund.into_series is not None:
        raise RefundIsCarriedOver(refund.number, refund.into_series)
    return leave(session, refund, reference=reference, on=paid_on, at=at, by=by)


def leave(
    session: Session, refund: Refund, *, reference: str, on: date, at: datetime, by: Actor
) -> RefundStep:
    """Take a refund out of the campaign's money; for ``pay`` and ``carry_over``. Raises ``MoneyIsShort``."""
    campaign = session.get_one(Campaign, refund.campaign_id)
    fact = deposits.give_back(
        session,
        campaign=campaign,
        funder=refund.funder,
        source=accounts.refund(refund.funder),
        amount_cents=refund.amount_cents,
        reference=reference,
        paid_on=on,
        at=at,
        by=by,
    )
    return refunds.step(
        session, refund, Standing.PAID, reference=reference, on=on, at=at, by=by, entry_no=fact.entry_no
    )


def _refuse_strangers(session: Session, campaign: Campaign, funder: str, payee: str) -> None:
    parts = {part.funder for part in campaigns.key_of(session, campaign.id)}
    for one in (funder, payee):
        funders.get(session, one)
        if one not in parts:
            raise FunderIsNotInTheKey(one)


def _set_aside(
    session: Session, campaign: Campaign, funder: str, amount_cents: int, on: date, by: Actor
) -> int:
    source = accounts.funds(funder)
    available, version = accounts.seen(session, campaign_id=campaign.id, addresses=[source]).get(
        source, (0, 0)
    )
    if available < amount_cents:
        raise FundsAreShort(available)
    colour = books.unit_colour(session, campaign_id=campaign.id, funder=funder)
    aside = journal.Transfer(source, accounts.refund(funder), amount_cents, colour)
    act = journal.Act(campaign.id, "set-aside", on, by.user_id)
    return journal.post(session, act, [aside], seen={source: version}).no
