"""Instalments (*échéances*): when a convention has a funder's money called, at the order or in parts.

Each has its day and its amount; what is called on used vouchers has no instalments. A sum that was called is called
once: the call names its instalments (``settlement.fund_calls``).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import ClassVar
from uuid import UUID

from sqlalchemy import BigInteger, ForeignKey, Integer, cast, func, insert, select
from sqlalchemy.orm import Mapped, Session, column_property, mapped_column

from voucher_service.funding import campaigns, readers
from voucher_service.funding.pledges import AmountIsNotPositive, FunderIsNotInTheKey, Pledge
from voucher_service.kernel.actor import Actor
from voucher_service.kernel.database import Base, Code
from voucher_service.kernel.refusal import Kind, Refusal

LONGEST_SCHEDULE = 60
"""Instalments of one funder in one campaign: five years of months."""


class Instalment(Base):
    """A part of what a funder promised, to be called from a day on: numbered in its funder's schedule."""

    __tablename__ = "instalment"

    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaign.id"), primary_key=True)
    funder: Mapped[Code] = mapped_column(ForeignKey("funder.code"), primary_key=True)
    no: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    amount_cents: Mapped[int]
    due_on: Mapped[date]
    label: Mapped[str]
    at: Mapped[datetime]
    by: Mapped[UUID]
    series: Mapped[str] = column_property(campaigns.naming(campaign_id))


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a schedule: from which day, how many cents, and why (« à la commande », « au bilan »)."""

    due_on: date
    amount_cents: int
    label: str = ""


@dataclass(eq=False)
class ScheduleIsOutOfBounds(Refusal):
    """A schedule has 1 to 60 instalments in all: group the smallest ones.

    FR: Un échéancier compte de 1 à 60 échéances en tout : regroupez les plus petites.
    """

    kind: ClassVar[Kind] = Kind.INVALID
    instalments: int


@dataclass(eq=False)
class ScheduleExceedsThePledge(Refusal):
    """The schedule would call more than the funder promised: record the amendment first, or schedule less.

    FR: L'échéancier dépasse ce que le financeur a promis : enregistrez d'abord l'avenant, ou prévoyez moins.
    """

    funder: str
    promised_cents: int
    scheduled_cents: int


def schedule(
    session: Session, *, series: str, funder: str, parts: Sequence[Part], at: datetime, by: Actor
) -> list[Instalment]:
    """Add instalments to a funder's schedule, in order of their days; in all, at most what it promised.

    Raises ``FunderIsNotInTheKey``, ``AmountIsNotPositive``, ``ScheduleIsOutOfBounds``,
    ``ScheduleExceedsThePledge``.
    """
    campaign = campaigns.get(session, series)
    if funder not in {part.funder for part in campaigns.key_of(session, campaign.id)}:
        raise FunderIsNotInTheKey(funder)
    known = of_funder(session, campaign_id=campaign.id, funder=funder)
    if not parts or len(known) + len(parts) > LONGEST_SCHEDULE:
        raise ScheduleIsOutOfBounds(len(known) + len(parts))
    wrong = next((part.amount_cents for part in parts if part.amount_cents <= 0), None)
    if wrong is not None:
        raise AmountIsNotPositive(wrong)
    _refuse_beyond_the_pledge(session, campaign.id, funder, [*known, *parts])
    rows = [
        {
            "campaign_id": campaign.id,
            "funder": funder,
            "no": no,
            "amount_cents": part.amount_cents,
            "due_on": part.due_on,
            "label": part.label,
            "at": at,
            "by": by.user_id,
        }
        for no, part in enumerate(sorted(parts, key=lambda part: part.due_on), start=len(known) + 1)
    ]
    session.execute(insert(Instalment), rows)
    return of_funder(session, campaign_id=campaign.id, funder=funder)[len(known) :]


def of_funder(session: Session, *, campaign_id: int, funder: str) -> list[Instalment]:
    """Return a funder's schedule in a campaign, in its order."""
    wanted = select(Instalment).where(Instalment.campaign_id == campaign_id, Instalment.funder == funder)
    return list(session.scalars(wanted.order_by(Instalment.no)))


def search(session: Session, *, series: str, by: Actor) -> list[Instalment]:
    """List a campaign's instalments by funder, to whoever may read of it.

    Raises ``CampaignIsUnknown``.
    """
    campaign = readers.get(session, series=series, by=by)
    wanted = select(Instalment).where(Instalment.campaign_id == campaign.id)
    return list(session.scalars(wanted.order_by(Instalment.funder, Instalment.no)))


def _refuse_beyond_the_pledge(
    session: Session, campaign_id: int, funder: str, parts: Sequence[Instalment | Part]
) -> None:
    promised = select(cast(func.coalesce(func.sum(Pledge.amount_cents), 0), BigInteger)).where(
        Pledge.campaign_id == campaign_id, Pledge.funder == funder
    )
    cents, scheduled = int(session.execute(promised).scalar_one()), sum(part.amount_cents for part in parts)
    if scheduled > cents:
        raise ScheduleExceedsThePledge(funder, cents, scheduled)
