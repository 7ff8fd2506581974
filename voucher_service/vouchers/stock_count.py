"""Stock count (*inventaire*): the booklets really in a site's cupboard, against those that the books say are there.

A booklet that is not there becomes a shortage with its number, as at the count of an allocation: it can no longer be
handed over, and every counter refuses it. Its vouchers are not made void: a count proves that a booklet is not in the
cupboard, not that it is lost. It may have been handed over and not noted (the counter then sends its holder back here),
be found again, or be lost: whoever runs the scheme then voids it with a reason, so that nobody writes off what he
answers for himself (CGCT R.1611-11, *compte d'emploi*: received, handed over, returned, lost).
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, Integer, func, insert, select, text
from sqlalchemy.orm import Mapped, Session, column_property, mapped_column

from voucher_service.funding import campaigns
from voucher_service.kernel import keyset
from voucher_service.kernel.actor import Actor
from voucher_service.kernel.database import Base
from voucher_service.kernel.identifiers import new_id
from voucher_service.kernel.keyset import Order
from voucher_service.kernel.refusal import Kind, Refusal
from voucher_service.ledger import accounts, journal
from voucher_service.network.prescribers import Site
from voucher_service.vouchers import custody, register, sites

# What may be in a site's cupboard: whatever came near it once, and where it is now.
_NEAR = text("""
SELECT near.booklet, moved.place,
       account.balance - (
           SELECT count(*) FROM redemption
           WHERE redemption.campaign_id = :campaign_id
             AND redemption.serial > near.booklet || '-' AND redemption.serial < near.booklet || '.'
             AND NOT EXISTS (SELECT FROM redemption_reversal AS undone WHERE undone.redemption_id = redemption.id)
       ) AS papers
FROM (SELECT DISTINCT booklet FROM booklet_move
      WHERE campaign_id = :campaign_id AND place IN (:shelf, :transit)) AS near
CROSS JOIN LATERAL (SELECT place FROM booklet_move
                    WHERE booklet_move.campaign_id = :campaign_id AND booklet_move.booklet = near.booklet
                    ORDER BY turn DESC LIMIT 1) AS moved
