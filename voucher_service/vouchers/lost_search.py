"""Lost search: the booklets that were said lost, stolen or spoiled, and what their holders received instead."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from voucher_service.kernel.actor import Actor, Role
from voucher_service.kernel.keyset import Order
from voucher_service.vouchers.voiding import Reason

# One line for each booklet: another one was handed over instead, or its vouchers were printed again.
_LOST = """
WITH lost AS (
    SELECT id, campaign_id, booklet, new_booklet, papers, reason, lost_on, at, by, site_no FROM lost_booklet
    UNION ALL
    SELECT replacing_id, replacement.campaign_id, voucher.booklet, NULL, count(*), reason, replaced_on, at, by, NULL
    FROM replacement
    JOIN voucher ON voucher.campaign_id = replacement.campaign_id AND voucher.serial = replacement.serial
    GROUP BY replacing_id, replacement.campaign_id, voucher.booklet, reason, replaced_on, at, by
)
SELECT lost.id, campaign.series, lost.booklet, lost.new_booklet, lost.papers, lost.reason, lost.lost_on, lost.at,
       site.name AS site, person.name AS by_name
FROM lost
JOIN campaign ON campaign.id = lost.campaign_id
LEFT JOIN site ON site.no = lost.site_no
LEFT JOIN service_user AS person ON person.id = lost.by
WHERE (CAST(:organisation_id AS uuid) IS NULL
       OR :organisation_id IN (site.organisation_id, person.organisation_id))
  AND (strpos(lost.booklet, :part) > 0 OR strpos(coalesce(lost.new_booklet, ''), :part) > 0)
  AND campaign.series = coalesce(CAST(:series AS text), campaign.series)
  AND lost.reason = coalesce(CAST(:reason AS text), lost.reason)
  AND lost.lost_on >= coalesce(CAST(:from_on AS date), lost.lost_on)
  AND lost.lost_on <= coalesce(CAST(:until_on AS date), lost.lost_on)
ORDER BY lost.at {direction}, lost.id {direction}, lost.booklet {direction} OFFSET :start LIMIT :limit"""
_ORDERED = {
    Order.NEWEST: text(_LOST.format(direction="DESC")),
    Order.OLDEST: text(_LOST.format(direction="ASC")),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """Which lost booklets are looked for; days are both included, and ``part`` is in the number of either booklet."""

    part: str = ""
    series: str | None = None
    reason: Reason | None = None
    from_on: date | None = None
    until_on: date | None = None


@dataclass(frozen=True, slots=True)
class LostOne:
    """A booklet that was replaced: by ``new_booklet``, or by its ``papers`` printed again where there is none."""

    id: UUID
    series: str
    booklet: str
    new_booklet: str | None
    papers: int
    reason: Reason
    lost_on: date
    at: datetime
    site: str | None
    by_name: str | None


def search(
    session: Session,
    *,
    wish: Wish,
    by: Actor,
    order: Order = Order.NEWEST,
    start: int = 0,
    limit: int | None = None,
) -> list[LostOne]:
    """List lost booklets: to a prescriber those of its own sites and those that its own people replaced, else all."""
    parameters: dict[str, Any] = {
        "organisation_id": by.organisation_id if by.role is Role.PRESCRIBER else None,
        "part": wish.part,
        "series": wish.series,
        "reason": wish.reason,
        "from_on": wish.from_on,
        "until_on": wish.until_on,
        "start": start,
        "limit": limit,
    }
    rows = session.execute(_ORDERED[order], parameters)
    return [LostOne(**row._asdict() | {"reason": Reason(row.reason)}) for row in rows]
