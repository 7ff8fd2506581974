"""Takings: what was taken, sorted and counted for the people of an operator's counters, and for those who pay."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from voucher_service.funding.campaigns import Campaign
from voucher_service.network.venues import Venue
from voucher_service.vouchers import redemption_search
from voucher_service.vouchers.redemption import Redemption
from voucher_service.vouchers.redemption_search import Wish
from voucher_service.vouchers.reversal import Reversal


class Order(StrEnum):
    """In which order takings are listed; the newest first in each."""

    RECORDED = "recorded"
    SERVED = "served"
    VENUE = "venue"
    AMOUNT = "amount"


@dataclass(frozen=True, slots=True)
class Taking:
    """A voucher that was taken, with the names that people read; amounts in cents, times in minutes."""

    id: UUID
    serial: str
    series: str
    campaign: str
    venue: str
    face_cents: int
    served_on: date
    service: str
    minutes: int
    out_of_pocket_cents: int
    pay_by: date
    at: datetime
    reversed_on: date | None


@dataclass(frozen=True, slots=True)
class Tally:
    """How many vouchers were taken and stand, and their value in cents; how many were given back."""

    vouchers: int = 0
    cents: int = 0
    reversed_vouchers: int = 0


_ORDERS: dict[Order, tuple[Any, ...]] = {
    Order.RECORDED: (),
    Order.SERVED: (Redemption.served_on.desc(),),
    Order.VENUE: (Venue.name,),
    Order.AMOUNT: (Redemption.face_cents.desc(),),
}


def search(
    session: Session,
    *,
    operator_id: UUID | None,
    wish: Wish,
    order: Order = Order.RECORDED,
    start: int = 0,
    limit: int | None = None,
) -> list[Taking]:
    """List what an operator took, or everybody where none is named, from the ``start`` th (the first is 0)."""
    wanted = _sieved(_columns(), operator_id, wish).order_by(*_ORDERS[order], Redemption.id.desc())
    rows = session.execute(wanted.offset(start).limit(limit))
    return [Taking(*row) for row in rows]


def stream(session: Session, *, operator_id: UUID, wish: Wish, order: Order) -> Iterator[Taking]:
    """Yield all that an operator took, however much, in constant memory."""
    wanted = _sieved(_columns(), operator_id, wish).order_by(*_ORDERS[order], Redemption.id.desc())
    for row in session.execute(wanted.execution_options(yield_per=1_000)):
        yield Taking(*row)


def tally(session: Session, *, operator_id: UUID, wish: Wish) -> Tally:
    """Count what an operator took."""
    stands = Reversal.redemption_id.is_(None)
    counted = select(
        func.count().filter(stands),
        func.coalesce(func.sum(Redemption.face_cents).filter(stands), 0),
        func.count(Reversal.redemption_id),
    )
    vouchers, cents, undone = session.execute(_sieved(counted, operator_id, wish)).one()
    return Tally(vouchers, int(cents), undone)


def of_baskets(session: Session, *, operator_id: UUID, basket_ids: Sequence[UUID]) -> list[Taking]:
    """List the vouchers of baskets that were just taken, in the order in which they were given."""
    if not basket_ids:
        return []
    wanted = _sieved(_columns(), operator_id, Wish())
    # Identifiers follow time: those of a basket's vouchers come after its own, and are found at once.
    wanted = wanted.where(Redemption.basket_id.in_(basket_ids), Redemption.id > min(basket_ids))
    return [Taking(*row) for row in session.execute(wanted.order_by(Redemption.id))]


def has_any(session: Session, *, operator_id: UUID) -> bool:
    """Tell whether an operator ever took a voucher."""
    first = select(Redemption.id).where(Redemption.operator_id == operator_id).limit(1)
    return session.scalars(first).one_or_none() is not None


def _columns() -> Select[*tuple[Any, ...]]:
    return select(
        Redemption.id,
        Redemption.serial,
        Campaign.series,
        Campaign.name,
        Venue.name,
        Redemption.face_cents,
        Redemption.served_on,
        Redemption.service,
        Redemption.minutes,
        Redemption.out_of_pocket_cents,
        Redemption.pay_by,
        Redemption.at,
        Reversal.reversed_on,
    )


def _sieved(
    wanted: Select[*tuple[Any, ...]], operator_id: UUID | None, wish: Wish
) -> Select[*tuple[Any, ...]]:
    wanted = (
        wanted.select_from(Redemption)
        .join(Campaign, Campaign.id == Redemption.campaign_id)
        .join(Venue, Venue.no == Redemption.venue_no)
        .outerjoin(Reversal, Reversal.redemption_id == Redemption.id)
    )
    if operator_id is not None:
        wanted = wanted.where(Redemption.operator_id == operator_id)
    return redemption_search.sieved(wanted, wish)
