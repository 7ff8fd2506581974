"""The letter given with a booklet says everything in short sentences, and never who or which code."""

import re
from datetime import date
from typing import Any

import pytest

from voucher_service.network.venue_search import FoundVenue
from voucher_service.network.venues import Venue
from voucher_service.paper.letters import letter, wording
from voucher_service.paper.letters.letter import Facts
from voucher_service.vouchers.answers import YEARS_KEPT

_ABBREVIATIONS = re.compile(r"\b(RGPD|CNIL|CCAS|n°|tél|QR|GDPR|etc)\b")
_LONGEST_SENTENCE = 16


def facts(**said: Any) -> Facts:
    """Return the facts of an invented letter."""
    given: dict[str, Any] = {
        "campaign": "Campagne inventée",
        "controller": "Métropole inventée",
        "face_cents": 1000,
        "size": 10,
        "until": date(2027, 12, 31),
        "numbers": ("PN-2026-000123",),
        "site": "Maison fictive, 34000 Montpellier",
        "commune": "Montpellier",
        "venues": (venue(), venue(name="Centre du Cœur", distance=6_400, commune="Agde", postcode="34300")),
    }
    return Facts(**(given | said))


def venue(name: str = "Le Pixel Inventé", distance: int = 400, **said: Any) -> FoundVenue:
    """Return an invented venue at a distance in metres."""
    given: dict[str, Any] = {
        "name": name,
        "address": "1 rue de l'Exemple",
        "postcode": "34000",
        "commune": "Montpellier",
        "opening_hours": "Mo-Fr 09:00-12:00",
        "phone": "+33467000001",
    }
    return FoundVenue(Venue(**(given | said)), distance, (distance, 1))


def _text(written: letter.Letter) -> str:
    said = [sentence for part in written.parts for sentence in (part.title, *part.sentences, *part.after)]
    return "\n".join(said).replace("\u00a0", " ")


def test_it_says_how_much_and_until_when() -> None:
    written = letter.write(facts())

    assert (written.passes, written.total) == ("10 pass", "100\u00a0€")
    assert "Un pass vaut 10 €." in _text(written)
    assert "jusqu’au 31 décembre 2027." in _text(written)


def test_it_names_the_places_with_address_hours_and_phone() -> None:
    [where] = [part for part in letter.write(facts()).parts if part.places]
    near, far = where.places

    assert "Montpellier" in where.sentences[0]
    assert near.address == ("1 rue de l'Exemple", "34000 Montpellier")
    assert near.hours == ("Du lundi au vendredi\u00a0: de 9\u00a0h à midi",)
    assert near.phone == "Téléphone\u00a0: 04\u00a067\u00a000\u00a000\u00a001"
    assert far.address[1].replace("\u00a0", " ") == "34300 Agde — à 6 km de Montpellier"


def test_a_place_whose_hours_nobody_knows_says_to_phone() -> None:
    [where] = [part for part in letter.write(facts(venues=(venue(opening_hours=None),))).parts if part.places]

    assert where.places[0].hours == ("Téléphonez pour connaître les heures.",)


def test_who_lost_the_booklet_is_told_where_to_go_and_what_to_show() -> None:
    said = _text(letter.write(facts()))

    assert "donné le carnet : Maison fictive, 34000 Montpellier." in said
    assert "Le numéro de votre carnet est : PN-2026-000123" in said
    assert "Le numéro" not in _text(letter.write(facts(numbers=(), site=None)))


def test_two_booklets_are_spoken_of_as_two() -> None:
    said = _text(letter.write(facts(booklets=2, numbers=("PN-2026-000001", "PN-2026-000002"))))

    assert "Vous avez reçu 2 carnets." in said
    assert "Vos 20 pass valent 200 €." in said
    assert "Les numéros de vos carnets sont : PN-2026-000001, PN-2026-000002" in said


def test_where_no_place_is_known_the_letter_does_not_pretend() -> None:
    [where] = [one for one in letter.write(facts(venues=(), commune=None)).parts if one.name == "where"]

    assert where.sentences == ("Demandez la liste des lieux près de chez vous.",)


@pytest.mark.parametrize("language", ["fr", "en"])
def test_the_notice_says_who_why_how_long_and_which_rights(language: str) -> None:
    [notice] = [part for part in letter.write(facts(), language=language).parts if part.name == "data"]
    said = " ".join(notice.sentences)

    assert "Métropole inventée" in said
    assert str(YEARS_KEPT) in said
    wanted = ("voir", "corriger", "effacer") if language == "fr" else ("see", "correct", "erase")
    assert all(word in said for word in wanted)


def test_sentences_are_short_and_nothing_is_abbreviated() -> None:
    said = [one for chapter in wording.CHAPTERS for one in chapter.sentences]
    sentences = [part for one in said for part in re.split(r"(?<=[.?!»]) |: ", one.fr)]

    assert [one for one in sentences if len(one.split()) > _LONGEST_SENTENCE] == []
    assert [one.fr for one in said if _ABBREVIATIONS.search(one.fr)] == []


def test_it_is_never_called_what_only_its_readers_may_call_it() -> None:
    for language in ("fr", "en"):
        written = letter.write(facts(), language=language)
        assert "FALC" not in _text(written) + written.title + written.advice


def test_a_phone_number_is_written_as_it_is_said() -> None:
    assert letter.spoken("+33 (0)4.67.00.00.01").replace("\u00a0", " ") == "04 67 00 00 01"
    assert letter.spoken("3949") == "3949"
