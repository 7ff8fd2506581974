"""Contested refusals: a venue whose voucher was refused asks finance to look again (*contestation*).

What the service answers at that moment is written down with the ground that the venue gives, both in codes:
there is no room for a name or a story. The code on the paper is never kept. Nothing moves.
"""

from dataclasses import dataclass
from datetime import date, datetime
from functools import partial
from uuid import UUID

from sqlalchemy import ColumnElement, ForeignKey, Index, SmallInteger, UniqueConstraint, insert, or_, select
from sqlalchemy.orm import Mapped, Session, column_property, mapped_column

from voucher_service.funding import campaigns
from voucher_service.kernel.actor import Actor, Role
from voucher_service.kernel.database import Base, Code
from voucher_service.kernel.identifiers import new_id
from voucher_service.kernel.refusal import Refusal
from voucher_service.network.venues import Venue
from voucher_service.network.vocabulary import Coded
from voucher_service.vouchers import objections, presentation, refused_codes
from voucher_service.vouchers.presentation import Occasion, Paper
from voucher_service.vouchers.refused_codes import Counter


class Ground(Coded):
    """Why the venue thinks that the refusal is wrong."""

    SERVICE_GIVEN = (
        "service-given",
        "Le service a été rendu de bonne foi",
        "The service was given in good faith",
    )
    PAPER_IN_HAND = (
        "paper-in-hand",
        "Nous tenons le papier : personne d'autre n'a pu le prendre",
        "We hold the paper: nobody else can have taken it",
    )
    IN_TIME = (
        "in-time",
        "Le service a été rendu à temps, la saisie a eu lieu après",
        "The service was given in time, the entry came later",
    )
    ACCREDITED = (
        "accredited",
        "Notre lieu était accrédité ce jour-là",
        "Our venue was accredited on that day",
    )
    HANDED_OVER = (
        "handed-over",
        "Le carnet a bien été remis à la personne",
        "The booklet was handed over to the person",
    )


class ContestedRefusal(Base):
    """A venue contests that a voucher was refused: which voucher, on which day of service, on what ground."""

    __tablename__ = "contested_refusal"
    __table_args__ = (
        UniqueConstraint(
            "operator_id", "campaign_id", "serial", "issue", "served_on", name="uq_contested_refusal_once"
        ),
        Index(None, "operator_id", "id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaign.id"))
    serial: Mapped[Code]
    issue: Mapped[int] = mapped_column(SmallInteger)
    venue_id: Mapped[UUID] = mapped_column(ForeignKey("venue.id"))
    operator_id: Mapped[UUID]
    served_on: Mapped[date]
    reason: Mapped[Code]
    ground: Mapped[Ground]
    at: Mapped[datetime]
    by: Mapped[UUID]
    series: Mapped[str] = column_property(campaigns.naming(campaign_id))
    venue: Mapped[str] = column_property(
        select(Venue.name).where(Venue.id == venue_id).correlate_except(Venue).scalar_subquery()
    )


@dataclass(eq=False)
class VoucherIsNotRefused(Refusal):
    """This voucher is good: take it, there is nothing to contest.

    FR: Ce pass est bon : encaissez-le, il n'y a rien à contester.
    """

    serial: str


@dataclass(eq=False)
class RefusalIsContested(Refusal):
    """You already contested this refusal: the finance team will answer.

    FR: Vous avez déjà contesté ce refus : le service financier répondra.
    """

    contest_id: UUID


def contest(
    session: Session, *, code: bytes | Refusal, on: Occasion, ground: Ground, counter: Counter
) -> ContestedRefusal:
    """Ask finance to look again at a voucher that is refused for this service.

    A code that no voucher bears cannot be contested, and counts as a guess: a paper whose code cannot be read is
    asked for by its serial (``unreadable``). Raises ``VenueIsNotYours``, ``CodeIsUnknown``, the refusals of
    ``code.read``, ``VoucherIsNotRefused``, ``RefusalIsContested``.
    """
    if isinstance(code, Refusal):
        raise code
    [paper] = presentation.show(session, codes=[code], on=on, counter=counter).papers
    if isinstance(paper, Refusal):
        turned = [presentation.turned(paper, paper)]
        raise paper.remembered(partial(refused_codes.remember, counter=counter, turned=turned))
    reason = objections.find(session, paper, on)
    if reason is None:
        raise VoucherIsNotRefused(paper["serial"])
    _refuse_twice(session, paper, on, counter.by)
    values = {
        "id": new_id(),
        "campaign_id": paper["campaign_id"],
        "serial": paper["serial"],
        "issue": paper["issue"],
        "venue_id": on.venue_id,
        "operator_id": counter.by.organisation_id,
        "served_on": on.served_on,
        "reason": reason.code(),
        "ground": ground,
        "at": counter.at,
        "by": counter.by.user_id,
    }
    session.execute(insert(ContestedRefusal).values(**values))
    return session.get_one(ContestedRefusal, values["id"])


def sieved(
    session: Session,
    *,
    by: Actor,
    series: str | None = None,
    venue_id: UUID | None = None,
    words: str = "",
    ground: Ground | None = None,
) -> list[ColumnElement[bool]]:
    """Return the conditions of a list: to a venue its operator's own, to others all; ``words`` of serial or venue.

    Raises ``CampaignIsUnknown``.
    """
    kept: list[ColumnElement[bool]] = []
    if by.role is Role.VENUE:
        kept.append(ContestedRefusal.operator_id == by.organisation_id)
    if series is not None:
        kept.append(ContestedRefusal.campaign_id == campaigns.get(session, series).id)
    if venue_id is not None:
        kept.append(ContestedRefusal.venue_id == venue_id)
    for word in words.split():
        columns = (ContestedRefusal.serial, ContestedRefusal.venue)
        kept.append(or_(*(column.icontains(word, autoescape=True) for column in columns)))
    if ground is not None:
        kept.append(ContestedRefusal.ground == ground)
    return kept


def _refuse_twice(session: Session, paper: Paper, on: Occasion, by: Actor) -> None:
    same = select(ContestedRefusal.id).where(
        ContestedRefusal.operator_id == by.organisation_id,
        ContestedRefusal.campaign_id == paper["campaign_id"],
        ContestedRefusal.serial == paper["serial"],
        ContestedRefusal.issue == paper["issue"],
        ContestedRefusal.served_on == on.served_on,
    )
    earlier = session.scalars(same).one_or_none()
    if earlier is not None:
        raise RefusalIsContested(earlier)
