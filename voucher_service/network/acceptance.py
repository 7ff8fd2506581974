"""Acceptance: which campaigns' vouchers people may use, and which of them a venue takes."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from voucher_service.funding.campaigns import Campaign
from voucher_service.network import accreditation
from voucher_service.network.accreditation import Decision


def under_way(session: Session, *, on: date) -> Sequence[Campaign]:
    """Return the campaigns whose vouchers may be used on a day, by series."""
    return session.scalars(_under_way(on)).all()


def taken_at(session: Session, *, venue_id: UUID, on: date) -> Sequence[Campaign]:
    """Return the campaigns whose vouchers a venue takes on a day, by series."""
    stands = accreditation.status_on(Campaign.id, venue_id, on)
    return session.scalars(_under_way(on).where(stands == Decision.ACCREDITED)).all()


def _under_way(on: date) -> Select[Campaign]:
    is_used = (Campaign.use_from <= on) & (Campaign.use_until >= on)
    return select(Campaign).where(is_used).order_by(Campaign.series)
