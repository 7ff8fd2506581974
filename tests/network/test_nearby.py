"""A person is told of the few venues nearest to where he lives."""

from typing import Any

from tests.world import TODAY, World
from voucher_service.funding import campaigns
from voucher_service.network import nearby
from voucher_service.network.vocabulary import Condition

_NORTH, _EAST = 43.61, 3.88


def _find(given: World, *said: str, **more: Any) -> tuple[str | None, list[str]]:
    campaign = given.do(lambda s: campaigns.get(s, given.series))
    commune, found = given.do(
        lambda s: nearby.find(s, communes_said=said, campaign_id=campaign.id, on=TODAY, **more)
    )
    return commune, [one.venue.name for one in found]


def test_the_nearest_venues_that_take_the_campaigns_vouchers_are_named(given: World) -> None:
    given.campaign()
    given.shop(name="Voisin", commune="Lattes", latitude=_NORTH + 0.05, longitude=_EAST)
    given.shop(name="Ici", latitude=_NORTH, longitude=_EAST)
    given.shop(name="Sans accréditation", latitude=_NORTH, longitude=_EAST, accredited=False)
    given.shop(name="À 50 km", commune="Béziers", latitude=_NORTH, longitude=_EAST - 0.6)

    assert _find(given, "montpellier") == ("Montpellier", ["Ici", "Voisin"])
    assert _find(given, "montpellier", limit=1) == ("Montpellier", ["Ici"])


def test_where_none_is_near_one_looks_further(given: World) -> None:
    given.campaign()
    given.shop(name="Ferme", commune="Le Village", latitude=_NORTH, longitude=_EAST, accredited=False)
    given.shop(name="À 50 km", commune="Béziers", latitude=_NORTH, longitude=_EAST - 0.6)

    assert _find(given, "le village") == ("Le Village", ["À 50 km"])


def test_a_venue_that_receives_nobody_is_not_named(given: World) -> None:
    given.campaign()
    place: dict[str, Any] = {"latitude": _NORTH, "longitude": _EAST}
    given.shop(name="Bureaux", conditions=(Condition.NO_PUBLIC,), **place)
    given.shop(name="Ouvert", **place)

    assert _find(given, "montpellier") == ("Montpellier", ["Ouvert"])


def test_the_first_commune_that_is_known_counts_and_none_is_invented(given: World) -> None:
    given.campaign()
    given.shop(name="Ici", latitude=_NORTH, longitude=_EAST)

    assert _find(given, "Nulle-Part", "Montpellier") == ("Montpellier", ["Ici"])
    assert _find(given, "Nulle-Part") == (None, ["Ici"])


def test_a_commune_whose_venues_have_no_position_names_its_own(given: World) -> None:
    given.campaign()
    given.shop(name="Ici")
    given.shop(name="Ailleurs", commune="Lattes")

    assert _find(given, "montpellier") == ("Montpellier", ["Ici"])
