"""Booklet search: which booklets there are, where each one is, and what is left of it."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import Row, text
from sqlalchemy.orm import Session

from voucher_service.funding import readers
from voucher_service.kernel.actor import Actor, Role
from voucher_service.ledger import accounts
from voucher_service.vouchers.register import BookletIsUnknown

_BOOKLETS = text(
    f"""
WITH page AS (
    SELECT booklet.campaign_id, booklet.number, campaign.series, booklet.ordinal, booklet.batch_no,
           moved.place, moved.effective_on AS since_on, site.id AS site_id
    FROM booklet
    JOIN campaign ON campaign.id = booklet.campaign_id
    CROSS JOIN LATERAL (SELECT place, act_id, effective_on FROM booklet_move
                        WHERE booklet_move.campaign_id = booklet.campaign_id AND booklet_move.booklet = booklet.number
                        ORDER BY turn DESC LIMIT 1) AS moved
    LEFT JOIN handover ON handover.id = moved.act_id
    LEFT JOIN allocation ON allocation.id = moved.act_id
    LEFT JOIN stock_count ON stock_count.id = moved.act_id
    LEFT JOIN site ON site.no = coalesce(handover.site_no, allocation.site_no, stock_count.site_no,
                                         CAST(substring(moved.place FROM '^custody/[a-z]+/([0-9]+)$') AS bigint))
    WHERE booklet.number > :after
      AND booklet.number = coalesce(CAST(:number AS text), booklet.number)
      AND campaign.series = coalesce(CAST(:series AS text), campaign.series)
      AND (CAST(:place AS text) IS NULL OR starts_with(moved.place, :place))
      AND (CAST(:site_id AS uuid) IS NULL OR site.id = :site_id)
      AND (CAST(:organisation_id AS uuid) IS NULL OR site.organisation_id = :organisation_id)
      AND {readers.PAID_FOR}
    ORDER BY booklet.number LIMIT :limit
)
SELECT page.*, active.booklet IS NOT NULL AS active,
       account.balance - (
           SELECT count(*) FROM voucher
           JOIN redemption ON redemption.campaign_id = voucher.campaign_id AND redemption.serial = voucher.serial
           WHERE voucher.campaign_id = page.campaign_id AND voucher.booklet = page.number
             AND NOT EXISTS (SELECT FROM redemption_reversal AS undone WHERE undone.redemption_id = redemption.id)
       ) AS papers_left
FROM page
JOIN account ON account.campaign_id = page.campaign_id AND account.address = 'booklet/' || page.number
LEFT JOIN active_booklet AS active ON active.campaign_id = page.campaign_id AND active.booklet = page.number
ORDER BY page.number"""
)


class Place(StrEnum):
    """Where a booklet is."""

    STOCK = "stock"
    IN_TRANSIT = "in-transit"
    AT_SITE = "at-site"
    HANDED_OVER = "handed-over"
    MISSING = "missing"


_ADDRESSES = {
    Place.STOCK: accounts.STOCK,
    Place.IN_TRANSIT: accounts.transit(0)[:-1],
    Place.AT_SITE: accounts.prescriber(0)[:-1],
    Place.HANDED_OVER: accounts.BENEFICIARIES,
    Place.MISSING: accounts.SHORTAGE,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """Which booklets are looked for; all that is given must hold."""

    number: str | None = None
    series: str | None = None
    place: Place | None = None
    site_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class FoundBooklet:
    """A booklet, where it is and since when; ``site_id`` holds it, handed it over, or misses it."""

    campaign_id: int
    number: str
    series: str
    ordinal: int
    batch_no: int
    place: Place
    since_on: date
    site_id: UUID | None
    active: bool
    papers_left: int


def search(
    session: Session, *, wish: Wish, by: Actor, after: str | None = None, limit: int = 50
) -> list[FoundBooklet]:
    """List booklets by number.

    A prescriber sees those that its sites hold, handed over or miss, a funder those it pays for, others all.
    """
    parameters: dict[str, Any] = {
        "number": wish.number,
        "series": wish.series,
        "place": _ADDRESSES[wish.place] if wish.place else None,
        "site_id": wish.site_id,
        "organisation_id": by.organisation_id if by.role is Role.PRESCRIBER else None,
        "payer_id": readers.payer(by),
        "after": after or "",
        "limit": limit,
    }
    return [_found(row) for row in session.execute(_BOOKLETS, parameters)]


def find(session: Session, *, number: str, by: Actor) -> FoundBooklet | None:
    """Return a booklet that the actor may see, if there is one."""
    return next(iter(search(session, wish=Wish(number=number), by=by, limit=1)), None)


def get(session: Session, *, number: str, by: Actor) -> FoundBooklet:
    """Return a booklet that the actor may see, or raise ``BookletIsUnknown``."""
    found = find(session, number=number, by=by)
    if found is None:
        raise BookletIsUnknown((number,))
    return found


def _found(row: Row[Any]) -> FoundBooklet:
    place = next(place for place, address in _ADDRESSES.items() if row.place.startswith(address))
    return FoundBooklet(**row._asdict() | {"place": place})
