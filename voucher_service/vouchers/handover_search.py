"""Handover search: which booklets were handed over, when, and what became of them; a prescriber's own only."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from voucher_service.kernel.actor import Actor

_HANDOVERS = """
SELECT handover.id, campaign.series, site.id AS site_id, site.name AS site, handover.person_id,
       handover.prescription_id, handover.inferred, undone.handover_id IS NOT NULL AS undone, handover.booklets,
       handover.handed_on, handover.entry_no, handover.at,
       ARRAY(SELECT booklet FROM booklet_move AS moved
             WHERE moved.act_id = handover.id AND moved.campaign_id = handover.campaign_id
               AND moved.place = 'custody/beneficiaries' ORDER BY booklet) AS numbers,
       (SELECT count(*) FROM booklet_move AS moved
        JOIN redemption ON redemption.campaign_id = moved.campaign_id
                       AND redemption.serial > moved.booklet || '-' AND redemption.serial < moved.booklet || '.'
        WHERE moved.act_id = handover.id AND moved.campaign_id = handover.campaign_id
          AND moved.place = 'custody/beneficiaries'
          AND NOT EXISTS (SELECT FROM redemption_reversal AS back WHERE back.redemption_id = redemption.id)
       ) AS papers_used,
       noted.age_band, noted.situation, noted.need
FROM site
JOIN handover ON handover.site_no = site.no
JOIN campaign ON campaign.id = handover.campaign_id
LEFT JOIN handover_undone AS undone ON undone.handover_id = handover.id
LEFT JOIN LATERAL (SELECT age_band, situation, need FROM handover_answers
                   WHERE handover_answers.handover_id = handover.id ORDER BY revision DESC LIMIT 1) AS noted ON true
WHERE site.organisation_id = :organisation_id
  AND campaign.series = coalesce(CAST(:series AS text), campaign.series)
  AND site.id = coalesce(CAST(:site_id AS uuid), site.id)
  AND handover.handed_on >= coalesce(CAST(:from_on AS date), handover.handed_on)
  AND handover.handed_on <= coalesce(CAST(:until_on AS date), handover.handed_on)
  AND (CAST(:undone AS boolean) IS NULL OR :undone = (undone.handover_id IS NOT NULL))
  AND (CAST(:number AS text) IS NULL OR EXISTS (
        SELECT FROM booklet_move AS moved WHERE moved.act_id = handover.id AND strpos(moved.booklet, :number) > 0))
  AND (CAST(:after_on AS date) IS NULL OR (handover.handed_on, handover.id) {beyond} (:after_on, :after_id))
ORDER BY handover.handed_on {direction}, handover.id {direction} OFFSET :start LIMIT :limit"""


class Order(StrEnum):
    """In which order handovers are read: by their day."""

    NEWEST = "newest-first"
    OLDEST = "oldest-first"


_ORDERED = {
    Order.NEWEST: text(_HANDOVERS.format(beyond="<", direction="DESC")),
    Order.OLDEST: text(_HANDOVERS.format(beyond=">", direction="ASC")),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """Which handovers are looked for; days are both included, and all that is given must hold.

    ``number`` is a part of a booklet's number.
    """

    series: str | None = None
    site_id: UUID | None = None
    number: str | None = None
    from_on: date | None = None
    until_on: date | None = None
    undone: bool | None = None


@dataclass(frozen=True, slots=True)
class FoundHandover:
    """A handover, its booklets, how many of their vouchers are used, and what was noted if anything is left of it."""

    id: UUID
    series: str
    site_id: UUID
    site: str
    person_id: UUID | None
    prescription_id: UUID | None
    inferred: bool
    undone: bool
    booklets: int
    handed_on: date
    entry_no: int
    at: datetime
    numbers: list[str]
    papers_used: int
    age_band: str | None
    situation: str | None
    need: str | None


def search(
    session: Session,
    *,
    wish: Wish,
    by: Actor,
    order: Order = Order.NEWEST,
    after: tuple[date, UUID] | None = None,
    start: int = 0,
    limit: int | None = None,
) -> list[FoundHandover]:
    """List the handovers of the actor's own organisation by their day, after the (day, identifier) of one."""
    return list(read(session, wish=wish, by=by, order=order, after=after, start=start, limit=limit))


def read(
    session: Session,
    *,
    wish: Wish,
    by: Actor,
    order: Order = Order.NEWEST,
    after: tuple[date, UUID] | None = None,
    start: int = 0,
    limit: int | None = None,
) -> Iterator[FoundHandover]:
    """Read the same, one after the other, for a file that may be long."""
    after_on, after_id = after or (None, None)
    parameters: dict[str, Any] = {
        "organisation_id": by.organisation_id,
        "series": wish.series,
        "site_id": wish.site_id,
        "number": wish.number,
        "from_on": wish.from_on,
        "until_on": wish.until_on,
        "undone": wish.undone,
        "after_on": after_on,
        "after_id": after_id,
        "start": start,
        "limit": limit,
    }
    rows = session.execute(_ORDERED[order], parameters, execution_options={"yield_per": 500})
    return (FoundHandover(**row._asdict()) for row in rows)
