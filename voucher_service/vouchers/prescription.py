"""Prescription: a professional decides that a person needs booklets; the handover may come later, by another."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Integer, insert, select
from sqlalchemy.orm import Mapped, Session, column_property, mapped_column

from voucher_service.funding import campaigns
from voucher_service.kernel import keyset
from voucher_service.kernel.actor import Actor
from voucher_service.kernel.database import Base
from voucher_service.kernel.identifiers import new_id
from voucher_service.kernel.refusal import Kind, Refusal
from voucher_service.network import prescribers
from voucher_service.network.prescribers import Site
from voucher_service.vouchers import allowance, sites
from voucher_service.vouchers.answers import Need


class Prescription(Base):
    """Booklets that a person should receive; ``person_id`` is a pseudonym that later handovers repeat."""

    __tablename__ = "prescription"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaign.id"))
    site_no: Mapped[int] = mapped_column()
    person_id: Mapped[UUID]
    need: Mapped[Need]
    booklets: Mapped[int] = mapped_column(Integer)
    prescribed_on: Mapped[date]
    at: Mapped[datetime]
    by: Mapped[UUID]
    series: Mapped[str] = column_property(campaigns.naming(campaign_id))
    site_id: Mapped[UUID] = column_property(sites.naming(site_no))


@dataclass(eq=False)
class PrescriptionIsUnknown(Refusal):
    """No prescription of yours for this campaign bears this identifier.

    FR: Aucune de vos prescriptions pour cette campagne ne porte cet identifiant.
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

    Raises ``SiteIsUnknown``, ``SiteIsClosed``, ``CampaignIsUnknown``, ``PersonHasEnoughBooklets``.
    """
    site = sites.get_own(session, site_id=site_id, by=by)
    prescribers.hold_open(session, site_id=site_id)
    campaign = campaigns.get(session, series)
    allowance.refuse_beyond(session, campaign=campaign, person_id=person_id, booklets=booklets)
    values = {
        "id": new_id(),
        "campaign_id": campaign.id,
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


def own(session: Session, *, prescription_id: UUID, by: Actor) -> Prescription:
    """Return a prescription of the actor's own organisation, or raise ``PrescriptionIsUnknown``."""
    found = select(Prescription).join(Site, Site.no == Prescription.site_no)
    found = found.where(Prescription.id == prescription_id, Site.organisation_id == by.organisation_id)
    prescription = session.scalars(found).one_or_none()
    if prescription is None:
        raise PrescriptionIsUnknown(prescription_id)
    return prescription


def search(
    session: Session, *, by: Actor, after: UUID | None = None, limit: int | None = None
) -> list[Prescription]:
    """List the prescriptions of the actor's own organisation in their order."""
    wanted = select(Prescription).join(Site, Site.no == Prescription.site_no)
    wanted = wanted.where(Site.organisation_id == by.organisation_id)
    return list(session.scalars(keyset.page(wanted, Prescription.id, after=after, limit=limit)))
