"""Mandates: what the authority ordered its public accountant to pay, and what he refused (*mandats, rejets*).

A line of a mandate list becomes a mandate when the authority's software numbers it, on a *bordereau* of an
*exercice*. A mandate is an order, not a payment: the accountant checks it (decree 2012-1246, articles 19 and 20) and
pays, or rejects it with a reason. Only his payment date moves money (``confirmation``); a rejection makes the venue's
due payable again, once, in a later run. One mandate may pay several lines (*mandat collectif*).
"""

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ForeignKeyConstraint, Index, Integer, insert, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from voucher_service.funding import campaigns
from voucher_service.funding.campaigns import Campaign
from voucher_service.funding.terms import MoneySide
from voucher_service.kernel.actor import Actor
from voucher_service.kernel.database import Base, Code
from voucher_service.settlement import settling
from voucher_service.settlement.confirmation import MandatesAreNotExpected
from voucher_service.settlement.matching import Booked, Doubt, Known, Matching
from voucher_service.settlement.outcomes import Fate


class Mandate(Base):
    """A line of a mandate list that was mandated: number, bordereau and exercice of the authority's own books."""

    __tablename__ = "mandate"
    __table_args__ = (
        ForeignKeyConstraint(
            ["campaign_id", "run_no", "payment_no"],
            ["run_payment.campaign_id", "run_payment.run_no", "run_payment.no"],
        ),
        Index(None, "number", "campaign_id"),
    )

    campaign_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    run_no: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    payment_no: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    number: Mapped[Code]
    bordereau: Mapped[Code | None]
    exercice: Mapped[int] = mapped_column(Integer)
    mandated_on: Mapped[date]
    at: Mapped[datetime]
    by: Mapped[UUID]


@dataclass(frozen=True, slots=True)
class Issued:
    """A mandate as the authority's software tells it; ``end_to_end_id`` names its supporting statement."""

    end_to_end_id: str
    number: str
    bordereau: str | None
    exercice: int
    mandated_on: date


@dataclass(frozen=True, slots=True)
class Rejection:
    """A mandate that the accountant refused, and why, in his words."""

    end_to_end_id: str
    number: str
    rejected_on: date
    reason: str


@dataclass(frozen=True, slots=True)
class Left:
    """A line that was not written down, and why."""

    line: Issued
    doubt: Doubt


@dataclass(slots=True)
class Recording:
    """What became of mandates: ``known`` were written before, ``left`` wait for a person."""

    recorded: list[Issued] = field(default_factory=list)
    known: int = 0
    left: list[Left] = field(default_factory=list)


def record(
    session: Session, *, series: str, mandates: Iterable[Issued], at: datetime, by: Actor
) -> Recording:
    """Write down which lines of mandate lists were mandated; the same again changes nothing, and no money moves.

    Raises ``CampaignIsUnknown``, ``MandatesAreNotExpected``.
    """
    campaign, wanted = _paid_by_mandate(session, series), list(mandates)
    payments = settling.known(session, {one.end_to_end_id for one in wanted}, campaign=campaign)
    written = {(one.run_no, one.payment_no): one for one in of_campaign(session, campaign)}
    found = Recording()
    for line in wanted:
        payment = payments.get(line.end_to_end_id)
        before = written.get((payment.run_no, payment.no)) if payment else None
        if before is not None and _same(before, line):
            found.known += 1
        elif payment is None:
            found.left.append(Left(line, Doubt.UNKNOWN))
        elif doubt := _doubt(payment, before):
            found.left.append(Left(line, doubt))
        else:
            made = _made(campaign, payment, line, at, by)
            session.execute(insert(Mandate).values(**made))
            written[payment.run_no, payment.no] = Mandate(**made)
            found.recorded.append(line)
    return found


def reject(
    session: Session, *, series: str, rejections: Iterable[Rejection], at: datetime, by: Actor
) -> Matching:
    """Write down which mandates the accountant refused: what they would have paid is due again, once.

    Raises ``CampaignIsUnknown``, ``MandatesAreNotExpected``.
    """
    campaign, wanted = _paid_by_mandate(session, series), list(rejections)
    payments = settling.known(session, {one.end_to_end_id for one in wanted}, campaign=campaign)
    movements = [
        Booked(
            iban=None,
            reference=one.number,
            end_to_end_id=one.end_to_end_id,
            amount_cents=payments[one.end_to_end_id].net_cents if one.end_to_end_id in payments else 0,
            fate=Fate.REJECTED,
            booked_on=one.rejected_on,
            reason=one.reason,
        )
        for one in wanted
    ]
    found, _ = settling.settle(session, movements, campaign=campaign, at=at, by=by)
    return found


def of_campaign(session: Session, campaign: Campaign) -> Sequence[Mandate]:
    """Return the mandates of a campaign, by run and line."""
    mine = select(Mandate).where(Mandate.campaign_id == campaign.id)
    return session.scalars(mine.order_by(Mandate.run_no, Mandate.payment_no)).all()


def _paid_by_mandate(session: Session, series: str) -> Campaign:
    campaign = campaigns.get(session, series)
    if campaign.money_side is not MoneySide.COMMITMENT:
        raise MandatesAreNotExpected(series)
    return campaign


def _doubt(payment: Known, before: Mandate | None) -> Doubt | None:
    rules = {
        Doubt.NOT_APPROVED: not payment.is_approved,
        Doubt.WITHDRAWN: Fate.WITHDRAWN in payment.outcomes,
        Doubt.REJECTED_ALREADY: Fate.REJECTED in payment.outcomes,
        Doubt.REFERENCE_IS_TAKEN: before is not None,
    }
    return next((doubt for doubt, applies in rules.items() if applies), None)


def _same(before: Mandate, line: Issued) -> bool:
    told = (line.number, line.bordereau, line.exercice, line.mandated_on)
    return (before.number, before.bordereau, before.exercice, before.mandated_on) == told


def _made(campaign: Campaign, payment: Known, line: Issued, at: datetime, by: Actor) -> dict[str, object]:
    told = {name: value for name, value in asdict(line).items() if name != "end_to_end_id"}
    place = {"campaign_id": campaign.id, "run_no": payment.run_no, "payment_no": payment.no}
    return place | told | {"at": at, "by": by.user_id}
