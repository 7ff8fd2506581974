"""Names are compared as people read them."""

import pytest

from voucher_service.network import spelling


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("SAINT-THIBÉRY", "saint thibery"),
        ("Cœur d'Hérault", "coeur d herault"),
        ("  Le   Pixel,  Inventé ", "le pixel invente"),
        ("東京", ""),
    ],
)
def test_accents_case_and_punctuation_do_not_tell_names_apart(written: str, read: str) -> None:
    assert spelling.plain(written) == read


@pytest.mark.parametrize(
    "written", ["ST-THIBERY", "Saint Thibéry", "saint-thibéry CEDEX", "St Thibéry Cedex 2"]
)
def test_a_commune_is_the_same_however_it_is_addressed(written: str) -> None:
    assert spelling.commune(written) == "saint thibery"


def test_invisible_marks_and_odd_spaces_leave_a_text() -> None:
    assert spelling.tidy("\ufeff Le\u00a0Pix\u00adel \u200b Inventé\u202f") == "Le Pixel Inventé"


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("CASTELNAU LE LEZ", "Castelnau le Lez"),
        ("LE CRÈS", "Le Crès"),
        ("SAINT-JEAN-DE-VÉDAS", "Saint-Jean-de-Védas"),
        ("VILLENEUVE-LÈS-MAGUELONE", "Villeneuve-lès-Maguelone"),
        ("L'ISLE-D'ABEAU", "L'Isle-d'Abeau"),
        ("Mauguio", "Mauguio"),
    ],
)
def test_a_name_in_capitals_is_read_as_people_write_it(written: str, read: str) -> None:
    assert spelling.readable(written) == read


@pytest.mark.parametrize(
    ("name", "of"),
    [
        ("Montpellier", "de Montpellier"),
        ("Agde", "d’Agde"),
        ("Évian", "d’Évian"),
        ("Le Crès", "du Crès"),
        ("Les Matelles", "des Matelles"),
        ("La Grande-Motte", "de La Grande-Motte"),
    ],
)
def test_french_joins_a_commune_to_what_is_near_it(name: str, of: str) -> None:
    assert spelling.of(name) == of
