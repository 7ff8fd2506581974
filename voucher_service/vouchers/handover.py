"""Handover: a prescriber puts booklets into a person's hands (*remise*: the carnet is then *injecté*).

Without a name: ``person_id`` only says that several handovers were to one person.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from sqlalchemy import ForeignKey, Index, Integer, insert, select
from sqlalchemy.orm import Mapped, Session, column_property, mapped_column

from voucher_service.funding import campaigns
from voucher_service.funding.campaigns import Campaign
from voucher_service.kernel.actor import Actor
from voucher_service.kernel.database import Base
from voucher_service.kernel.identifiers import new_id
from voucher_service.kernel.refusal import Kind, Refusal
from voucher_service.ledger import accounts, journal
from voucher_service.network.prescribers import Site
from voucher_service.vouchers import allowance, custody, distribution, prescription, register, sites
from voucher_service.vouchers import answers as noted
from voucher_service.vouchers.activation import ActiveBooklet
from voucher_service.vouchers.answers import Answers
from voucher_service.vouchers.presentation import Paper
from voucher_service.vouchers.refused_codes import Counter


class Handover(Base):
    """Booklets were handed to one person, or were found to have been (``inferred``) when one was first used.

    ``person_turn`` counts the person's handovers where the campaign limits them: see ``allowance``.
    """

    __tablename__ = "handover"
    __table_args__ = (
        Index(None, "campaign_id", "site_no", "handed_on"),
        Index(None, "person_id"),
        Index(None, "prescription_id"),
        Index("uq_handover_person_turn", "person_id", "campaign_id", "person_turn", unique=True),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaign.id"))
    site_no: Mapped[int] = mapped_column()
    person_id: Mapped[UUID | None]
    prescription_id: Mapped[UUID | None]
    inferred: Mapped[bool]
    booklets: Mapped[int] = mapped_column(Integer)
    handed_on: Mapped[date]
    entry_no: Mapped[int]
    at: Mapped[datetime]
    by: Mapped[UUID]
    person_turn: Mapped[int | None] = mapped_column(Integer)
    series: Mapped[str] = column_property(campaigns.naming(campaign_id))
    site_id: Mapped[UUID] = column_property(sites.naming(site_no))


class HandoverUndone(Base):
    """A handover that did not happen after all."""

    __tablename__ = "handover_undone"

    handover_id: Mapped[UUID] = mapped_column(ForeignKey("handover.id"), primary_key=True)
    entry_no: Mapped[int]
    at: Mapped[datetime]
    by: Mapped[UUID]


@dataclass(eq=False)
class HandoverIsUnknown(Refusal):
    """No handover bears this identifier.

    FR: Aucune remise ne porte cet identifiant.
    """

    kind = Kind.UNKNOWN
    handover_id: UUID


@dataclass(eq=False)
class HandoverIsUndone(Refusal):
    """This handover was undone already.

    FR: Cette remise a déjà été défaite.
    """

    handover_id: UUID


@dataclass(eq=False)
class HandoverHasMovedOn(Refusal):
    """A voucher of this handover was used, cancelled or replaced since: it can no longer be undone.

    FR: Un pass de cette remise a été utilisé, annulé ou remplacé depuis : elle ne peut plus être défaite.
    """

    booklets: tuple[str, ...]


@dataclass(eq=False)
class DayOfHandoverIsOutOfBounds(Refusal):
    """The day of handover is today or a few days ago, and not after the last day of use.

    FR: La remise date d'aujourd'hui ou de quelques jours, et ne suit pas le dernier jour d'utilisation.
    """

    kind = Kind.INVALID
    earliest_on: date
    latest_on: date


@dataclass(eq=False)
class BookletsAreNotActive(Refusal):
    """These booklets are not active yet: they would be refused at the counter. Hand over others.

    FR: Ces carnets ne sont pas encore activés : ils seraient refusés au guichet. Remettez-en d'autres.
    """

    booklets: tuple[str, ...]


def hand_over(
    session: Session,
    *,
    series: str,
    booklets: Sequence[str],
    site_id: UUID,
    handed_on: date,
    today: date,
    at: datetime,
    by: Actor,
    answers: Answers | None = None,
    person_id: UUID | None = None,
    prescription_id: UUID | None = None,
) -> Handover:
    """Hand one or several booklets over to one person.

    Raises ``SiteIsUnknown``, ``PrescriptionIsUnknown``, ``CampaignIsBlocked``, ``DayOfHandoverIsOutOfBounds``,
    ``DistributionIsOver``, ``PersonHasEnoughBooklets``, ``BookletIsUnknown``, ``BookletsAreElsewhere``,
    ``BookletsAreNotActive``, ``BookletsAreEmpty``.
    """
    site = sites.get_own(session, site_id=site_id, by=by)
    campaign = campaigns.get(session, series)
    campaigns.refuse_if_blocked(session, campaign)
    refuse_day_out_of_bounds(campaign, handed_on, today)
    distribution.refuse_if_over(session, campaign, on=handed_on)
    prescribed = _person(session, prescription_id, campaign, by)
    person = person_id or prescribed
    turn = allowance.take(session, campaign=campaign, person_id=person, booklets=len(set(booklets)))
    place = accounts.prescriber(site.no)
    held = custody.find_at(session, campaign_id=campaign.id, booklets=booklets, places=[place])
    _refuse_inactive(session, campaign.id, booklets)
    handover_id = new_id()
    moved = custody.move(
        session,
        act=journal.Act(campaign.id, "hand-over", handed_on, by.user_id),
        act_id=handover_id,
        booklets=held,
        to=accounts.BENEFICIARIES,
    )
    session.execute(
        insert(Handover).values(
            id=handover_id,
            campaign_id=campaign.id,
            site_no=site.no,
            person_id=person,
            person_turn=turn,
            prescription_id=prescription_id,
            inferred=False,
            booklets=len(held),
            handed_on=handed_on,
            entry_no=moved.entry_no,
            at=at,
            by=by.user_id,
        )
    )
    if answers is not None:
        noted.note(session, handover_id=handover_id, answers=answers, at=at, by=by)
    return session.get_one(Handover, handover_id)


def undo(session: Session, *, handover_id: UUID, on: date, at: datetime, by: Actor) -> HandoverUndone:
    """Undo a handover that did not happen, while nothing of it was used, cancelled or replaced.

    Raises ``HandoverIsUnknown``, ``HandoverIsUndone``, ``HandoverHasMovedOn``.
    """
    handover = own(session, handover_id=handover_id, by=by)
    if is_undone(session, handover_id):
        raise HandoverIsUndone(handover_id)
    booklets = booklets_of(session, handover)
    held = register.whereabouts(session, campaign_id=handover.campaign_id, booklets=booklets)
    moved_on = {one.number for one in held.values() if one.act_id != handover_id or not one.is_untouched}
    moved_on |= custody.begun(session, campaign_id=handover.campaign_id, booklets=booklets)
    if moved_on:
        raise HandoverHasMovedOn(tuple(sorted(moved_on)))
    moved = custody.move(
        session,
        act=journal.Act(handover.campaign_id, "undo-hand-over", on, by.user_id, reverses=handover.entry_no),
        act_id=handover_id,
        booklets=list(held.values()),
        to=accounts.prescriber(handover.site_no),
        with_values=True,
    )
    session.execute(
        insert(HandoverUndone).values(handover_id=handover_id, entry_no=moved.entry_no, at=at, by=by.user_id)
    )
    return session.get_one(HandoverUndone, handover_id)


def infer(session: Session, *, papers: Sequence[Paper], entry_no: int, on: date, counter: Counter) -> None:
    """Record that booklets must have been handed over, because a voucher of each was just used."""
    for paper in papers:
        handover_id = new_id()
        campaign_id, booklet = paper["campaign_id"], paper["booklet"]
        session.execute(
            insert(Handover).values(
                id=handover_id,
                campaign_id=campaign_id,
                site_no=register.site_no(paper["place"]),
                person_id=None,
                prescription_id=None,
                inferred=True,
                booklets=1,
                handed_on=on,
                entry_no=entry_no,
                at=counter.at,
                by=counter.by.user_id,
            )
        )
        custody.record_moves(
            session,
            act=journal.Act(campaign_id, "hand-over", on, counter.by.user_id),
            act_id=handover_id,
            versions={booklet: paper["booklet_version"]},
            to=accounts.BENEFICIARIES,
            entry_no=entry_no,
        )


def own(session: Session, *, handover_id: UUID, by: Actor) -> Handover:
    """Return a handover of the actor's own organisation, or raise ``HandoverIsUnknown``."""
    found = select(Handover).join(Site, Site.no == Handover.site_no)
    found = found.where(Handover.id == handover_id, Site.organisation_id == by.organisation_id)
    handover = session.scalars(found).one_or_none()
    if handover is None:
        raise HandoverIsUnknown(handover_id)
    return handover


