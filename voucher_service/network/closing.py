"""Closing: a prescriber's site or a venue that takes part no more, each time as a fact with its reason.

What was done there stays: a closed venue is still paid what it earned, and a closed site's handovers are still
read. Whoever closed by mistake, or resumes, opens again; a venue is then accredited anew.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Identity, insert, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from voucher_service.funding.campaigns import Campaign
from voucher_service.identity import duties
from voucher_service.kernel.actor import Actor, Role
from voucher_service.kernel.coded import Coded
from voucher_service.kernel.database import Base
from voucher_service.kernel.refusal import Refusal
from voucher_service.ledger import accounts
from voucher_service.ledger.accounts import Account
from voucher_service.network import accreditation, prescribers, venues
from voucher_service.network.accreditation import Accreditation, Decision
from voucher_service.network.prescribers import Site
from voucher_service.network.venues import Venue


class ClosingReason(Coded):
    """Why a place takes part no more."""

    ENDED = ("ended", "Fin de l'activité", "Its activity has ended")
    MOVED = ("moved", "Déménagement", "It has moved")
    MERGED = ("merged", "Réuni à un autre", "It was merged with another")
    DUPLICATE = ("duplicate", "Inscrit deux fois", "It was registered twice")


class ReopeningReason(Coded):
    """Why a closed place takes part again."""

    MISTAKE = ("mistake", "Fermé par erreur", "It was closed by mistake")
    RESUMED = ("resumed", "Reprise de l'activité", "Its activity has resumed")


class SiteClosing(Base):
    """A prescriber's site was closed, or (where ``is_closed`` is false) opened again."""

    __tablename__ = "site_closing"

    id: Mapped[int] = mapped_column(Identity(always=True), primary_key=True)
    site_id: Mapped[UUID] = mapped_column(ForeignKey("site.id"), index=True)
    is_closed: Mapped[bool]
    reason: Mapped[str]
    decided_at: Mapped[datetime]
    decided_by: Mapped[UUID]


class VenueClosing(Base):
    """A venue was closed, ``closed_on`` being its first day without vouchers, or (without a day) opened again."""

    __tablename__ = "venue_closing"

    id: Mapped[int] = mapped_column(Identity(always=True), primary_key=True)
    venue_id: Mapped[UUID] = mapped_column(ForeignKey("venue.id"), index=True)
    closed_on: Mapped[date | None]
    reason: Mapped[str]
    decided_at: Mapped[datetime]
    decided_by: Mapped[UUID]


@dataclass(eq=False)
class SiteHoldsBooklets(Refusal):
    """Booklets are at this site, or on their way to it: have them handed over, counted or sent back first.

    FR: Des carnets sont à ce site, ou en route vers lui : faites-les d'abord remettre, compter ou renvoyer.
    """

    papers: int
    series: tuple[str, ...]


@dataclass(eq=False)
class PlaceIsClosedAlready(Refusal):
    """This place is closed already: nothing is left to do.

    FR: Ce lieu est déjà fermé : il n'y a plus rien à faire.
    """


@dataclass(eq=False)
class PlaceIsOpen(Refusal):
    """This place is open: nothing is left to do.

    FR: Ce lieu est ouvert : il n'y a rien à faire.
    """


def close_site(
    session: Session, *, site_id: UUID, reason: ClosingReason, on: date, at: datetime, by: Actor
) -> SiteClosing:
    """Close a prescriber's site, which then receives no booklet any more. The operator's duty.

    Papers of campaigns that are over on the day ``on`` do not keep it open. Raises ``DutyIsNotYours``,
    ``SiteIsUnknown``, ``PlaceIsClosedAlready``, ``SiteHoldsBooklets``.
    """
    duties.require(Role.OPERATOR, duty="close-site", by=by, at=at)
    site = _held_site(session, site_id)
    if site.closed_at is not None:
        raise PlaceIsClosedAlready
    _refuse_papers(session, site, on)
    return _site_fact(session, site, closed_at=at, reason=reason, at=at, by=by)


def reopen_site(
    session: Session, *, site_id: UUID, reason: ReopeningReason, at: datetime, by: Actor
) -> SiteClosing:
    """Open a closed site again. The operator's duty.

    Raises ``DutyIsNotYours``, ``SiteIsUnknown``, ``PlaceIsOpen``.
    """
    duties.require(Role.OPERATOR, duty="close-site", by=by, at=at)
    site = _held_site(session, site_id)
    if site.closed_at is None:
        raise PlaceIsOpen
    return _site_fact(session, site, closed_at=None, reason=reason, at=at, by=by)


def papers_at(session: Session, *, site: Site, on: date) -> dict[str, int]:
    """Count the papers at a site or on their way to it, for each campaign whose vouchers may still be used on a day."""
    places = (accounts.prescriber(site.no), accounts.transit(site.no))
    held = (
        select(Campaign.series, Account.balance)
        .join(Account, Account.campaign_id == Campaign.id)
        .where(Account.address.in_(places), Account.balance > 0, Campaign.present_until >= on)
        .order_by(Campaign.series)
    )
    counted: dict[str, int] = {}
    for series, balance in session.execute(held):
        counted[series] = counted.get(series, 0) + balance
    return counted


