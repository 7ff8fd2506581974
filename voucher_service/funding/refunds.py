"""Refunds (*restitutions*): what is to go back to a campaign's funders, how far each is, and what still waits.

The acts on them are in ``refunding`` (prepared by one person, approved by another, paid) and ``carry_over``.
"""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import ClassVar
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    ForeignKey,
    ForeignKeyConstraint,
    Integer,
    cast,
    func,
    insert,
    literal,
    select,
    tuple_,
)
from sqlalchemy.orm import Mapped, Session, column_property, mapped_column

from voucher_service.funding import campaigns, readers
from voucher_service.identity.users import User
from voucher_service.kernel.actor import Actor
from voucher_service.kernel.database import Base, Code
from voucher_service.kernel.refusal import Kind, Refusal
from voucher_service.ledger import accounts


class Source(StrEnum):
    """What is given back: expired value, or money that is in no voucher."""

    EXPIRED = "expired"
    UNSPENT = "unspent"


class Standing(StrEnum):
    """How far a refund is."""

    PREPARED = "prepared"
    APPROVED = "approved"
    PAID = "paid"
    WITHDRAWN = "withdrawn"


class Refund(Base):
    """A refund that was prepared: numbered in its campaign; ``payee`` gets it, ``funder`` is whose cents they are.

    ``into`` is the campaign into which it is to be carried over, where it is not to be paid out.
    """

    __tablename__ = "refund"

    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaign.id"), primary_key=True)
    no: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    source: Mapped[Source]
    funder: Mapped[Code] = mapped_column(ForeignKey("funder.code"))
    payee: Mapped[Code] = mapped_column(ForeignKey("funder.code"))
    amount_cents: Mapped[int]
    reason: Mapped[str]
    into: Mapped[int | None] = mapped_column(ForeignKey("campaign.id"))
    entry_no: Mapped[int | None]
    """The entry that set unspent money aside."""
    at: Mapped[datetime]
    by: Mapped[UUID] = mapped_column()
    series: Mapped[str] = column_property(campaigns.naming(campaign_id))
    into_series: Mapped[str | None] = column_property(campaigns.naming(into))
    by_name: Mapped[str | None] = column_property(
        select(User.name).where(User.id == by).correlate_except(User).scalar_subquery()
    )

    @property
    def number(self) -> str:
        """The number that the order to pay bears: ``PN-2026-F3``."""
        return f"{self.series}-F{self.no}"


class RefundStep(Base):
    """What became of a refund: approved, paid (by which entry, on which day) or withdrawn; each once."""

    __tablename__ = "refund_step"
    __table_args__ = (ForeignKeyConstraint(["campaign_id", "no"], ["refund.campaign_id", "refund.no"]),)

    campaign_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    no: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    standing: Mapped[Standing] = mapped_column(primary_key=True)
    reference: Mapped[str]
    dated_on: Mapped[date]
    entry_no: Mapped[int | None]
    at: Mapped[datetime]
    by: Mapped[UUID] = mapped_column()
    series: Mapped[str] = column_property(campaigns.naming(campaign_id))
    by_name: Mapped[str | None] = column_property(
        select(User.name).where(User.id == by).correlate_except(User).scalar_subquery()
    )


@dataclass(frozen=True, slots=True)
class Found:
    """A refund with what became of it, in order."""

    refund: Refund
    steps: tuple[RefundStep, ...]

    @property
    def standing(self) -> Standing:
        """Say how far it is."""
        reached = {one.standing for one in self.steps}
        ends = (Standing.PAID, Standing.WITHDRAWN, Standing.APPROVED)
        return next((end for end in ends if end in reached), Standing.PREPARED)


_ENDED = (
    select(RefundStep.no)
    .where(
        RefundStep.campaign_id == Refund.campaign_id,
        RefundStep.no == Refund.no,
        RefundStep.standing.in_((Standing.PAID, Standing.WITHDRAWN)),
    )
    .correlate(Refund)
    .exists()
)
# Its last step: the end where it has one, or its approval.
_NOW = func.coalesce(
    select(RefundStep.standing)
    .where(RefundStep.campaign_id == Refund.campaign_id, RefundStep.no == Refund.no)
    .order_by(RefundStep.at.desc(), RefundStep.standing.desc())
    .limit(1)
    .correlate(Refund)
    .scalar_subquery(),
    Standing.PREPARED,
)


