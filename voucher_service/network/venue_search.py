"""Venue search: finding where to use a voucher, by commune, service and distance."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import ClassVar
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Row,
    Select,
    cast,
    func,
    literal,
    null,
    or_,
    select,
    true,
    tuple_,
)
from sqlalchemy.orm import InstrumentedAttribute, Session

from voucher_service.kernel.refusal import Kind, Refusal
from voucher_service.network import accreditation, spelling
from voucher_service.network.profile import is_on_earth
from voucher_service.network.venues import Venue
from voucher_service.network.vocabulary import Coded, Condition, Modality, Service, Welcome

EARTH_RADIUS_M = 6_371_008
"""Mean radius (IUGG)."""
FARTHEST_M = 100_000
LARGEST_PAGE = 201
"""One more than the longest page shown, so that one knows whether there is another."""
_METRES_PER_DEGREE = 111_000
"""A little under a degree of latitude, so that the first sieve never loses a venue."""

Position = tuple[str, str, int] | tuple[int, int]
"""Where a page ended: commune, name and number; or metres and number when searching around a point."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What a person looks for; all that is given must hold. ``within_m`` goes with a point (WGS84).

    ``campaign_ids`` asks for the venues where the vouchers of one of them are good ``on`` a day. A venue that is
    closed by then is found among its operator's only.
    """

    commune: str | None = None
    service: Service | None = None
    modality: Modality | None = None
    condition: Condition | None = None
    welcome: Welcome | None = None
    latitude: float | None = None
    longitude: float | None = None
    within_m: int = 20_000
    operator_id: UUID | None = None
    campaign_ids: tuple[int, ...] = ()
    on: date | None = None


@dataclass(frozen=True, slots=True)
class FoundVenue:
    """A venue that answers a wish, with its distance in metres where a point was given."""

    venue: Venue
    distance_m: int | None
    position: Position


@dataclass(eq=False)
class PointIsNotOnEarth(Refusal):
    """Give a latitude and a longitude in degrees, and a radius between 1 m and 100 km.

    FR: Indiquez une latitude et une longitude en degrés, et un rayon entre 1 m et 100 km.
    """

    kind: ClassVar[Kind] = Kind.INVALID


def search(
    session: Session, *, wish: Wish, after: Position | None = None, start: int = 0, limit: int = 20
) -> list[FoundVenue]:
    """Return at most ``limit`` venues: the nearest first around a point, else by commune and name.

    Programs go on ``after`` the last place that they read, people to a page from the ``start`` th (the first is 0).
    Raises ``PointIsNotOnEarth``.
    """
    _require_possible(wish)
    around = wish.latitude is not None
    distance = _distance_m(wish) if around else cast(null(), BigInteger)
    order = (distance, Venue.no) if around else (Venue.commune_key, Venue.name_key, Venue.no)
    wanted = _sieved(select(Venue, distance.label("distance_m")), wish)
    if around:
        wanted = wanted.where(distance <= wish.within_m)
    if after is not None:
        wanted = wanted.where(tuple_(*order) > tuple_(*(literal(value) for value in after)))
    rows = session.execute(wanted.order_by(*order).offset(start).limit(min(limit, LARGEST_PAGE)))
    return [_found(row) for row in rows]


def _require_possible(wish: Wish) -> None:
    if not is_on_earth(wish.latitude, wish.longitude) or not 0 < wish.within_m <= FARTHEST_M:
        raise PointIsNotOnEarth


def _sieved(wanted: Select[Venue, int], wish: Wish) -> Select[Venue, int]:
    wanted = wanted.where(_is_open(wish))
    if wish.commune is not None:
        wanted = wanted.where(Venue.commune_key == spelling.commune(wish.commune))
    for column, answer in _answers(wish):
        wanted = wanted.where(column.contains([answer]))
    if wish.operator_id is not None:
        wanted = wanted.where(Venue.operator_id == wish.operator_id)
    if wish.campaign_ids:
        stands = (accreditation.status_on(one, Venue.id, wish.on) for one in wish.campaign_ids)
        wanted = wanted.where(or_(*(one == accreditation.Decision.ACCREDITED for one in stands)))
    if wish.latitude is not None:
        reach = wish.within_m / _METRES_PER_DEGREE
        wanted = wanted.where(Venue.latitude.between(wish.latitude - reach, wish.latitude + reach))
    return wanted


def _is_open(wish: Wish) -> ColumnElement[bool]:
    if wish.operator_id is not None:
        return true()
    is_open = Venue.closed_on.is_(None)
    return is_open if wish.on is None else or_(is_open, Venue.closed_on > wish.on)


def _answers(wish: Wish) -> Iterator[tuple[InstrumentedAttribute[list[str]], Coded]]:
    asked: tuple[tuple[InstrumentedAttribute[list[str]], Coded | None], ...] = (
        (Venue.services, wish.service),
        (Venue.modalities, wish.modality),
        (Venue.conditions, wish.condition),
        (Venue.welcomes, wish.welcome),
    )
    yield from ((column, answer) for column, answer in asked if answer is not None)


def _distance_m(wish: Wish) -> ColumnElement[int]:
    """Measure along the great circle (haversine), in whole metres."""
    latitude, longitude = func.radians(literal(wish.latitude)), func.radians(literal(wish.longitude))
    there_latitude, there_longitude = func.radians(Venue.latitude), func.radians(Venue.longitude)
    height = func.power(func.sin((there_latitude - latitude) / 2), 2)
    width = func.power(func.sin((there_longitude - longitude) / 2), 2)
    chord = height + func.cos(latitude) * func.cos(there_latitude) * width
    metres = 2 * EARTH_RADIUS_M * func.asin(func.sqrt(func.least(1.0, chord)))
    return cast(func.round(metres), BigInteger)


def _found(row: Row[Venue, int | None]) -> FoundVenue:
    venue, distance_m = row
    if distance_m is None:
        return FoundVenue(venue, None, (venue.commune_key, venue.name_key, venue.no))
    return FoundVenue(venue, distance_m, (distance_m, venue.no))
