"""Joint accreditation: one decision on several venues of a campaign; all of them are decided, or none."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import ClassVar
from uuid import UUID

from sqlalchemy import insert
from sqlalchemy.orm import Session

from voucher_service.identity import duties, separation
from voucher_service.identity.separation import Duty
from voucher_service.kernel.actor import Actor, Role
from voucher_service.kernel.refusal import Kind, Refusal
from voucher_service.network import readiness, venue_list, venues
from voucher_service.network.accreditation import Accreditation, Decision, Reason
from voucher_service.network.readiness import BEFORE_ACCREDITATION, Missing
from voucher_service.network.venues import Venue, VenueIsUnknown


@dataclass(eq=False)
class NoVenueIsChosen(Refusal):
    """Choose at least one venue.

    FR: Choisissez au moins un lieu.
    """

    kind: ClassVar[Kind] = Kind.INVALID


@dataclass(eq=False)
class VenuesAreNotReady(Refusal):
    """Nothing is decided: some of these venues cannot be accredited yet. Leave them out, or complete them.

    FR: Rien n'est décidé : certains de ces lieux ne peuvent pas encore être accrédités. Retirez-les ou complétez-les.
    """

    lacking: Mapping[str, list[Missing]]
    """Names of venues, and what each operator lacks; an empty list where the venue has no operator."""


def decide(
    session: Session,
    *,
    campaign_id: int,
    venue_ids: Sequence[UUID],
    decision: Decision,
    effective_on: date,
    reason: Reason,
    at: datetime,
    by: Actor,
) -> Sequence[Accreditation]:
    """Accredit, suspend or withdraw several venues for a campaign, from a day on. The operator's duty.

    Whoever created one of them does not accredit it. Raises ``DutyIsNotYours``, ``NoVenueIsChosen``,
    ``VenueIsUnknown``, ``DutiesAreIncompatible``, ``VenueIsClosed``,
    ``VenuesAreNotReady``.
    """
    duties.require(Role.OPERATOR, duty="accredit-venue", by=by, at=at)
    chosen = _chosen(session, list(dict.fromkeys(venue_ids)))
    if decision is Decision.ACCREDITED:
        subjects = [venues.subject(venue.id) for venue in chosen]
        separation.perform_all(session, duty=Duty.ACCREDIT_VENUE, subjects=subjects, at=at, by=by)
        venues.hold_open(session, venue_ids=[venue.id for venue in chosen])
        if lacking := lacks(session, chosen):
            raise VenuesAreNotReady(lacking)
    facts = {
        "campaign_id": campaign_id,
        "decision": decision,
        "effective_on": effective_on,
        "reason": reason,
        "decided_at": at,
        "decided_by": by.user_id,
    }
    rows = [{"venue_id": venue.id, **facts} for venue in chosen]
    return session.scalars(insert(Accreditation).returning(Accreditation), rows).all()


def lacks(session: Session, chosen: Sequence[Venue]) -> dict[str, list[Missing]]:
    """Say which of these venues cannot be accredited yet, by name, and what their operators lack."""
    operator_ids = {venue.operator_id for venue in chosen if venue.operator_id}
    missing = readiness.missing_of(session, operator_ids=operator_ids)
    found: dict[str, list[Missing]] = {}
    for venue in chosen:
        if venue.operator_id is None:
            found[venue.name] = []
        elif needed := [one for one in missing[venue.operator_id] if one in BEFORE_ACCREDITATION]:
            found[venue.name] = needed
    return found


def created_by(session: Session, chosen: Sequence[Venue], *, by: Actor) -> list[Venue]:
    """Say which of these venues the person created, and leaves to a colleague to accredit."""
    subjects = [venues.subject(venue.id) for venue in chosen]
    own = separation.forbidden(session, duty=Duty.ACCREDIT_VENUE, subjects=subjects, by=by)
    return [venue for venue in chosen if venues.subject(venue.id) in own]


def _chosen(session: Session, venue_ids: Sequence[UUID]) -> Sequence[Venue]:
    if not venue_ids:
        raise NoVenueIsChosen
    chosen = venue_list.get_all(session, venue_ids=venue_ids)
    known = {venue.id for venue in chosen}
    for venue_id in venue_ids:
        if venue_id not in known:
            raise VenueIsUnknown(venue_id)
    return chosen
