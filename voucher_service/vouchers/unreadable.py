"""Unreadable papers: a venue asks for a redemption by serial, and a second person confirms it.

A serial is public and never enough to redeem: a prescriber of the site that handed the booklet over, or the
finance team, confirms what the venue saw.
"""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import ColumnElement, ForeignKey, SmallInteger, func, insert, or_, select
from sqlalchemy.orm import Mapped, Session, column_property, mapped_column

from voucher_service.funding import campaigns
from voucher_service.kernel import keyset
from voucher_service.kernel.actor import Actor, Role
from voucher_service.kernel.database import Base, Code
from voucher_service.kernel.identifiers import new_id
from voucher_service.kernel.keyset import Order
from voucher_service.kernel.refusal import Kind, Refusal
from voucher_service.network.mediators import Standing
from voucher_service.network.prescribers import Site
from voucher_service.vouchers import delivery, objections, presentation, redemption
from voucher_service.vouchers.basket import Basket
from voucher_service.vouchers.delivery import Delivery
from voucher_service.vouchers.handover import Handover
from voucher_service.vouchers.presentation import Occasion
from voucher_service.vouchers.redemption import Taken
from voucher_service.vouchers.refused_codes import Counter
from voucher_service.vouchers.register import BookletMove, Voucher


class SerialRequest(Base):
    """A venue saw a paper whose code cannot be read, and asks to be paid for it."""

    __tablename__ = "serial_request"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaign.id"))
    serial: Mapped[Code]
    venue_id: Mapped[UUID] = mapped_column(ForeignKey("venue.id"))
    operator_id: Mapped[UUID]
    served_on: Mapped[date]
    service: Mapped[Code]
    minutes: Mapped[int] = mapped_column(SmallInteger)
    out_of_pocket_cents: Mapped[int]
    delivered_by: Mapped[Standing]
    mediator_id: Mapped[UUID | None]
    at: Mapped[datetime]
    by: Mapped[UUID]
    series: Mapped[str] = column_property(campaigns.naming(campaign_id))


class SerialAnswer(Base):
    """Somebody else confirmed a request (the redemption is named) or declined it: once."""

    __tablename__ = "serial_answer"

    request_id: Mapped[UUID] = mapped_column(ForeignKey("serial_request.id"), primary_key=True)
    redemption_id: Mapped[UUID | None] = mapped_column(ForeignKey("redemption.id"))
    at: Mapped[datetime]
    by: Mapped[UUID]


class Answered(StrEnum):
    """What became of a request: it waits, the voucher was taken, or it was declined."""

    WAITING = "waiting"
    TAKEN = "taken"
    DECLINED = "declined"


_ANSWERED: dict[Answered, ColumnElement[bool]] = {
    Answered.WAITING: SerialAnswer.request_id.is_(None),
    Answered.TAKEN: SerialAnswer.redemption_id.is_not(None),
    Answered.DECLINED: SerialAnswer.request_id.is_not(None) & SerialAnswer.redemption_id.is_(None),
}


@dataclass(eq=False)
class RequestIsUnknown(Refusal):
    """No request that you may answer bears this identifier.

    FR: Aucune demande à laquelle vous pouvez répondre ne porte cet identifiant.
    """

    kind = Kind.UNKNOWN
    request_id: UUID


@dataclass(eq=False)
class RequestIsAnswered(Refusal):
    """This request was answered already.

    FR: Cette demande a déjà reçu une réponse.
    """

    request_id: UUID


def ask(
    session: Session, *, series: str, serial: str, on: Occasion, delivered: Delivery, counter: Counter
) -> SerialRequest:
    """Ask for the redemption of a paper that cannot be read; nothing moves yet.

    Raises ``CampaignIsUnknown``, ``VenueIsNotYours``, ``VoucherIsUnknown``, or the reason why the paper could not
    be taken, whether in itself or by who delivered.
    """
    campaign = campaigns.get(session, series)
    shown = presentation.show_serial(session, campaign_id=campaign.id, serial=serial, on=on, counter=counter)
    paper = shown.papers[0]
    if isinstance(paper, Refusal):
        raise paper
    reason = objections.find(session, paper, on) or delivery.objection(
        session,
        delivered,
        state_funded=paper["state_funded"],
        operator_id=counter.by.organisation_id,
        on=on.served_on,
    )
    if reason is not None:
        raise reason
    values = {
        "id": new_id(),
        "campaign_id": campaign.id,
        "serial": serial,
        "venue_id": on.venue_id,
        "operator_id": counter.by.organisation_id,
        "served_on": on.served_on,
        "service": delivered.service,
        "minutes": delivered.minutes,
        "out_of_pocket_cents": delivered.out_of_pocket_cents,
        "delivered_by": delivered.delivered_by,
        "mediator_id": delivered.mediator_id,
        "at": counter.at,
        "by": counter.by.user_id,
    }
    session.execute(insert(SerialRequest).values(**values))
    return session.get_one(SerialRequest, values["id"])


