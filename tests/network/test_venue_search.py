"""People find a venue by commune, by service, and by distance."""

import math

import pytest
from sqlalchemy.orm import Session

from tests.network.conftest import AT, profile
from voucher_service.kernel.actor import SYSTEM
from voucher_service.network import venue_search, venues
from voucher_service.network.venue_search import FoundVenue, PointIsNotOnEarth, Position, Wish
from voucher_service.network.vocabulary import Service

NORTH, EAST = 43.60, 3.88


PLACE = "Béziers-Fictif"


def _register(session: Session, name: str, *, commune: str = PLACE, **said: object) -> None:
    venues.register(session, profile=profile(name, commune, **said), at=AT, by=SYSTEM)


def _names(found: list[FoundVenue]) -> list[str]:
    return [one.venue.name for one in found]


def test_a_commune_is_found_without_its_accents(session: Session) -> None:
    _register(session, "Le Pixel")
    _register(session, "Ailleurs", commune="Autre-Ville")

    assert _names(venue_search.search(session, wish=Wish(commune="BEZIERS FICTIF"))) == ["Le Pixel"]


def test_names_come_in_french_order_and_accents_do_not_disturb_it(session: Session) -> None:
    for name in ("Zèbre", "école", "Étoile", "Abri"):
        _register(session, name)

    assert _names(venue_search.search(session, wish=Wish())) == ["Abri", "école", "Étoile", "Zèbre"]


def test_only_venues_that_give_the_service_answer(session: Session) -> None:
    _register(session, "Démarches", services=(Service.PROCEDURES, Service.ACCESS))
    _register(session, "Loisirs", services=(Service.LEISURE,))

    assert _names(venue_search.search(session, wish=Wish(service=Service.ACCESS))) == ["Démarches"]


def test_the_nearest_come_first_and_the_far_and_unplaced_do_not_come(session: Session) -> None:
    _register(session, "Loin", latitude=44.60, longitude=3.88)
    _register(session, "Nulle part")
    _register(session, "Près", latitude=43.61, longitude=3.88)
    _register(session, "Ici", latitude=NORTH, longitude=EAST)

    found = venue_search.search(session, wish=Wish(latitude=NORTH, longitude=EAST, within_m=5_000))

    assert _names(found) == ["Ici", "Près"]
    assert [one.distance_m for one in found] == [0, 1112]


def test_a_distance_is_that_of_the_great_circle(session: Session) -> None:
    _register(session, "Là-bas", latitude=43.95, longitude=4.81)

    (found,) = venue_search.search(session, wish=Wish(latitude=NORTH, longitude=EAST, within_m=100_000))

    angle = math.acos(
        math.sin(math.radians(43.60)) * math.sin(math.radians(43.95))
        + math.cos(math.radians(43.60)) * math.cos(math.radians(43.95)) * math.cos(math.radians(4.81 - 3.88))
    )
    assert found.distance_m == pytest.approx(angle * 6_371_008, abs=1)


@pytest.mark.parametrize("wish", [Wish(), Wish(latitude=NORTH, longitude=EAST), Wish(commune=PLACE)])
def test_pages_hold_every_venue_once(session: Session, wish: Wish) -> None:
    for number in range(7):
        _register(session, f"Lieu {number}", latitude=NORTH, longitude=EAST)

    seen: list[str] = []
    after: Position | None = None
    while page := venue_search.search(session, wish=wish, after=after, limit=3):
        seen += _names(page)
        after = page[-1].position

    assert seen == [f"Lieu {number}" for number in range(7)]


def test_a_page_is_bounded_whatever_is_asked(session: Session) -> None:
    for number in range(venue_search.LARGEST_PAGE + 1):
        _register(session, f"Lieu {number}")

    assert len(venue_search.search(session, wish=Wish(), limit=10_000)) == venue_search.LARGEST_PAGE


@pytest.mark.parametrize(
    "wish",
    [
        Wish(latitude=91.0, longitude=0.0),
        Wish(latitude=43.6),
        Wish(latitude=NORTH, longitude=EAST, within_m=0),
        Wish(latitude=NORTH, longitude=EAST, within_m=100_001),
        Wish(latitude=float("nan"), longitude=0.0),
    ],
)
def test_an_impossible_point_is_refused(session: Session, wish: Wish) -> None:
    with pytest.raises(PointIsNotOnEarth):
        venue_search.search(session, wish=wish)
