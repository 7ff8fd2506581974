"""The table for a spreadsheet."""

import csv
import io
import tracemalloc

import pytest

from tests.reports.tables import COLUMNS, line, statement
from voucher_service.reports import as_csv
from voucher_service.reports.table import Kind, Row, Wording


def _read(rows: list[Row], language: str = "fr") -> list[list[str]]:
    content = b"".join(as_csv.render(statement(rows), language=language))
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""), delimiter=";"))


def test_it_opens_in_a_french_spreadsheet() -> None:
    content = b"".join(as_csv.render(statement([line(1, amount_cents=-123456)])))

    assert content.startswith(b"\xef\xbb\xbfDate du service;")
    assert content.endswith(b"\r\n")
    assert _read([line(1, amount_cents=-123456)])[1] == [
        "2026-03-04",
        "PN-2026-000001-01",
        "2026-03-05T00:30:00+01:00",
        "60",
        "-1234,56",
        "45,00",
        "90",
        "200",
        "Médiathèque de l’Œuvre Sainte-Ève",
        "2026-04-30",
        "12345",
    ]


def test_our_own_words_follow_the_reader_and_are_no_formula_either() -> None:
    row = [*line(1)]
    row[1] = Wording("-Dû", "=Due")

    assert _read([row])[1][1] == "'-Dû"
    assert _read([row], "en")[1][1] == "'=Due"


def test_headings_follow_the_reader_and_a_rate_shows_what_it_is_made_of() -> None:
    assert _read([], "fr")[0][-6:] == [
        "Taux d’utilisation (%)",
        "Taux d’utilisation (numérateur)",
        "Taux d’utilisation (dénominateur)",
        "Lieu",
        "Situation au",
        "Rang du registre",
    ]
    assert _read([], "en")[0][-4:] == ["Use rate (denominator)", "Venue", "As of", "Record position"]


@pytest.mark.parametrize("first", ["=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠"])  # noqa: RUF001
def test_a_text_never_becomes_a_formula(first: str) -> None:
    hostile = f'{first}HYPERLINK("http://example.org";"clic")'

    rows = _read([line(1, serial=hostile)])

    assert rows[1][1] == f"'{hostile}"


@pytest.mark.parametrize("text", ["Œuvre; dite « cœur »", 'un "guillemet"', "deux\r\nlignes", ""])
def test_any_text_is_read_back_whole(text: str) -> None:
    rows = _read([line(1, serial=text)])

    assert rows[1][1] == text
    assert len(rows) == 2


def test_an_absent_cell_is_empty_and_keeps_the_columns_in_place() -> None:
    rows = _read([(None,) * len(COLUMNS)])

    assert rows[1] == [*[""] * 8, "Médiathèque de l’Œuvre Sainte-Ève", "2026-04-30", "12345"]


def test_a_row_with_a_missing_cell_is_a_mistake() -> None:
    with pytest.raises(ValueError, match="shorter"):
        _read([line(1)[:-1]])


def test_five_thousand_long_rows_stream_in_flat_memory() -> None:
    rows = (line(number, serial=f"{number:06d}" * 200) for number in range(5_000))
    sent = 0

    tracemalloc.start()
    for block in as_csv.render(statement(rows)):
        sent += len(block)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert sent > 6_000_000
    assert peak < 450_000


def test_the_sample_has_a_column_of_every_kind() -> None:
    assert {column.kind for column in COLUMNS} == set(Kind)
