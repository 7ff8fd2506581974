"""Standing: where the money of each campaign is now, read from its books and from what became of its payments."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import case, func, select
from sqlalchemy.orm import Session

from voucher_service.funding.campaigns import Campaign
from voucher_service.funding.terms import MoneySide
from voucher_service.ledger import accounts, statements
from voucher_service.ledger.statements import Flow
from voucher_service.settlement.claims import owed
from voucher_service.settlement.outcomes import Fate, PaymentOutcome


@dataclass(frozen=True, slots=True)
class Standing:
    """A campaign's money, in cents.

    ``money`` is what its bank, or its accountant's credits, hold; all but ``paid`` and ``claimed`` is part of it.
    ``available`` can still go into vouchers, ``outstanding`` is in people's vouchers, ``due`` was earned and is in no
    run, ``in_payment`` is in a run, ``to_refund`` expired or goes back to funders, ``waiting`` is in suspense.
    ``claimed`` is owed back by venues; ``lost`` was written off, taken by the bank,
    or is held by the account's keeper on another account.
    """

    series: str
    name: str
    is_commitment: bool
    money: int
    available: int
    outstanding: int
    due: int
    in_payment: int
    paid: int
    claimed: int
    to_refund: int
    waiting: int
    lost: int

    @property
    def answers_for(self) -> int:
        """What the campaign's money must cover: the rest of the parts."""
        parts = (self.available, self.outstanding, self.due, self.in_payment, self.to_refund, self.waiting)
        return sum(parts) - self.claimed - self.lost


def of_campaigns(session: Session, campaigns: Sequence[Campaign]) -> list[Standing]:
    """Say where the money of each of these campaigns is."""
    paid = _paid(session)
    claimed = owed.totals(session)
    return [
        _standing(session, campaign, paid.get(campaign.id, 0), claimed.get(campaign.id, 0))
        for campaign in campaigns
    ]


def _standing(session: Session, campaign: Campaign, paid: int, claimed: int) -> Standing:
    flows = statements.flows(session, campaign_id=campaign.id)
    return Standing(
        series=campaign.series,
        name=campaign.name,
        is_commitment=campaign.money_side is MoneySide.COMMITMENT,
        money=-_held(flows, *accounts.MONEY),
        available=_held(flows, "funds/"),
        outstanding=_held(flows, "voucher/"),
        due=_held(flows, "venue/") + claimed,
        in_payment=_held(flows, "run/"),
        paid=paid,
        claimed=claimed,
        to_refund=_held(flows, accounts.EXPIRED, "refund/"),
        waiting=_held(flows, accounts.SUSPENSE),
        lost=-_held(flows, accounts.LOSS, "operator/"),
    )


def _held(flows: Sequence[Flow], *prefixes: str) -> int:
    return sum(flow.balance for flow in flows if flow.address.startswith(prefixes))


def _paid(session: Session) -> dict[int, int]:
    signed = case(
        (PaymentOutcome.fate == Fate.PAID, PaymentOutcome.amount_cents),
        (PaymentOutcome.fate == Fate.RETURNED, -PaymentOutcome.amount_cents),
        else_=0,
    )
    summed = select(PaymentOutcome.campaign_id, func.sum(signed)).group_by(PaymentOutcome.campaign_id)
    return {row[0]: int(row[1]) for row in session.execute(summed)}