def confirm(session: Session, *, request_id: UUID, today: date, at: datetime, by: Actor) -> SerialAnswer:
    """Confirm a venue's request: the voucher is redeemed under the rules of any other.

    Raises ``RequestIsUnknown``, ``RequestIsAnswered``, and the refusals of ``redemption.take``.
    """
    asked = _open(session, request_id, by)
    venue = Actor(asked.by, asked.operator_id, Role.VENUE)
    on = Occasion(asked.venue_id, asked.served_on, today, asked.service)
    delivered = Delivery(
        asked.service, asked.minutes, asked.delivered_by, asked.out_of_pocket_cents, asked.mediator_id
    )
    counter = Counter(at, venue, asked.venue_id)
    shown = presentation.show_serial(
        session, campaign_id=asked.campaign_id, serial=asked.serial, on=on, counter=counter
    )
    given = Basket(shown.papers, on, delivered, counter)
    outcome = redemption.take(session, venue_no=shown.venue_no, given=given)
    taken = [item.redemption_id for item in outcome.items if isinstance(item, Taken)]
    return _answer(session, request_id, taken[0], at, by)


def decline(session: Session, *, request_id: UUID, at: datetime, by: Actor) -> SerialAnswer:
    """Decline a venue's request: nothing moves, and the venue sees it.

    Raises ``RequestIsUnknown``, ``RequestIsAnswered``.
    """
    _open(session, request_id, by)
    return _answer(session, request_id, None, at, by)


def get(session: Session, *, request_id: UUID, by: Actor) -> tuple[SerialRequest, SerialAnswer | None]:
    """Return a request to whoever may answer it, and its answer; raises ``RequestIsUnknown``."""
    asked = session.get(SerialRequest, request_id)
    if asked is None or not _may_answer(session, asked, by):
        raise RequestIsUnknown(request_id)
    return asked, session.get(SerialAnswer, request_id)


def _open(session: Session, request_id: UUID, by: Actor) -> SerialRequest:
    asked, answer = get(session, request_id=request_id, by=by)
    if answer is not None:
        raise RequestIsAnswered(request_id)
    return asked


def _may_answer(session: Session, asked: SerialRequest, by: Actor) -> bool:
    if by.role is Role.FINANCE:
        return True
    if by.role is not Role.PRESCRIBER:
        return False
    reached = select(SerialRequest.id).where(SerialRequest.id == asked.id, _is_of_sites(by))
    return session.scalar(reached) is not None


def _answer(
    session: Session, request_id: UUID, redemption_id: UUID | None, at: datetime, by: Actor
) -> SerialAnswer:
    session.execute(
        insert(SerialAnswer).values(request_id=request_id, redemption_id=redemption_id, at=at, by=by.user_id)
    )
    return session.get_one(SerialAnswer, request_id)


def search(
    session: Session,
    *,
    by: Actor,
    series: str | None = None,
    number: str | None = None,
    answered: Answered | None = None,
    order: Order = Order.OLDEST,
    after: UUID | None = None,
    start: int = 0,
    limit: int | None = None,
) -> list[tuple[SerialRequest, SerialAnswer | None]]:
    """List requests with their answers; ``number`` is a part of the serial.

    To a venue its operator's own, to a prescriber those about booklets that its sites hold or handed over, to
    others all. Raises ``CampaignIsUnknown``.
    """
    wanted = select(SerialRequest, SerialAnswer).outerjoin(
        SerialAnswer, SerialAnswer.request_id == SerialRequest.id
    )
    if by.role is Role.VENUE:
        wanted = wanted.where(SerialRequest.operator_id == by.organisation_id)
    if by.role is Role.PRESCRIBER:
        wanted = wanted.where(_is_of_sites(by))
    if series is not None:
        wanted = wanted.where(SerialRequest.campaign_id == campaigns.get(session, series).id)
    if number:
        wanted = wanted.where(SerialRequest.serial.contains(number, autoescape=True))
    if answered is not None:
        wanted = wanted.where(_ANSWERED[answered])
    newest = order is Order.NEWEST
    page = keyset.page(wanted, SerialRequest.id, after=after, start=start, limit=limit, newest_first=newest)
    return [(request, answer) for request, answer in session.execute(page)]


def _is_of_sites(by: Actor) -> ColumnElement[bool]:
    booklet = select(Voucher.booklet).where(
        Voucher.campaign_id == SerialRequest.campaign_id, Voucher.serial == SerialRequest.serial
    )
    moved = select(BookletMove.act_id, BookletMove.place).where(
        BookletMove.campaign_id == SerialRequest.campaign_id,
        BookletMove.booklet == booklet.correlate(SerialRequest).scalar_subquery(),
    )
    last = moved.order_by(BookletMove.turn.desc()).limit(1).correlate(SerialRequest).lateral()
    holds = last.c.place.in_(
        [func.concat("custody/prescriber/", Site.no), func.concat("custody/transit/", Site.no)]
    )
    own = select(Site.no).select_from(last).outerjoin(Handover, Handover.id == last.c.act_id)
    own = own.join(Site, or_(Site.no == Handover.site_no, holds))
    return own.where(Site.organisation_id == by.organisation_id).correlate(SerialRequest).exists()