def is_undone(session: Session, handover_id: UUID) -> bool:
    """Say whether a handover was undone."""
    return session.get(HandoverUndone, handover_id) is not None


def booklets_of(session: Session, handover: Handover) -> list[str]:
    """Name the booklets of a handover."""
    moved = select(register.BookletMove.booklet).where(
        register.BookletMove.campaign_id == handover.campaign_id,
        register.BookletMove.act_id == handover.id,
        register.BookletMove.place == accounts.BENEFICIARIES,
    )
    return list(session.scalars(moved.order_by(register.BookletMove.booklet)))


def refuse_day_out_of_bounds(campaign: Campaign, handed_on: date, today: date) -> None:
    """Raise ``DayOfHandoverIsOutOfBounds`` unless a handover may bear that day."""
    earliest, latest = today - timedelta(days=campaign.late_entry_days), min(today, campaign.use_until)
    if not earliest <= handed_on <= latest:
        raise DayOfHandoverIsOutOfBounds(earliest, latest)


def _person(session: Session, prescription_id: UUID | None, campaign: Campaign, by: Actor) -> UUID:
    if prescription_id is None:
        return new_id()
    prescribed = prescription.own(session, prescription_id=prescription_id, by=by)
    if prescribed.campaign_id != campaign.id:
        raise prescription.PrescriptionIsUnknown(prescription_id)
    return prescribed.person_id


def _refuse_inactive(session: Session, campaign_id: int, booklets: Sequence[str]) -> None:
    active = select(ActiveBooklet.booklet).where(
        ActiveBooklet.campaign_id == campaign_id, ActiveBooklet.booklet.in_(booklets)
    )
    inactive = set(booklets) - set(session.scalars(active))
    if inactive:
        raise BookletsAreNotActive(tuple(sorted(inactive)))
