"""Carrying over (*report*): what goes back to a funder enters another campaign at once, as its deposit there.

One act, two books: the refund in the first and the deposit in the second name each other.
"""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ForeignKey, ForeignKeyConstraint, Integer, insert
from sqlalchemy.orm import Mapped, Session, mapped_column

from voucher_service.funding import campaigns, deposits, refunding, refunds
from voucher_service.funding.campaigns import Campaign
from voucher_service.kernel.actor import Actor
from voucher_service.kernel.database import Base, Code
from voucher_service.kernel.refusal import Refusal
from voucher_service.ledger import accounts


class CarryOver(Base):
    """A refund became a deposit of the same funder in another campaign."""

    __tablename__ = "carry_over"
    __table_args__ = (
        ForeignKeyConstraint(["campaign_id", "no"], ["refund.campaign_id", "refund.no"]),
        ForeignKeyConstraint(["into", "deposit"], ["deposit.campaign_id", "deposit.reference"]),
    )

    campaign_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    no: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    into: Mapped[int] = mapped_column(ForeignKey("campaign.id"))
    deposit: Mapped[Code]
    at: Mapped[datetime]
    by: Mapped[UUID]


@dataclass(eq=False)
class RefundIsPaidOut(Refusal):
    """This refund is to be paid out: prepare another one that names the campaign it goes into.

    FR: Cette restitution doit être versée : préparez-en une autre qui nomme la campagne où elle va.
    """

    number: str


@dataclass(eq=False)
class CampaignsPayDifferently(Refusal):
    """One campaign pays from a bank account and the other by an accountant's credits: money cannot pass between them.

    FR: Une campagne paie de son compte, l'autre sur crédits engagés : l'argent ne passe pas de l'une à l'autre.
    """

    series: str
    into_series: str


@dataclass(eq=False)
class CarryOverIsNotPromised(Refusal):
    """The funder promises less than that to the other campaign: record the convention there first.

    FR: Le financeur promet moins que cela à l'autre campagne : enregistrez-y d'abord la convention.
    """

    funder: str
    into_series: str
    still_promised_cents: int


def carry_over(session: Session, *, series: str, no: int, on: date, at: datetime, by: Actor) -> CarryOver:
    """Carry an approved refund over into the campaign that it names.

    Raises ``RefundIsUnknown``, ``RefundIsElsewhere``, ``RefundIsPaidOut``, ``CampaignsPayDifferently``,
    ``CarryOverIsNotPromised``, ``MoneyIsShort``.
    """
    refund = refunds.held(session, series=series, no=no, standing=refunds.Standing.APPROVED)
    if refund.into_series is None:
        raise RefundIsPaidOut(refund.number)
    source, into = campaigns.get(session, series), campaigns.get(session, refund.into_series)
    if source.money_side is not into.money_side:
        raise CampaignsPayDifferently(series, into.series)
    _refuse_beyond_the_promise(session, into, refund)
    reference = f"REPORT-{refund.number}"
    refunding.leave(session, refund, reference=f"{reference} > {into.series}", on=on, at=at, by=by)
    deposit = deposits.receive(
        session,
        series=into.series,
        reference=reference,
        amount_cents=refund.amount_cents,
        received_on=on,
        at=at,
        by=by,
        funder=refund.funder,
        exercice=on.year,
    )
    fact = {"into": into.id, "deposit": deposit.reference, "at": at, "by": by.user_id}
    session.execute(insert(CarryOver).values(campaign_id=source.id, no=no, **fact))
    return session.get_one(CarryOver, (source.id, no))


def _refuse_beyond_the_promise(session: Session, into: Campaign, refund: refunds.Refund) -> None:
    address = accounts.pledged(refund.funder)
    promised, _ = accounts.seen(session, campaign_id=into.id, addresses=[address]).get(address, (0, 0))
    if promised < refund.amount_cents:
        raise CarryOverIsNotPromised(refund.funder, into.series, promised)
