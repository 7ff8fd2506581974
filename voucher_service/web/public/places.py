"""Places: anybody finds where to use a pass, the nearest first, with hours, phone and a map."""

import re
from collections.abc import Sequence
from enum import IntEnum
from typing import Any
from uuid import UUID

from flask import url_for
from sqlalchemy.orm import Session

from voucher_service.funding.campaigns import Campaign
from voucher_service.kernel import clock
from voucher_service.network import acceptance, communes, spelling, venue_search, venues
from voucher_service.network.communes import Commune
from voucher_service.network.venue_search import FoundVenue, Position, Wish
from voucher_service.network.venues import Venue
from voucher_service.network.vocabulary import Condition, Modality, Service, Welcome
from voucher_service.web.forms import FormSchema, One, Typed
from voucher_service.web.language import language
from voucher_service.web.pages import Page, Pages, public, takes
from voucher_service.web.public import cards

pages = Pages("places")

_ON_A_PAGE = 10
_BESIDE = 4
_EVERYWHERE = "toutes"
_AFTER_AROUND = re.compile(r"([0-9]{1,9})\|([0-9]{1,15})")
_AFTER_BY_NAME = re.compile(r"([^|]+)\|([^|]+)\|([0-9]{1,15})")


class Radius(IntEnum):
    """How far people look, in kilometres."""

    VILLAGE = 5
    TOWN = 10
    AROUND = 20
    COUNTY = 50
    FAR = 100


class _Kilometres(One):
    """One of the radii, as it is typed."""

    def _deserialize(self, value: Any, *_args: Any, **_named: Any) -> Any:
        return super()._deserialize(int(value) if str(value).isdecimal() else value)


class PlaceForm(FormSchema):
    """Where one looks, and for what; the address of the page says it all."""

    ou = Typed(longest=100)
    rayon = _Kilometres(Radius, default=Radius.AROUND)
    service = One(Service)
    aide = One(Modality)
    acces = One(Condition)
    accueil = One(Welcome)
    campagne = Typed(longest=12)
    apres = Typed(longest=500)


@pages.get("/lieux")
@public
@takes(PlaceForm)
def search(session: Session, asked: dict[str, Any]) -> Page:
    """Find where to use a pass: the nearest first around a commune or a point."""
    on = clock.civil_date(clock.now())
    under_way = acceptance.under_way(session, on=on)
    where = asked["ou"] or ""
    point = communes.point(where)
    named = communes.find(session, said=where) if where and point is None else []
    centre = point or _middle(named)
    is_found = not where or point is not None or len(named) == 1
    wish = _wish(asked, under_way, centre, named)
    after = _position(asked["apres"], around=centre is not None)
    found = venue_search.search(session, wish=wish, after=after, limit=_ON_A_PAGE + 1) if is_found else []
    shown = [cards.card(no, one) for no, one in enumerate(found[:_ON_A_PAGE], start=1)]
    return Page(
        "public/places.html",
        where=where,
        named=named,
        is_found=is_found,
        of_commune=_of(named),
        radius=asked["rayon"],
        shown=shown,
        drawn=cards.on_map(shown, centre=centre),
        is_around=centre is not None,
        campaigns=under_way,
        next_url=_next(asked, found),
        first_url=_address(asked) if asked["apres"] else "",
        choices=_choices(),
    )


@pages.get("/lieux/<uuid:venue_id>")
@public
def read(session: Session, venue_id: UUID) -> Page:
    """Read all that is known of a venue."""
    on = clock.civil_date(clock.now())
    venue = venues.get(session, venue_id=venue_id)
    taken = acceptance.taken_at(session, venue_id=venue_id, on=on)
    beside = _beside(session, venue, on)
    itself = cards.card(1, FoundVenue(venue, None, (0, 0)))
    others = [cards.card(no, one) for no, one in enumerate(beside, start=2)]
    return Page(
        "public/place.html",
        place=itself,
        taken=taken,
        is_closed=venue.closed_on is not None and venue.closed_on <= on,
        helps=[Modality(code).title(language()) for code in venue.modalities],
        conditions=[Condition(code).title(language()) for code in venue.conditions],
        beside=others,
        drawn=cards.on_map([itself, *others]),
    )


def _beside(session: Session, venue: Venue, on: Any) -> list[FoundVenue]:
    if venue.latitude is None:
        return []
    numbers = _numbers(acceptance.under_way(session, on=on))
    wish = Wish(latitude=venue.latitude, longitude=venue.longitude, campaign_ids=numbers, on=on)
    found = venue_search.search(session, wish=wish, limit=_BESIDE + 1)
    return [one for one in found if one.venue.id != venue.id][:_BESIDE]


def _wish(
    asked: dict[str, Any],
    under_way: Sequence[Campaign],
    centre: tuple[float, float] | None,
    named: Sequence[Commune],
) -> Wish:
    series = asked["campagne"]
    chosen = [one for one in under_way if series in (None, "", one.series)]
    latitude, longitude = centre or (None, None)
    return Wish(
        commune=named[0].name if named and centre is None else None,
        service=asked["service"],
        modality=asked["aide"],
        condition=asked["acces"],
        welcome=asked["accueil"],
        latitude=latitude,
        longitude=longitude,
        within_m=asked["rayon"] * 1000,
        campaign_ids=() if series == _EVERYWHERE else _numbers(chosen),
        on=clock.civil_date(clock.now()),
    )


def _numbers(campaigns: Sequence[Campaign]) -> tuple[int, ...]:
    # Where no campaign is meant, no venue takes its passes: number 0 is nobody's.
    return tuple(one.id for one in campaigns) or (0,)


def _middle(named: Sequence[Commune]) -> tuple[float, float] | None:
    if len(named) != 1 or named[0].latitude is None or named[0].longitude is None:
        return None
    return named[0].latitude, named[0].longitude


def _of(named: Sequence[Commune]) -> str:
    if len(named) != 1:
        return ""
    return named[0].name if language() == "en" else spelling.of(named[0].name)


def _next(asked: dict[str, Any], found: Sequence[FoundVenue]) -> str:
    if len(found) <= _ON_A_PAGE:
        return ""
    return _address(asked, apres="|".join(map(str, found[_ON_A_PAGE - 1].position)))


def _address(asked: dict[str, Any], **more: Any) -> str:
    said = {name: asked[name] for name in ("ou", "rayon", "service", "aide", "acces", "accueil", "campagne")}
    plain: dict[str, Any] = {name: str(getattr(one, "value", one)) for name, one in said.items() if one}
    return url_for("places.search", **plain, **more)


def _position(said: str | None, *, around: bool) -> Position | None:
    """Read where the page before ended; a mangled address begins the list again."""
    shape = _AFTER_AROUND if around else _AFTER_BY_NAME
    parts = shape.fullmatch(said or "")
    if parts is None:
        return None
    return (int(parts[1]), int(parts[2])) if around else (parts[1], parts[2], int(parts[3]))


def _choices() -> dict[str, list[tuple[Any, str]]]:
    """Return what may be chosen in each list, in the reader's language."""
    kinds: dict[str, tuple[Service | Modality | Condition | Welcome, ...]] = {
        "service": tuple(Service),
        "aide": tuple(Modality),
        "accueil": tuple(Welcome),
        "acces": (Condition.FREE, Condition.NO_APPOINTMENT, Condition.COME_IN),
    }
    chosen = {name: [(one.value, one.title(language())) for one in kind] for name, kind in kinds.items()}
    return chosen | {"rayon": [(one.value, f"{one.value}\u00a0km") for one in Radius]}
