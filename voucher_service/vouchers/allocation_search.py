"""Allocation search: what was sent to which site, and whether it arrived whole."""

from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import Session

from voucher_service.funding import campaigns
from voucher_service.identity.organisations import Organisation
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """Which allocations are looked for; ``words`` are of the site's name or of its organisation's."""

    series: str | None = None
    site_id: UUID | None = None
    standing: Standing | None = None
    words: str = ""


@dataclass(frozen=True, slots=True)
class Sent:
    """An allocation, its count where it was counted, and the names of where it went."""

    allocation: Allocation
    receipt: Receipt | None
    site: str
    prescriber: str


def search(
    session: Session,
    *,
    by: Actor,
    wish: Wish,
    order: Order = Order.OLDEST,
    after: UUID | None = None,
    start: int = 0,
    limit: int | None = None,
) -> list[Sent]:
    """List allocations, each with its count: a prescriber's own, or all of them.

    Raises ``CampaignIsUnknown``.
    """
    wanted = select(Allocation, Receipt, Site.name, Organisation.name)
    wanted = wanted.outerjoin(Receipt, Receipt.allocation_id == Allocation.id)
    wanted = wanted.join(Site, Site.no == Allocation.site_no).where(sites.concern(by))
    wanted = wanted.join(Organisation, Organisation.id == Site.organisation_id)
    if wish.series:
        wanted = wanted.where(Allocation.campaign_id == campaigns.get(session, wish.series).id)
    if wish.site_id is not None:
        wanted = wanted.where(Site.id == wish.site_id)
    if wish.standing is not None:
        wanted = wanted.where(_STANDINGS[wish.standing])
    for word in wish.words.split():
        names = (Site.name, Organisation.name)
        wanted = wanted.where(or_(*(name.icontains(word, autoescape=True) for name in names)))
    newest = order is Order.NEWEST
    page = keyset.page(wanted, Allocation.id, after=after, start=start, limit=limit, newest_first=newest)
    return [Sent(*row) for row in session.execute(page)]
