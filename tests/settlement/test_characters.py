"""Tests of what a bank accepts as a name and as a reference."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voucher_service.settlement.characters import as_reference, in_bank_characters


@pytest.mark.parametrize(
    ("written", "sent"),
    [
        ("Médiathèque de la Croix-Rousse", "Mediatheque de la Croix-Rousse"),
        ("L'Œuvre d’Ænéas", "L'OEuvre d'AEneas"),
        ("Cœur & Âme — n° 3", "Coeur + Ame - no 3"),
        ("Façade «Nord»", "Facade 'Nord'"),
        ("Straße", "Strasse"),
        ("10 €", "10 EUR"),
        ("a\tb\n c", "a b c"),
        ("東京", ".."),
        ("é", "e"),
        ("ǽ", "ae"),
        ("", "."),
    ],
)
def test_french_is_written_with_the_letters_a_bank_has(written: str, sent: str) -> None:
    assert in_bank_characters(written, at_most=70) == sent


def test_a_name_is_cut_where_the_bank_stops_reading() -> None:
    assert in_bank_characters("a" * 69 + " b", at_most=70) == "a" * 69


@given(st.text(max_size=200))
def test_whatever_people_write_a_bank_can_read(written: str) -> None:
    sent = in_bank_characters(written, at_most=70)

    assert re.fullmatch(r"[A-Za-z0-9/\-?:().,'+ ]{1,70}", sent)
    assert sent == sent.strip()
    assert in_bank_characters(sent, at_most=70) == sent


def test_a_reference_is_made_of_the_run_and_the_line() -> None:
    assert as_reference("PN-2026", "R3", 17) == "PN-2026-R3-17"


def test_a_reference_that_a_bank_would_cut_is_refused() -> None:
    with pytest.raises(ValueError, match="35 characters"):
        as_reference("PN-2026-" + "X" * 30)
