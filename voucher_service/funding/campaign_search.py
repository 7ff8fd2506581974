"""Campaign search: the campaigns that somebody may read of, found by words and by how far they are."""

from datetime import date
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session

from voucher_service.funding import readers
from voucher_service.funding.campaigns import Campaign
from voucher_service.kernel.actor import Actor


class Standing(StrEnum):
    """How far a campaign is on a day: not begun, good to use, over but still to be cashed, closed."""

    COMING = "coming"
    IN_USE = "in-use"
    CASHING = "cashing"
    OVER = "over"


class Order(StrEnum):
    """In which order campaigns are listed."""

    SERIES = "series"
    NAME = "name"
    LATEST = "latest"


_ORDERS: dict[Order, tuple[Any, ...]] = {
    Order.SERIES: (Campaign.series,),
    Order.NAME: (Campaign.name, Campaign.series),
    Order.LATEST: (Campaign.use_until.desc(), Campaign.series),
}


def search(
    session: Session,
    *,
    today: date,
    by: Actor,
    words: str = "",
    standing: Standing | None = None,
    order: Order = Order.SERIES,
    start: int = 0,
    limit: int | None = None,
) -> list[Campaign]:
    """List campaigns: to a funder those that it pays for, to others all; ``words`` are of the series or the name."""
    wanted = select(Campaign).where(readers.may_read(Campaign.id, by=by))
    for word in words.split():
        columns = (Campaign.series, Campaign.name)
        wanted = wanted.where(or_(*(column.icontains(word, autoescape=True) for column in columns)))
    if standing is not None:
        wanted = wanted.where(_is(standing, today))
    return list(session.scalars(wanted.order_by(*_ORDERS[order]).offset(start).limit(limit)))


def standing_of(campaign: Campaign, *, today: date) -> Standing:
    """Say how far a campaign is on a day."""
    if today < campaign.use_from:
        return Standing.COMING
    if today <= campaign.use_until:
        return Standing.IN_USE
    return Standing.CASHING if today <= campaign.present_until else Standing.OVER


def _is(standing: Standing, today: date) -> ColumnElement[bool]:
    # The rule of ``standing_of``, for a WHERE.
    conditions: dict[Standing, ColumnElement[bool]] = {
        Standing.COMING: Campaign.use_from > today,
        Standing.IN_USE: (Campaign.use_from <= today) & (Campaign.use_until >= today),
        Standing.CASHING: (Campaign.use_until < today) & (Campaign.present_until >= today),
        Standing.OVER: Campaign.present_until < today,
    }
    return conditions[standing]
