"""Revenue orders: a public accountant collects what a venue owes (*titres de recettes*)."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import ClassVar
from uuid import UUID

from sqlalchemy import ForeignKey, Integer, UniqueConstraint, insert, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from voucher_service.funding import campaigns
from voucher_service.funding.campaigns import Campaign
from voucher_service.funding.terms import MoneySide
from voucher_service.kernel.actor import Actor
from voucher_service.kernel.database import Base, Code
from voucher_service.kernel.identifiers import new_id
from voucher_service.kernel.refusal import Kind, Refusal
from voucher_service.settlement.claims import owed
from voucher_service.settlement.claims.owed import NothingIsClaimed


class RevenueOrder(Base):
    """An order of the authority that its accountant collects from an operator (*titre de recettes*)."""

    __tablename__ = "revenue_order"
    __table_args__ = (UniqueConstraint("campaign_id", "exercice", "number"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaign.id"))
    operator_id: Mapped[UUID] = mapped_column(ForeignKey("venue_operator.organisation_id"))
    number: Mapped[Code]
    exercice: Mapped[int] = mapped_column(Integer)
    amount_cents: Mapped[int]
    issued_on: Mapped[date]
    at: Mapped[datetime]
    by: Mapped[UUID]


class OrderedClaim(Base):
    """A claim that a revenue order collects: once."""

    __tablename__ = "claim_ordered"
    redemption_id: Mapped[UUID] = mapped_column(ForeignKey("redemption.id"), primary_key=True)
    order_id: Mapped[UUID] = mapped_column(ForeignKey("revenue_order.id"))


@dataclass(eq=False)
class TitreIsTaken(Refusal):
    """Another revenue order of this year bears this number.

    FR: Un autre titre de cet exercice porte ce numéro.
    """

    number: str


@dataclass(eq=False)
class TitreIsNotExpected(Refusal):
    """This campaign pays from its own account: its claims are repaid to that account, without a revenue order.

    FR: Cette campagne paie depuis son propre compte : ses créances s'y remboursent, sans titre de recettes.
    """

    kind: ClassVar[Kind] = Kind.CONFLICT
    series: str


def order(
    session: Session,
    *,
    series: str,
    operator_id: UUID,
    number: str,
    exercice: int,
    issued_on: date,
    at: datetime,
    by: Actor,
) -> RevenueOrder:
    """Write down the revenue order that collects what an operator owes and no order names yet; no money moves.

    Raises ``CampaignIsUnknown``, ``TitreIsNotExpected``, ``NothingIsClaimed``, ``TitreIsTaken``.
    """
    campaign = campaigns.get(session, series)
    if campaign.money_side is not MoneySide.COMMITMENT:
        raise TitreIsNotExpected(series)
    owed.hold(session, campaign)
    if _find(session, campaign, exercice, number) is not None:
        raise TitreIsTaken(number)
    claims = owed.of_operator(session, series=series, operator_id=operator_id, by=by)
    unnamed = [claim for claim in claims if claim.titre is None]
    if not unnamed:
        raise NothingIsClaimed(operator_id)
    titre = RevenueOrder(
        id=new_id(),
        campaign_id=campaign.id,
        operator_id=operator_id,
        number=number,
        exercice=exercice,
        amount_cents=sum(claim.face_cents for claim in unnamed),
        issued_on=issued_on,
        at=at,
        by=by.user_id,
    )
    session.add(titre)
    session.flush()
    rows = [{"redemption_id": claim.redemption_id, "order_id": titre.id} for claim in unnamed]
    session.execute(insert(OrderedClaim), rows)
    return titre


def _find(session: Session, campaign: Campaign, exercice: int, number: str) -> RevenueOrder | None:
    same = select(RevenueOrder).where(
        RevenueOrder.campaign_id == campaign.id,
        RevenueOrder.exercice == exercice,
        RevenueOrder.number == number,
    )
    return session.scalars(same).one_or_none()
