"""Prescription search: which persons still wait for booklets; a prescriber's own only."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from voucher_service.kernel.actor import Actor
from voucher_service.kernel.keyset import Order
from voucher_service.vouchers.answers import Need

_PRESCRIPTIONS = """
SELECT prescription.id, campaign.series, site.id AS site_id, site.name AS site, prescription.need,
       prescription.booklets, prescription.prescribed_on, given.booklets AS handed_over
FROM site
JOIN prescription ON prescription.site_no = site.no
JOIN campaign ON campaign.id = prescription.campaign_id
CROSS JOIN LATERAL (
    SELECT coalesce(sum(handover.booklets), 0)::bigint AS booklets FROM handover
    WHERE handover.prescription_id = prescription.id
      AND NOT EXISTS (SELECT FROM handover_undone AS undone WHERE undone.handover_id = handover.id)) AS given
WHERE site.organisation_id = :organisation_id
  AND (NOT :waiting OR given.booklets < prescription.booklets AND campaign.use_until >= :today)
  AND site.id = coalesce(CAST(:site_id AS uuid), site.id)
  AND prescription.need = coalesce(CAST(:need AS text), prescription.need)
  AND strpos(right(upper(CAST(prescription.id AS text)), 6), :part) > 0
ORDER BY prescription.id {direction} OFFSET :start LIMIT :limit"""
_ORDERED = {
    Order.NEWEST: text(_PRESCRIPTIONS.format(direction="DESC")),
    Order.OLDEST: text(_PRESCRIPTIONS.format(direction="ASC")),
}


@dataclass(frozen=True, slots=True)
class FoundPrescription:
    """A prescription, how many booklets it is for, and how many of them were handed over."""

    id: UUID
    series: str
    site_id: UUID
    site: str
    need: Need
    booklets: int
    prescribed_on: date
    handed_over: int

    @property
    def reference(self) -> str:
        """What a colleague can read aloud to find it again: six letters and digits, nobody's name."""
        return reference(self.id)

    @property
    def left(self) -> int:
        """How many booklets the person still waits for."""
        return max(self.booklets - self.handed_over, 0)


def search(
    session: Session,
    *,
    by: Actor,
    today: date,
    waiting: bool = False,
    site_id: UUID | None = None,
    need: Need | None = None,
    part: str = "",
    order: Order = Order.NEWEST,
    start: int = 0,
    limit: int | None = None,
) -> list[FoundPrescription]:
    """List the prescriptions of the actor's own organisation.

    ``waiting``: those alone that still wait for booklets, in campaigns that are not over; ``part`` is in the
    reference of each.
    """
    parameters = {
        "organisation_id": by.organisation_id,
        "waiting": waiting,
        "today": today,
        "site_id": site_id,
        "need": need,
        "part": part.upper(),
        "start": start,
        "limit": limit,
    }
    rows = session.execute(_ORDERED[order], parameters)
    return [FoundPrescription(**row._asdict() | {"need": Need(row.need)}) for row in rows]


def reference(prescription_id: UUID) -> str:
    """Return the six letters and digits by which colleagues name a prescription to each other."""
    return prescription_id.hex[-6:].upper()
