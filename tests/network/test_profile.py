"""What makes a venue unusable is named, and nothing else is."""

from typing import Any

import pytest

from tests.network.conftest import profile
from voucher_service.network.profile import Flaw, flaws, is_on_earth


def test_a_venue_with_a_name_and_an_address_is_usable() -> None:
    assert flaws(profile()) == []


@pytest.mark.parametrize(
    ("said", "flaw"),
    [
        ({"name": " - "}, Flaw.NO_NAME),
        ({"address": ""}, Flaw.NO_ADDRESS),
        ({"commune": "?"}, Flaw.NO_COMMUNE),
        ({"postcode": "3499"}, Flaw.BAD_POSTCODE),
        ({"postcode": "３４９９９"}, Flaw.BAD_POSTCODE),  # noqa: RUF001 -- full-width digits
        ({"insee": "20123"}, Flaw.BAD_INSEE),
        ({"latitude": 43.6}, Flaw.BAD_POSITION),
        ({"latitude": 91.0, "longitude": 3.0}, Flaw.BAD_POSITION),
        ({"latitude": float("nan"), "longitude": 3.0}, Flaw.BAD_POSITION),
        ({"name": "x" * 201}, Flaw.TOO_LONG),
        ({"website": "https://exemple.invalid/" + "x" * 1_000}, Flaw.TOO_LONG),
        ({"phone": "04\x0067"}, Flaw.UNPRINTABLE),
    ],
)
def test_each_flaw_of_a_venue_is_named(said: dict[str, Any], flaw: Flaw) -> None:
    assert flaws(profile(**said)) == [flaw]


def test_a_corsican_insee_code_is_sound() -> None:
    assert flaws(profile(insee="2A004")) == []


def test_a_position_is_whole_or_absent() -> None:
    assert is_on_earth(None, None)
    assert is_on_earth(43.6, 3.9)
    assert not is_on_earth(None, 3.9)


def test_one_venue_written_twice_has_one_identity() -> None:
    one = profile("Médiathèque L'Invention", "SAINT-FICTIF", address="2, Place de la Mairie")
    other = profile("MEDIATHEQUE L’INVENTION", "St Fictif CEDEX", address="2 place de la mairie")

    assert one.identity == other.identity
    assert one.identity != profile("Médiathèque L'Invention", "Autre-Ville").identity
