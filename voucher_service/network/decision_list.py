"""Decision list: what was decided of every venue, for those who run the network and those who look over it."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Select, or_, select, tuple_
from sqlalchemy.orm import Session, aliased

from voucher_service.funding.campaigns import Campaign
from voucher_service.identity.users import User
from voucher_service.kernel import keyset
from voucher_service.network import spelling
from voucher_service.network.accreditation import Accreditation, Decision, Reason
from voucher_service.network.venues import Venue


class Order(StrEnum):
    """In which order decisions are listed."""

    NEWEST = "newest"
    OLDEST = "oldest"
    VENUE = "venue"


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """Which decisions are looked for; all that is given must hold. ``words`` are of the venue's name or place."""

    words: str = ""
    series: str | None = None
    decision: Decision | None = None
    reason: Reason | None = None
    is_latest: bool = False


@dataclass(frozen=True, slots=True)
class Decided:
    """A decision, with the names that people read; ``by`` is null where the service itself decided."""

    fact: Accreditation
    series: str
    venue: str
    postcode: str
    commune: str
    by: str | None


def search(
    session: Session, *, wish: Wish, order: Order = Order.NEWEST, start: int = 0, limit: int | None = None
) -> list[Decided]:
    """List decisions; ``is_latest``: of each venue and campaign only the one that counts last."""
    wanted: Select[*tuple[Any, ...]] = (
        select(Accreditation, Campaign.series, Venue.name, Venue.postcode, Venue.commune, User.name)
        .join(Campaign, Campaign.id == Accreditation.campaign_id)
        .join(Venue, Venue.id == Accreditation.venue_id)
        .outerjoin(User, User.id == Accreditation.decided_by)
    )
    wanted = _sieved(wanted, wish)
    if order is Order.VENUE:
        rows = wanted.order_by(Venue.name_key, Accreditation.id.desc()).offset(start).limit(limit)
    else:
        newest = order is Order.NEWEST
        rows = keyset.page(wanted, Accreditation.id, start=start, limit=limit, newest_first=newest)
    return [Decided(*row) for row in session.execute(rows)]


def _sieved(wanted: Select[*tuple[Any, ...]], wish: Wish) -> Select[*tuple[Any, ...]]:
    for word in spelling.plain(wish.words).split():
        place = Venue.commune_key.contains(spelling.commune(word), autoescape=True)
        wanted = wanted.where(or_(Venue.name_key.contains(word, autoescape=True), place))
    equal = (
        (Campaign.series, wish.series or None),
        (Accreditation.decision, wish.decision),
        (Accreditation.reason, wish.reason),
    )
    wanted = wanted.where(*(column == value for column, value in equal if value is not None))
    return wanted.where(_is_latest()) if wish.is_latest else wanted


def _is_latest() -> ColumnElement[bool]:
    later = aliased(Accreditation)
    place = tuple_(Accreditation.effective_on, Accreditation.id)
    follows = select(later.id).where(
        later.campaign_id == Accreditation.campaign_id,
        later.venue_id == Accreditation.venue_id,
        tuple_(later.effective_on, later.id) > place,
    )
    return ~follows.correlate(Accreditation).exists()