JOIN account ON account.campaign_id = :campaign_id AND account.address = 'booklet/' || near.booklet
WHERE moved.place IN (:shelf, :shortage)
ORDER BY near.booklet""")


class StockCount(Base):
    """A site counted its booklets of one campaign: what was missing, found again, or thought elsewhere."""

    __tablename__ = "stock_count"
    __table_args__ = (Index(None, "campaign_id", "site_no"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaign.id"))
    site_no: Mapped[int] = mapped_column()
    expected: Mapped[int] = mapped_column(Integer)
    seen: Mapped[int] = mapped_column(Integer)
    missing: Mapped[list[str]]
    found_again: Mapped[list[str]]
    elsewhere: Mapped[list[str]]
    counted_on: Mapped[date]
    at: Mapped[datetime]
    by: Mapped[UUID]
    series: Mapped[str] = column_property(campaigns.naming(campaign_id))
    site_id: Mapped[UUID] = column_property(sites.naming(site_no))


@dataclass(frozen=True, slots=True)
class Comparison:
    """What was seen in a cupboard against the books: each booklet's number once, in order.

    ``there`` agrees; ``missing`` should be there; ``found_again`` was a shortage of this site; ``elsewhere`` was
    seen, and the books say that it is in other hands: nothing is changed about it.
    """

    campaign_id: int
    site_no: int
    expected: tuple[str, ...]
    there: tuple[str, ...]
    missing: tuple[str, ...]
    found_again: tuple[str, ...]
    elsewhere: tuple[str, ...]


@dataclass(eq=False)
class StockCountIsUnknown(Refusal):
    """No stock count of your site bears this identifier.

    FR: Aucun inventaire de votre site ne porte cet identifiant.
    """

    kind = Kind.UNKNOWN
    stock_count_id: UUID


def compare(session: Session, *, series: str, site_id: UUID, seen: Sequence[str], by: Actor) -> Comparison:
    """Compare the booklets seen in a site's cupboard with the books, and change nothing.

    Raises ``SiteIsUnknown``, ``CampaignIsUnknown``, ``BookletIsUnknown``.
    """
    site = sites.get_own(session, site_id=site_id, by=by)
    campaign = campaigns.get(session, series)
    unique = sorted(set(seen))
    register.whereabouts(session, campaign_id=campaign.id, booklets=unique)
    return _compared(session, campaign.id, site, unique)


def count(
    session: Session,
    *,
    series: str,
    site_id: UUID,
    seen: Sequence[str],
    on: date,
    at: datetime,
    by: Actor,
) -> StockCount:
    """Count a site's booklets of one campaign: those not seen become a shortage, those found again come back.

    Relies on where each moved booklet was when it was read: one that is handed over at the same time is not
    called missing. Raises ``SiteIsUnknown``, ``CampaignIsUnknown``, ``BookletIsUnknown``.
    """
    compared = compare(session, series=series, site_id=site_id, seen=seen, by=by)
    return _record(session, compared, at, journal.Act(compared.campaign_id, "count", on, by.user_id))


def find_again(
    session: Session, *, series: str, site_id: UUID, booklet: str, on: date, at: datetime, by: Actor
) -> StockCount:
    """Take a missing booklet back into its site's stock: a count of that booklet alone.

    Raises ``SiteIsUnknown``, ``CampaignIsUnknown``, ``BookletIsUnknown``, ``BookletsAreElsewhere``.
    """
    compared = compare(session, series=series, site_id=site_id, seen=[booklet], by=by)
    if booklet not in compared.found_again:
        place = register.whereabouts(session, campaign_id=compared.campaign_id, booklets=[booklet])[booklet]
        raise custody.BookletsAreElsewhere({booklet: place.place})
    alone = replace(compared, expected=(), missing=())
    return _record(session, alone, at, journal.Act(compared.campaign_id, "count", on, by.user_id))


def own(session: Session, *, stock_count_id: UUID, by: Actor) -> StockCount:
    """Return a stock count that the actor may see, or raise ``StockCountIsUnknown``."""
    found = select(StockCount).join(Site, Site.no == StockCount.site_no).where(sites.concern(by))
    counted = session.scalars(found.where(StockCount.id == stock_count_id)).one_or_none()
    if counted is None:
        raise StockCountIsUnknown(stock_count_id)
    return counted


def search(
    session: Session,
    *,
    by: Actor,
    series: str | None = None,
    site_id: UUID | None = None,
    is_short: bool | None = None,
    order: Order = Order.NEWEST,
    after: UUID | None = None,
    start: int = 0,
    limit: int | None = None,
) -> list[StockCount]:
    """List stock counts: a prescriber's own, or all of them; ``is_short`` those that missed a booklet, or none."""
    wanted = select(StockCount).join(Site, Site.no == StockCount.site_no).where(sites.concern(by))
    if series is not None:
        wanted = wanted.where(StockCount.campaign_id == campaigns.get(session, series).id)
    if site_id is not None:
        wanted = wanted.where(Site.id == site_id)
    if is_short is not None:
        wanted = wanted.where((func.cardinality(StockCount.missing) > 0) == is_short)
    newest = order is Order.NEWEST
    paged = keyset.page(wanted, StockCount.id, after=after, start=start, limit=limit, newest_first=newest)
    return list(session.scalars(paged))


def _compared(session: Session, campaign_id: int, site: Site, seen: Sequence[str]) -> Comparison:
    shelf = accounts.prescriber(site.no)
    parameters = {
        "campaign_id": campaign_id,
        "shelf": shelf,
        "transit": accounts.transit(site.no),
        "shortage": accounts.SHORTAGE,
    }
    # An emptied booklet is a cover: whoever keeps it or throws it away is right.
    near = [row for row in session.execute(_NEAR, parameters) if row.papers]
    expected = [row.booklet for row in near if row.place == shelf]
    lost = {row.booklet for row in near if row.place != shelf}
    there = set(expected) & set(seen)
    return Comparison(
        campaign_id,
        site.no,
        expected=tuple(expected),
        there=tuple(sorted(there)),
        missing=tuple(sorted(set(expected) - there)),
        found_again=tuple(sorted(lost & set(seen))),
        elsewhere=tuple(sorted(set(seen) - there - lost)),
    )


def _record(session: Session, compared: Comparison, at: datetime, act: journal.Act) -> StockCount:
    fact_id = new_id()
    moving = [*compared.missing, *compared.found_again]
    held = register.whereabouts(session, campaign_id=act.campaign_id, booklets=moving)
    for numbers, to in (
        (compared.missing, accounts.SHORTAGE),
        (compared.found_again, accounts.prescriber(compared.site_no)),
    ):
        if numbers:
            booklets = [held[number] for number in numbers]
            custody.move(session, act=act, act_id=fact_id, booklets=booklets, to=to)
    session.execute(
        insert(StockCount).values(
            id=fact_id,
            campaign_id=act.campaign_id,
            site_no=compared.site_no,
            expected=len(compared.expected),
            seen=len(compared.there) + len(compared.found_again) + len(compared.elsewhere),
            missing=list(compared.missing),
            found_again=list(compared.found_again),
            elsewhere=list(compared.elsewhere),
            counted_on=act.effective_on,
            at=at,
            by=act.by,
        )
    )
    return session.get_one(StockCount, fact_id)
