"""People name the place where they look for a venue, in their own spelling."""

from sqlalchemy.orm import Session

from tests.network.conftest import AT, profile
from voucher_service.kernel.actor import SYSTEM
from voucher_service.network import communes, venues


def _register(session: Session, name: str, commune: str, postcode: str = "34999", **said: object) -> None:
    described = profile(name, commune, postcode=postcode, **said)
    venues.register(session, profile=described, at=AT, by=SYSTEM)


def _titles(session: Session, said: str) -> list[str]:
    return [one.title for one in communes.find(session, said=said)]


def test_a_commune_is_known_by_its_name_its_postcode_or_its_code(session: Session) -> None:
    _register(session, "Le Pixel", "Saint-Exemple", "34998", insee="34900")

    for said in ("saint exemple", "ST-EXEMPLE", "34998", "34900", "Saint-Exemple (34998)"):
        assert _titles(session, said) == ["Saint-Exemple (34998)"]


def test_its_middle_is_the_middle_of_its_venues(session: Session) -> None:
    _register(session, "Nord", "Ville-Fictive", latitude=43.70, longitude=3.80)
    _register(session, "Sud", "VILLE FICTIVE", latitude=43.60, longitude=3.90)
    _register(session, "Quelque part", "Ville-Fictive")

    [found] = communes.find(session, said="ville fictive")

    assert (found.name, found.venues) == ("Ville-Fictive", 3)
    assert (round(found.latitude or 0, 3), round(found.longitude or 0, 3)) == (43.65, 3.85)


def test_two_communes_of_one_name_are_told_apart_by_their_departement(session: Session) -> None:
    _register(session, "Le Pixel", "Bourg-Inventé", "34997")
    _register(session, "Octet", "Bourg-Inventé", "30997")

    assert _titles(session, "bourg invente") == ["Bourg-Inventé (30997)", "Bourg-Inventé (34997)"]
    assert _titles(session, "Bourg-Inventé (30997)") == ["Bourg-Inventé (30997)"]


def test_a_name_that_nobody_bears_may_be_the_beginning_of_one(session: Session) -> None:
    _register(session, "Le Pixel", "Ville-Fictive")
    _register(session, "Octet", "Ville-Imaginaire")

    assert _titles(session, "ville") == ["Ville-Fictive (34999)", "Ville-Imaginaire (34999)"]
    assert _titles(session, "v") == []
    assert _titles(session, "%") == []
