"""The holder of an account is compared with whom it is to pay, as people read names."""

import pytest

from voucher_service.network import holder_names
from voucher_service.network.holder_names import Likeness


@pytest.mark.parametrize(
    ("holder", "legal_name", "likeness"),
    [
        ("ASSOC. LE PIXEL INVENTE", "Association Le Pixel inventé", Likeness.EQUAL),
        ("COMMUNE DE VILLE-FICTIVE", "Mairie de Ville-Fictive", Likeness.EQUAL),
        ("Pixel Inventé SARL", "SARL Le Pixel Inventé", Likeness.EQUAL),
        ("Le Pixel Inventé - Régie", "Association Le Pixel Inventé", Likeness.NEAR),
        ("Le Pixel Invente", "Le Pixle Inventé", Likeness.NEAR),
        ("M. Jean Inconnu", "Association Le Pixel Inventé", Likeness.DIFFERENT),
        ("SARL", "Association Le Pixel Inventé", Likeness.DIFFERENT),
    ],
)
def test_names_are_compared_in_plain_words(holder: str, legal_name: str, likeness: Likeness) -> None:
    assert holder_names.compare(holder, legal_name) is likeness
    assert holder_names.compare(legal_name, holder) is likeness
