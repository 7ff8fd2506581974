"""Accreditation: where the vouchers of a campaign are good, as dated facts.

Nothing is switched on or off: each decision is a fact with the day from which it counts, and the state of a
venue on a day is the latest decision that counts by then. A venue without a decision is not accredited.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Identity, Index, Row, ScalarSelect, exists, select
from sqlalchemy.orm import Mapped, Session, aliased, mapped_column

from voucher_service.funding.campaigns import Campaign
from voucher_service.identity import duties, separation
from voucher_service.identity.separation import Duty
from voucher_service.kernel import keyset
from voucher_service.kernel.actor import Actor, Role
from voucher_service.kernel.database import Base
from voucher_service.kernel.refusal import Refusal
from voucher_service.network import readiness, venues
from voucher_service.network.readiness import BEFORE_ACCREDITATION, Missing
from voucher_service.network.vocabulary import Coded


class Decision(Coded):
    """What is decided of a venue for a campaign."""

    ACCREDITED = ("accredited", "Accrédité", "Accredited")
    SUSPENDED = ("suspended", "Suspendu", "Suspended")
    WITHDRAWN = ("withdrawn", "Accréditation retirée", "Accreditation withdrawn")


class Reason(Coded):
    """Why it is decided."""

    FILE_COMPLETE = ("file-complete", "Dossier complet", "The file is complete")
    LABELLED_BEFORE = ("labelled-before", "Lieu déjà qualifié", "The venue was qualified before")
    DOUBT_LIFTED = ("doubt-lifted", "Vérification sans suite", "The enquiry found nothing")
    UNDER_ENQUIRY = ("under-enquiry", "Vérification en cours", "An enquiry is under way")
    DOCUMENTS_EXPIRED = ("documents-expired", "Pièces périmées", "Documents have expired")
    CHARTER_BROKEN = ("charter-broken", "Charte non respectée", "The charter was broken")
    CLOSED = ("closed", "Lieu fermé", "The venue has closed")
    AT_ITS_REQUEST = ("at-its-request", "À la demande du lieu", "At the venue's request")


class Accreditation(Base):
    """One decision on one venue for one campaign, and the day from which it counts."""

    __tablename__ = "accreditation"
    __table_args__ = (Index(None, "campaign_id", "venue_id", "effective_on", "id", unique=True),)

    id: Mapped[int] = mapped_column(Identity(always=True), primary_key=True)
    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaign.id"))
    venue_id: Mapped[UUID] = mapped_column(ForeignKey("venue.id"), index=True)
    decision: Mapped[Decision]
    effective_on: Mapped[date]
    reason: Mapped[Reason]
    decided_at: Mapped[datetime]
    decided_by: Mapped[UUID]


@dataclass(eq=False)
class VenueHasNoOperator(Refusal):
    """Nobody is paid for this venue yet: name its operator, with a SIRET, then accredit it.

    FR: Personne n'est encore payé pour ce lieu : désignez son exploitant, avec un SIRET, puis accréditez-le.
    """

    venue_id: UUID


@dataclass(eq=False)
class VenueIsNotReady(Refusal):
    """The venue's operator still lacks what is listed: record it, then accredit the venue.

    FR: Il manque encore à l'exploitant ce qui est indiqué : enregistrez-le, puis accréditez le lieu.
    """

    venue_id: UUID
    missing: list[Missing]


def decide(
    session: Session,
    *,
    campaign_id: int,
    venue_id: UUID,
    decision: Decision,
    effective_on: date,
    reason: Reason,
    at: datetime,
    by: Actor,
) -> Accreditation:
    """Accredit, suspend or withdraw a venue for a campaign, from a day on. The operator's duty.

    Whoever created the venue does not accredit it. Raises ``DutyIsNotYours``, ``VenueIsUnknown``,
    ``DutiesAreIncompatible``, ``VenueIsClosed``, ``VenueHasNoOperator``, ``VenueIsNotReady``.
    """
    duties.require(Role.OPERATOR, duty="accredit-venue", by=by, at=at)
    if decision is Decision.ACCREDITED:
        subject = venues.subject(venues.get(session, venue_id=venue_id).id)
        separation.perform(session, duty=Duty.ACCREDIT_VENUE, subject=subject, at=at, by=by)
        venues.hold_open(session, venue_ids=[venue_id])
        _require_ready(session, venue_id)
    fact = Accreditation(
        campaign_id=campaign_id,
        venue_id=venues.get(session, venue_id=venue_id).id,
        decision=decision,
        effective_on=effective_on,
        reason=reason,
        decided_at=at,
        decided_by=by.user_id,
    )
    session.add(fact)
    session.flush()
    return fact


def status_on(campaign_id: Any, venue_id: Any, on: Any) -> ScalarSelect[Decision]:
    """Return the expression, for any SELECT, that says how a venue stands for a campaign on a day.

    The three arguments are columns or values; the answer is null where nothing was decided.
    """
    fact = aliased(Accreditation)
    latest = (
        select(fact.decision)
        .where(fact.campaign_id == campaign_id, fact.venue_id == venue_id, fact.effective_on <= on)
        .order_by(fact.effective_on.desc(), fact.id.desc())
        .limit(1)
    )
    return latest.scalar_subquery()


def find_status(session: Session, *, campaign_id: int, venue_id: UUID, on: date) -> Decision | None:
    """Return how a venue stands for a campaign on a day, or nothing where nothing was decided."""
    return session.scalar(select(status_on(campaign_id, venue_id, on)))


def history(session: Session, *, venue_id: UUID, campaign_id: int | None = None) -> Sequence[Accreditation]:
    """Return the decisions on a venue, for one campaign where it is named, the oldest first."""
    wanted = select(Accreditation).where(Accreditation.venue_id == venue_id).order_by(Accreditation.id)
    if campaign_id is not None:
        wanted = wanted.where(Accreditation.campaign_id == campaign_id)
    return session.scalars(wanted).all()


def search(
    session: Session,
    *,
    venue_id: UUID | None = None,
    campaign_id: int | None = None,
    by: Actor,
    after: int | None = None,
    limit: int = 50,
) -> Sequence[Row[Accreditation, str]]:
    """List decisions with their campaigns' series, the oldest first: to a venue's people their own, else all.

    Raises ``VenueIsUnknown``.
    """
    wanted = select(Accreditation, Campaign.series).join(Campaign, Campaign.id == Accreditation.campaign_id)
    if venue_id is not None:
        venue = venues.own(session, venue_id=venue_id, by=by)
        wanted = wanted.where(Accreditation.venue_id == venue.id)
    elif by.role is Role.VENUE:
        own = select(venues.Venue.id).where(venues.Venue.operator_id == by.organisation_id)
        wanted = wanted.where(Accreditation.venue_id.in_(own))
    if campaign_id is not None:
        wanted = wanted.where(Accreditation.campaign_id == campaign_id)
    return session.execute(keyset.page(wanted, Accreditation.id, after=after, limit=limit)).all()


def accredited(session: Session, *, campaign_id: int, on: date) -> Sequence[venues.Venue]:
    """Return the venues where a campaign's vouchers are good on a day, in the order of their numbers."""
    venue = venues.Venue
    stands = status_on(campaign_id, venue.id, on)
    return session.scalars(select(venue).where(stands == Decision.ACCREDITED).order_by(venue.no)).all()


def counters_of(session: Session, *, operator_id: UUID, on: date) -> Sequence[venues.Venue]:
    """Return the venues that an operator runs, those first where some campaign's vouchers are good on a day."""
    venue = venues.Venue
    stands = status_on(Campaign.id, venue.id, on).correlate(Campaign, venue)
    is_good = exists(Campaign.id).where(stands == Decision.ACCREDITED).correlate(venue)
    own = select(venue).where(venue.operator_id == operator_id)
    return session.scalars(own.order_by(is_good.desc(), venue.no)).all()


def _require_ready(session: Session, venue_id: UUID) -> None:
    operator_id = venues.get(session, venue_id=venue_id).operator_id
    if operator_id is None:
        raise VenueHasNoOperator(venue_id)
    lacks = [
        thing
        for thing in readiness.missing(session, operator_id=operator_id)
        if thing in BEFORE_ACCREDITATION
    ]
    if lacks:
        raise VenueIsNotReady(venue_id, lacks)
