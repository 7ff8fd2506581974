"""Allocation search: what was sent to which site, and whether it arrived whole."""

from enum import StrEnum
from uuid import UUID

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from voucher_service.funding import campaigns
from voucher_service.kernel import keyset
from voucher_service.kernel.actor import Actor
from voucher_service.kernel.keyset import Order
from voucher_service.network.prescribers import Site
from voucher_service.vouchers import sites
from voucher_service.vouchers.allocation import Allocation, Receipt


class Standing(StrEnum):
    """What became of booklets that were sent: on their way, counted and all there, counted and some missing."""

    ON_ITS_WAY = "on-its-way"
    WHOLE = "whole"
    SHORT = "short"


_STANDINGS: dict[Standing, ColumnElement[bool]] = {
    Standing.ON_ITS_WAY: Receipt.allocation_id.is_(None),
    Standing.WHOLE: func.cardinality(Receipt.missing) == 0,
    Standing.SHORT: func.cardinality(Receipt.missing) > 0,
}


def search(
    session: Session,
    *,
    by: Actor,
    series: str | None = None,
    site_id: UUID | None = None,
    standing: Standing | None = None,
    order: Order = Order.OLDEST,
    after: UUID | None = None,
    start: int = 0,
    limit: int | None = None,
) -> list[tuple[Allocation, Receipt | None]]:
    """List allocations, each with its count: a prescriber's own, or all of them."""
    wanted = select(Allocation, Receipt).outerjoin(Receipt, Receipt.allocation_id == Allocation.id)
    wanted = wanted.join(Site, Site.no == Allocation.site_no).where(sites.concern(by))
    if series is not None:
        wanted = wanted.where(Allocation.campaign_id == campaigns.get(session, series).id)
    if site_id is not None:
        wanted = wanted.where(Site.id == site_id)
    if standing is not None:
        wanted = wanted.where(_STANDINGS[standing])
    newest = order is Order.NEWEST
    page = keyset.page(wanted, Allocation.id, after=after, start=start, limit=limit, newest_first=newest)
    return [(allocation, receipt) for allocation, receipt in session.execute(page)]