@dataclass(eq=False)
class RefundIsUnknown(Refusal):
    """No refund of this campaign bears this number: look for it in the list.

    FR: Aucune restitution de cette campagne ne porte ce numéro : cherchez-la dans la liste.
    """

    kind: ClassVar[Kind] = Kind.UNKNOWN
    series: str
    no: int


@dataclass(eq=False)
class RefundIsElsewhere(Refusal):
    """This refund is not where this act takes it from: see how far it is.

    FR: Cette restitution n'en est pas à cette étape : voyez où elle en est.
    """

    number: str
    standing: Standing


def held(session: Session, *, series: str, no: int, standing: Standing | None = None) -> Refund:
    """Return a refund for an act on it, and keep others off it until the act is over.

    Raises ``CampaignIsUnknown``, ``RefundIsUnknown``, ``RefundIsElsewhere`` unless it stands there (anywhere before
    its end where ``standing`` is None).
    """
    campaign = campaigns.get(session, series)
    refund = session.get(Refund, (campaign.id, no))
    if refund is None:
        raise RefundIsUnknown(series, no)
    accounts.hold(session, campaign_id=campaign.id, addresses=[accounts.refund(refund.funder)])
    now = read(session, refund).standing
    allowed = (Standing.PREPARED, Standing.APPROVED) if standing is None else (standing,)
    if now not in allowed:
        raise RefundIsElsewhere(refund.number, now)
    return refund


def waiting(session: Session, *, campaign_id: int, funder: str) -> int:
    """Say how much waits to go back to a funder, in cents, beyond what refunds under way take."""
    address = accounts.refund(funder)
    balance, _ = accounts.seen(session, campaign_id=campaign_id, addresses=[address]).get(address, (0, 0))
    taken = select(cast(func.coalesce(func.sum(Refund.amount_cents), 0), BigInteger)).where(
        Refund.campaign_id == campaign_id, Refund.funder == funder, ~_ENDED
    )
    return balance - int(session.execute(taken).scalar_one())


def subject(refund: Refund) -> str:
    """Name a refund for the separation of duties: ``refund/PN-2026/3``."""
    return f"refund/{refund.series}/{refund.no}"


def step(
    session: Session,
    refund: Refund,
    standing: Standing,
    *,
    reference: str,
    on: date,
    at: datetime,
    by: Actor,
    entry_no: int | None = None,
) -> RefundStep:
    """Write down how far a refund came."""
    key = {"campaign_id": refund.campaign_id, "no": refund.no, "standing": standing}
    said = {"reference": reference, "dated_on": on, "entry_no": entry_no, "at": at, "by": by.user_id}
    session.execute(insert(RefundStep).values(**key, **said))
    return session.get_one(RefundStep, (refund.campaign_id, refund.no, standing))


def search(
    session: Session,
    *,
    by: Actor,
    series: str | None = None,
    standing: Standing | None = None,
    start: int = 0,
    after: tuple[int, int] | None = None,
    limit: int | None = None,
) -> list[Found]:
    """List refunds, newest first, of the campaigns that a person may read of, each with what became of it."""
    wanted = select(Refund).where(readers.may_read(Refund.campaign_id, by=by))
    if series is not None:
        wanted = wanted.where(Refund.series == series)
    if standing is not None:
        wanted = wanted.where(literal(standing) == _NOW)
    if after is not None:
        wanted = wanted.where(tuple_(Refund.campaign_id, Refund.no) < after)
    wanted = wanted.order_by(Refund.campaign_id.desc(), Refund.no.desc()).offset(start or None).limit(limit)
    return [read(session, refund) for refund in session.scalars(wanted)]


def get(session: Session, *, series: str, no: int, by: Actor) -> Found:
    """Return a refund that a person may read, with what became of it.

    Raises ``CampaignIsUnknown``, ``RefundIsUnknown``.
    """
    refund = session.get(Refund, (readers.get(session, series=series, by=by).id, no))
    if refund is None:
        raise RefundIsUnknown(series, no)
    return read(session, refund)


def read(session: Session, refund: Refund) -> Found:
    """Read what became of a refund."""
    steps = select(RefundStep).where(RefundStep.campaign_id == refund.campaign_id, RefundStep.no == refund.no)
    return Found(refund, tuple(session.scalars(steps.order_by(RefundStep.at))))
