"""A professional names a commune as people do; what is noted is its code."""

import pytest
from sqlalchemy.orm import Session

from tests.network.conftest import AT, profile
from voucher_service.kernel.actor import SYSTEM
from voucher_service.network import commune_codes, venues
from voucher_service.network.commune_codes import CommuneIsUnknown, SeveralCommunesAreMeant


@pytest.fixture(autouse=True)
def known(session: Session) -> None:
    """Let four communes be known by their venues, of which one gives no code."""
    for name, commune, postcode, insee in (
        ("Le Pixel", "Saint-Exemple", "34998", "34900"),
        ("Octet", "Bourg-Inventé", "34997", "34901"),
        ("Le Relais", "Bourg-Inventé", "30997", "30902"),
        ("Sans code", "Ville-Fictive", "34999", None),
    ):
        described = profile(name, commune, postcode=postcode, insee=insee)
        venues.register(session, profile=described, at=AT, by=SYSTEM)


@pytest.mark.parametrize("said", ["saint exemple", "ST-EXEMPLE", "34998", "34900", " 34900 ", "saint"])
def test_a_commune_is_meant_by_its_name_its_postcode_its_code_or_a_beginning(
    session: Session, said: str
) -> None:
    assert commune_codes.get(session, said=said) == "34900"


def test_two_communes_of_one_name_are_chosen_from(session: Session) -> None:
    with pytest.raises(SeveralCommunesAreMeant) as refused:
        commune_codes.get(session, said="bourg invente")

    assert refused.value.titles == ("Bourg-Inventé (30997)", "Bourg-Inventé (34997)")
    assert commune_codes.get(session, said="30997") == "30902"


def test_a_code_without_a_venue_is_believed(session: Session) -> None:
    assert commune_codes.get(session, said="2a004") == "2A004"


@pytest.mark.parametrize("said", ["Nulle-Part", "Ville-Fictive", "x", "340"])
def test_a_commune_without_a_code_is_unknown(session: Session, said: str) -> None:
    with pytest.raises(CommuneIsUnknown):
        commune_codes.get(session, said=said)
