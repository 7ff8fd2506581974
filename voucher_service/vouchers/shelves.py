"""Shelves: what a prescriber has before it; each figure of its first page opens on the booklets that it counts.

Counts are of booklets (*carnets*), never of persons: one person may hold several.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from voucher_service.kernel.actor import Actor
from voucher_service.network.prescribers import Site

DORMANT_DAYS = 60
"""After so many days without one use, it is time to call the person (Aptic's list of carnets never *entamés*)."""
EXPIRING_DAYS = 60
"""So many days before the last day of use, what is left should be used or sent back."""

# What is used of a booklet is one reach into the index of redemptions: its serials begin with its number and a dash,
# and the full stop comes after the dash.
# Every booklet that was once at one of the organisation's sites or on its way there, and where it is now.
_MINE = """
own AS (
    SELECT id, no, name FROM site
    WHERE organisation_id = :organisation_id AND id = coalesce(CAST(:site_id AS uuid), id)
), near AS (
    SELECT DISTINCT booklet_move.campaign_id, booklet_move.booklet AS number
    FROM own CROSS JOIN LATERAL (VALUES ('custody/prescriber/' || own.no), ('custody/transit/' || own.no)) AS at (place)
    JOIN booklet_move ON booklet_move.place = at.place COLLATE "C"
), mine AS (
    SELECT near.number, near.campaign_id, campaign.series, campaign.use_until, campaign.face_cents, own.id AS site_id,
           own.name AS site, moved.place, moved.effective_on AS since_on, handover.id AS handover_id,
           active.booklet IS NOT NULL AS active, coalesce(taken.papers, 0) AS papers_used,
           account.balance - coalesce(taken.papers, 0) AS papers_left
    FROM near
    JOIN campaign ON campaign.id = near.campaign_id
    CROSS JOIN LATERAL (SELECT place, act_id, effective_on FROM booklet_move
                        WHERE booklet_move.campaign_id = near.campaign_id AND booklet_move.booklet = near.number
                        ORDER BY turn DESC LIMIT 1) AS moved
    LEFT JOIN handover ON handover.id = moved.act_id
    LEFT JOIN allocation ON allocation.id = moved.act_id
    LEFT JOIN stock_count ON stock_count.id = moved.act_id
    JOIN own ON own.no = coalesce(handover.site_no, allocation.site_no, stock_count.site_no,
                                  CAST(substring(moved.place FROM '^custody/[a-z]+/([0-9]+)$') AS bigint))
    JOIN account ON account.campaign_id = near.campaign_id AND account.address = 'booklet/' || near.number
    LEFT JOIN active_booklet AS active
           ON active.campaign_id = near.campaign_id AND active.booklet = near.number
    LEFT JOIN LATERAL (
        SELECT count(*) AS papers FROM redemption
        WHERE redemption.campaign_id = near.campaign_id
          AND redemption.serial > near.number || '-' AND redemption.serial < near.number || '.'
          AND NOT EXISTS (SELECT FROM redemption_reversal AS undone WHERE undone.redemption_id = redemption.id)
    ) AS taken ON true
), shelf AS (
    SELECT mine.*, starts_with(place, 'custody/prescriber/') AND papers_left > 0 AS in_stock,
           place = 'custody/beneficiaries' AS handed_over,
           place = 'custody/beneficiaries' AND papers_used = 0 AND papers_left > 0 AND since_on <= :dormant_since
               AND use_until >= :today AS dormant,
           (place = 'custody/beneficiaries' OR starts_with(place, 'custody/prescriber/')) AND papers_left > 0
               AND use_until BETWEEN :today AND :soon AS expiring,
           place = 'custody/shortage' AND papers_left > 0 AS missing
    FROM mine
)"""
_FIGURES = text(f"""
WITH {_MINE}
SELECT count(*) FILTER (WHERE in_stock) AS in_stock,
       coalesce(sum(papers_left * face_cents) FILTER (WHERE in_stock), 0)::bigint AS in_stock_cents,
       count(*) FILTER (WHERE dormant) AS dormant, count(*) FILTER (WHERE expiring) AS expiring,
       min(use_until) FILTER (WHERE expiring) AS expiring_on, count(*) FILTER (WHERE missing) AS missing,
       (SELECT coalesce(sum(booklets), 0) FROM allocation JOIN own ON own.no = site_no
        WHERE NOT EXISTS (SELECT FROM receipt WHERE allocation_id = allocation.id)) AS to_receive,
       (SELECT coalesce(sum(booklets), 0) FROM handover JOIN own ON own.no = site_no
        WHERE handed_on BETWEEN :month AND :today
          AND NOT EXISTS (SELECT FROM handover_undone WHERE handover_id = handover.id)) AS handed_over
FROM shelf""")
_BOOKLETS = f"""
WITH {_MINE}
SELECT number, series, site, site_id, since_on, use_until, handover_id, active, papers_used, papers_left,
       papers_left * face_cents AS cents_left
FROM shelf
WHERE {{shelf}} AND number > :after AND strpos(number, :part) > 0 AND series = coalesce(CAST(:series AS text), series)
ORDER BY {{order}} OFFSET :start LIMIT :limit"""


class Shelf(StrEnum):
    """Where a prescriber's booklets are, as it sorts them."""

    IN_STOCK = "in-stock"
    HANDED_OVER = "handed-over"
    DORMANT = "dormant"
    EXPIRING = "expiring"
    MISSING = "missing"


class Order(StrEnum):
    """In which order the booklets of a shelf are listed."""

    NUMBER = "number"
    NEWEST = "newest"
    OLDEST = "oldest"


_ORDERS = {
    Order.NUMBER: "number",
    Order.NEWEST: "since_on DESC, number DESC",
    Order.OLDEST: "since_on, number",
}
_LISTS = {
    (shelf, order): text(_BOOKLETS.format(shelf=shelf.value.replace("-", "_"), order=_ORDERS[order]))
    for shelf in Shelf
    for order in Order
}


@dataclass(frozen=True, slots=True)
class Figures:
    """A prescriber's booklets, counted; money in cents.

    ``to_receive`` were sent and not counted; ``handed_over`` since the first of the month; ``dormant`` were handed
    over 60 days ago or more and never used; ``expiring`` hold something that ends within 60 days, at the latest on
    ``expiring_on``.
    """

    in_stock: int
    in_stock_cents: int
    dormant: int
    expiring: int
    expiring_on: date | None
    missing: int
    to_receive: int
    handed_over: int


@dataclass(frozen=True, slots=True)
class Shelved:
    """A booklet on a shelf, since when, and what is left of it; ``cents_left`` in cents."""

    number: str
    series: str
    site: str
    site_id: UUID
    since_on: date
    use_until: date
    handover_id: UUID | None
    active: bool
    papers_used: int
    papers_left: int
    cents_left: int


def figures(session: Session, *, today: date, by: Actor, site_id: UUID | None = None) -> Figures:
    """Count the booklets of the actor's own organisation, or of one of its sites."""
    row = session.execute(_FIGURES, _parameters(today, by.organisation_id, site_id)).one()
    return Figures(**row._asdict())


def figures_of(session: Session, *, site: Site, today: date) -> Figures:
    """Count the booklets of one site, for those who run the scheme."""
    row = session.execute(_FIGURES, _parameters(today, site.organisation_id, site.id)).one()
    return Figures(**row._asdict())


def booklets(
    session: Session,
    *,
    shelf: Shelf,
    today: date,
    by: Actor,
    site_id: UUID | None = None,
    series: str | None = None,
    part: str = "",
    order: Order = Order.NUMBER,
    after: str | None = None,
    start: int = 0,
    limit: int | None = None,
) -> list[Shelved]:
    """List the booklets of one shelf: the actor's own organisation's, or those of one of its sites.

    ``part`` is in the number of each; ``after`` is the last number read, where they are listed by number.
    """
    parameters = _parameters(today, by.organisation_id, site_id)
    parameters |= {"series": series, "part": part, "after": after or "", "start": start, "limit": limit}
    return [Shelved(**row._asdict()) for row in session.execute(_LISTS[shelf, order], parameters)]


def _parameters(today: date, organisation_id: UUID, site_id: UUID | None) -> dict[str, Any]:
    return {
        "organisation_id": organisation_id,
        "site_id": site_id,
        "today": today,
        "month": today.replace(day=1),
        "dormant_since": today - timedelta(days=DORMANT_DAYS),
        "soon": today + timedelta(days=EXPIRING_DAYS),
    }