def close_venue(
    session: Session, *, venue_id: UUID, closed_on: date, reason: ClosingReason, at: datetime, by: Actor
) -> VenueClosing:
    """Close a venue from a day on: its accreditations are withdrawn for that day and for every day after.

    What it took before stays to be paid. The operator's duty. Raises ``DutyIsNotYours``, ``VenueIsUnknown``,
    ``PlaceIsClosedAlready``.
    """
    duties.require(Role.OPERATOR, duty="close-venue", by=by, at=at)
    venue = _held_venue(session, venue_id)
    if venue.closed_on is not None:
        raise PlaceIsClosedAlready
    _withdraw(session, venue, closed_on, at, by)
    return _venue_fact(session, venue, closed_on=closed_on, reason=reason, at=at, by=by)


def reopen_venue(
    session: Session, *, venue_id: UUID, reason: ReopeningReason, at: datetime, by: Actor
) -> VenueClosing:
    """Open a closed venue again; it takes vouchers once it is accredited anew. The operator's duty.

    Raises ``DutyIsNotYours``, ``VenueIsUnknown``, ``PlaceIsOpen``.
    """
    duties.require(Role.OPERATOR, duty="close-venue", by=by, at=at)
    venue = _held_venue(session, venue_id)
    if venue.closed_on is None:
        raise PlaceIsOpen
    return _venue_fact(session, venue, closed_on=None, reason=reason, at=at, by=by)


def of_site(session: Session, *, site_id: UUID) -> Sequence[SiteClosing]:
    """Return when a site was closed and opened again, the oldest first."""
    return session.scalars(
        select(SiteClosing).where(SiteClosing.site_id == site_id).order_by(SiteClosing.id)
    ).all()


def of_venue(session: Session, *, venue_id: UUID) -> Sequence[VenueClosing]:
    """Return when a venue was closed and opened again, the oldest first."""
    wanted = select(VenueClosing).where(VenueClosing.venue_id == venue_id)
    return session.scalars(wanted.order_by(VenueClosing.id)).all()


def _held_site(session: Session, site_id: UUID) -> Site:
    """Return the site, and let every act that would bring papers there wait: what is read next stays so."""
    prescribers.get_site(session, site_id=site_id)
    held = select(Site).where(Site.id == site_id).with_for_update().execution_options(populate_existing=True)
    return session.scalars(held).one()


def _held_venue(session: Session, venue_id: UUID) -> Venue:
    """Return the venue, and let every act that would accredit it wait."""
    venues.get(session, venue_id=venue_id)
    held = select(Venue).where(Venue.id == venue_id).with_for_update()
    return session.scalars(held.execution_options(populate_existing=True)).one()


def _refuse_papers(session: Session, site: Site, on: date) -> None:
    held = papers_at(session, site=site, on=on)
    if held:
        raise SiteHoldsBooklets(sum(held.values()), tuple(held))


def _site_fact(
    session: Session, site: Site, *, closed_at: datetime | None, reason: Coded, at: datetime, by: Actor
) -> SiteClosing:
    session.execute(update(Site).where(Site.id == site.id).values(closed_at=closed_at))
    row = insert(SiteClosing).values(
        site_id=site.id,
        is_closed=closed_at is not None,
        reason=reason.value,
        decided_at=at,
        decided_by=by.user_id,
    )
    return session.scalars(row.returning(SiteClosing)).one()


def _venue_fact(
    session: Session, venue: Venue, *, closed_on: date | None, reason: Coded, at: datetime, by: Actor
) -> VenueClosing:
    session.execute(update(Venue).where(Venue.id == venue.id).values(closed_on=closed_on))
    row = insert(VenueClosing).values(
        venue_id=venue.id, closed_on=closed_on, reason=reason.value, decided_at=at, decided_by=by.user_id
    )
    return session.scalars(row.returning(VenueClosing)).one()


def _withdraw(session: Session, venue: Venue, closed_on: date, at: datetime, by: Actor) -> None:
    """Withdraw what counts on the closing's day, and each accreditation that was to count later."""
    known = accreditation.history(session, venue_id=venue.id)
    facts = {
        "venue_id": venue.id,
        "decision": Decision.WITHDRAWN,
        "reason": accreditation.Reason.CLOSED,
        "decided_at": at,
        "decided_by": by.user_id,
    }
    rows = [
        facts | {"campaign_id": campaign_id, "effective_on": day}
        for campaign_id, day in dict.fromkeys(_withdrawals(known, closed_on))
    ]
    if rows:
        session.execute(insert(Accreditation), rows)


def _withdrawals(known: Sequence[Accreditation], closed_on: date) -> Iterator[tuple[int, date]]:
    stands: dict[int, Accreditation] = {}
    for fact in sorted(known, key=lambda one: (one.effective_on, one.id)):
        if fact.effective_on <= closed_on:
            stands[fact.campaign_id] = fact
        elif fact.decision is not Decision.WITHDRAWN:
            yield fact.campaign_id, fact.effective_on
    for campaign_id, fact in stands.items():
        if fact.decision is not Decision.WITHDRAWN:
            yield campaign_id, closed_on
