"""Places: anybody finds where to use a pass, the nearest first, with hours, phone and a map."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum
from functools import partial
from typing import Any
from uuid import UUID

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from voucher_service.funding.campaigns import Campaign
from voucher_service.kernel import clock
from voucher_service.network import acceptance, communes, opening_hours, spelling, venue_search, venues
from voucher_service.network.communes import Commune
from voucher_service.network.venue_search import FoundVenue, Wish
from voucher_service.network.venues import Venue
from voucher_service.network.vocabulary import Condition, Modality, Service, Welcome
from voucher_service.reports.table import Kind
from voucher_service.web import listing
from voucher_service.web.forms import Number, One, Typed
from voucher_service.web.labels import label
from voucher_service.web.language import language, later
from voucher_service.web.listing import Column, ListForm, Read
from voucher_service.web.pages import File, Page, Pages, public, takes
from voucher_service.web.public import cards

pages = Pages("places")

_ON_A_PAGE = 10
_BESIDE = 4
_EVERYWHERE = "toutes"
_COLUMNS = (
    Column(later("Nom"), lambda one: one.venue.name),
    Column(later("Adresse"), lambda one: one.venue.address),
    Column(later("Code postal"), lambda one: one.venue.postcode),
    Column(later("Commune"), lambda one: one.venue.commune),
    Column(later("Téléphone"), lambda one: one.venue.phone),
    Column(later("Site web"), lambda one: one.venue.website),
    Column(later("Services"), lambda one: ", ".join(label(Service(code)) for code in one.venue.services)),
    Column(
        later("Horaires"),
        lambda one: " ; ".join(opening_hours.said(one.venue.opening_hours, language())),
    ),
    Column(later("Distance en mètres"), lambda one: one.distance_m, Kind.INTEGER),
)


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


class PlaceForm(ListForm):
    """Where one looks, and for what; the address of the page says it all."""

    ou = Typed(longest=100)
    rayon = _Kilometres(Radius, default=Radius.AROUND)
    service = One(Service)
    aide = One(Modality)
    acces = One(Condition)
    accueil = One(Welcome)
    campagne = Typed(longest=12)
    lignes = Number(default=_ON_A_PAGE, least=1, most=listing.LONGEST)


@dataclass(frozen=True, slots=True)
class _Sought:
    """What somebody looks for, understood: around which point, in which commune, and what is read of it."""

    named: Sequence[Commune]
    centre: tuple[float, float] | None
    is_found: bool
    read: Read


@pages.get("/lieux")
@public
@takes(PlaceForm)
def search(session: Session, asked: dict[str, Any]) -> Page:
    """Find where to use a pass: the nearest first around a commune or a point."""
    under_way = acceptance.under_way(session, on=clock.civil_date(clock.now()))
    sought = _sought(session, asked, under_way)
    sheet = listing.sheet(asked, sought.read, at="places.search", csv="places.export")
    shown = [cards.card(no, one) for no, one in enumerate(sheet.rows, start=1)]
    return Page(
        "public/places.html",
        where=asked["ou"] or "",
        named=sought.named,
        is_found=sought.is_found,
        of_commune=_of(sought.named),
        radius=asked["rayon"],
        shown=shown,
        sheet=sheet,
        drawn=cards.on_map(shown, centre=sought.centre),
        is_around=sought.centre is not None,
        campaigns=under_way,
        choices=_choices(),
    )


@pages.get("/lieux.csv", streams=True)
@public
@takes(PlaceForm)
def export(session: Session, asked: dict[str, Any]) -> File:
    """Save the same list as a file for a spreadsheet."""
    under_way = acceptance.under_way(session, on=clock.civil_date(clock.now()))
    return listing.file(_("lieux"), _COLUMNS, listing.whole(_sought(session, asked, under_way).read))


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


def _sought(session: Session, asked: dict[str, Any], under_way: Sequence[Campaign]) -> _Sought:
    where = asked["ou"] or ""
    point = communes.point(where)
    named = communes.find(session, said=where) if where and point is None else []
    centre = point or _middle(named)
    if where and point is None and len(named) != 1:
        return _Sought(named, centre, is_found=False, read=_nothing)
    wish = _wish(asked, under_way, centre, named)
    return _Sought(named, centre, is_found=True, read=partial(venue_search.search, session, wish=wish))


def _nothing(*, start: int, limit: int) -> list[FoundVenue]:
    del start, limit
    return []


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
