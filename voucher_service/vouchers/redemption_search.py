"""Redemption search: which vouchers were taken where, and whether they were given back since."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row, Select, select
from sqlalchemy.orm import Session

from voucher_service.funding import readers
from voucher_service.funding.campaigns import Campaign
from voucher_service.kernel import keyset
from voucher_service.kernel.actor import Actor, Role
from voucher_service.network.venues import Venue
from voucher_service.vouchers.redemption import Redemption, RedemptionIsUnknown
from voucher_service.vouchers.reversal import Reversal


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """Which redemptions are looked for: days are days of service, both included; all that is given must hold.

    ``number`` is a part of the voucher's serial.
    """

    venue_id: UUID | None = None
    series: str | None = None
    from_on: date | None = None
    until_on: date | None = None
    number: str | None = None


@dataclass(frozen=True, slots=True)
class FoundRedemption:
    """A redemption, with the names of its campaign and venue; amounts in cents, times in minutes."""

    id: UUID
    basket_id: UUID
    series: str
    serial: str
    issue: int
    venue_id: UUID
    face_cents: int
    served_on: date
    service: str
    minutes: int
    out_of_pocket_cents: int
    delivered_by: str
    mediator_id: UUID | None
    pay_by: date
    entry_no: int
    at: datetime
    reversal_id: UUID | None
    reversed_on: date | None


_COLUMNS = {
    "id": Redemption.id,
    "basket_id": Redemption.basket_id,
    "series": Campaign.series,
    "serial": Redemption.serial,
    "issue": Redemption.issue,
    "venue_id": Venue.id,
    "face_cents": Redemption.face_cents,
    "served_on": Redemption.served_on,
    "service": Redemption.service,
    "minutes": Redemption.minutes,
    "out_of_pocket_cents": Redemption.out_of_pocket_cents,
    "delivered_by": Redemption.delivered_by,
    "mediator_id": Redemption.mediator_id,
    "pay_by": Redemption.pay_by,
    "entry_no": Redemption.entry_no,
    "at": Redemption.at,
    "reversal_id": Reversal.id,
    "reversed_on": Reversal.reversed_on,
}


def search(
    session: Session, *, wish: Wish, by: Actor, after: UUID | None = None, limit: int = 50
) -> list[FoundRedemption]:
    """List redemptions, newest first.

    A venue sees those of its operator, a funder those of the campaigns it pays for, others all.
    """
    wanted = sieved(_readable(by), wish)
    rows = session.execute(keyset.page(wanted, Redemption.id, after=after, limit=limit, newest_first=True))
    return [_found(row) for row in rows]


def get(session: Session, *, redemption_id: UUID, by: Actor) -> FoundRedemption:
    """Return a redemption that the actor may see, or raise ``RedemptionIsUnknown``."""
    row = session.execute(_readable(by).where(Redemption.id == redemption_id)).one_or_none()
    if row is None:
        raise RedemptionIsUnknown(redemption_id)
    return _found(row)


def _readable(by: Actor) -> Select[*tuple[Any, ...]]:
    wanted: Select[*tuple[Any, ...]] = select(*(column.label(name) for name, column in _COLUMNS.items()))
    wanted = wanted.select_from(Redemption).join(Campaign, Campaign.id == Redemption.campaign_id)
    wanted = wanted.join(Venue, Venue.no == Redemption.venue_no)
    wanted = wanted.outerjoin(Reversal, Reversal.redemption_id == Redemption.id)
    if by.role is Role.VENUE:
        return wanted.where(Redemption.operator_id == by.organisation_id)
    return wanted.where(readers.may_read(Redemption.campaign_id, by=by))


def sieved(wanted: Select[*tuple[Any, ...]], wish: Wish) -> Select[*tuple[Any, ...]]:
    """Keep what is looked for of a SELECT that joins campaigns and venues."""
    if wish.venue_id is not None:
        wanted = wanted.where(Venue.id == wish.venue_id)
    if wish.series is not None:
        wanted = wanted.where(Campaign.series == wish.series)
    if wish.from_on is not None:
        wanted = wanted.where(Redemption.served_on >= wish.from_on)
    if wish.until_on is not None:
        wanted = wanted.where(Redemption.served_on <= wish.until_on)
    if wish.number is not None:
        wanted = wanted.where(Redemption.serial.contains(wish.number, autoescape=True))
    return wanted


def _found(row: Row[*tuple[Any, ...]]) -> FoundRedemption:
    return FoundRedemption(**row._asdict())
