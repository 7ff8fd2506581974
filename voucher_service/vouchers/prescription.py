"""Prescription: a professional decides that a person needs booklets; the handover may come later, by another."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Integer, insert, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from voucher_service.funding import campaigns
from voucher_service.kernel.actor import Actor
from voucher_service.kernel.database import Base
from voucher_service.kernel.identifiers import new_id
from voucher_service.kernel.refusal import Kind, Refusal
from voucher_service.vouchers import handover
from voucher_service.vouchers.answers import Need


class Prescription(Base):
    """Booklets that a person should receive; ``person_id`` is a pseudonym that later handovers repeat."""

    __tablename__ = "prescription"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaign.id"))
    site_no: Mapped[int]
    person_id: Mapped[UUID]
    need: Mapped[Need]
    booklets: Mapped[int] = mapped_column(Integer)
    prescribed_on: Mapped[date]
    at: Mapped[datetime]
    by: Mapped[UUID]


@dataclass(eq=False)
class PrescriptionIsUnknown(Refusal):
    """No prescription bears this identifier.

    FR: Aucune prescription ne porte cet identifiant.
    """

    kind = Kind.UNKNOWN
    prescription_id: UUID


def prescribe(
    session: Session,
    *,
    series: str,
    site_id: UUID,
    need: Need,
    booklets: int,
    prescribed_on: date,
    at: datetime,
    by: Actor,
    person_id: UUID | None = None,
) -> Prescription:
    """Record that a person should receive booklets.

    Raises ``SiteIsUnknown``, ``CampaignIsUnknown``.
    """
    site = handover.own_site(session, site_id=site_id, by=by)
    values = {
        "id": new_id(),
        "campaign_id": campaigns.get(session, series).id,
        "site_no": site.no,
        "person_id": person_id or new_id(),
        "need": need,
        "booklets": booklets,
        "prescribed_on": prescribed_on,
        "at": at,
        "by": by.user_id,
    }
    session.execute(insert(Prescription).values(**values))
    return session.get_one(Prescription, values["id"])


def get(session: Session, prescription_id: UUID) -> Prescription:
    """Return a prescription, or raise ``PrescriptionIsUnknown``."""
    found = session.scalars(select(Prescription).where(Prescription.id == prescription_id)).one_or_none()
    if found is None:
        raise PrescriptionIsUnknown(prescription_id)
    return found
