"""Cells are read as people write them, and what is not understood is noted."""

from datetime import date

import pytest

from voucher_service.network.directory.lines import Doubt, Fault
from voucher_service.network.directory.rows import Row, titles_of
from voucher_service.network.vocabulary import Service


def _problems(row: Row) -> list[str]:
    return [problem.code for problem in row.problems]


@pytest.mark.parametrize(
    ("written", "day"),
    [
        ("2022-08-18", date(2022, 8, 18)),
        ("2022-08-18T10:00:00Z", date(2022, 8, 18)),
        ("18/08/2022", date(2022, 8, 18)),
        ("juil-22", date(2022, 7, 1)),
        ("févr-23", date(2023, 2, 1)),
        ("Decembre 2018", date(2018, 12, 1)),
        ("Novembre 20", date(2020, 11, 1)),
        ("", None),
    ],
)
def test_dates_are_read_as_directories_write_them(written: str, day: date | None) -> None:
    row = Row({"date": written})

    assert row.day("date") == day
    assert _problems(row) == []


@pytest.mark.parametrize("written", ["hier", "32/01/2022", "brum-22", "2022-13-01"])
def test_an_unreadable_date_is_noted(written: str) -> None:
    row = Row({"date": written})

    assert row.day("date") is None
    assert _problems(row) == [Doubt.BAD_DATE]


@pytest.mark.parametrize(
    ("latitude", "longitude", "position", "problems"),
    [
        ("43.61", "3.87", (43.61, 3.87), []),
        ("43,61", "3,87", (43.61, 3.87), []),
        ("", "", (None, None), [Doubt.NO_POSITION]),
        ("43.61", "", (None, None), [Doubt.NO_POSITION]),
        ("0", "0", (None, None), [Doubt.BAD_POSITION]),
        ("inf", "3.87", (None, None), [Doubt.BAD_POSITION]),
        ("nord", "3.87", (None, None), [Doubt.BAD_POSITION]),
        ("99", "3.87", (None, None), [Doubt.BAD_POSITION]),
    ],
)
def test_a_position_is_taken_whole_or_not_at_all(
    latitude: str, longitude: str, position: tuple[float | None, float | None], problems: list[str]
) -> None:
    row = Row({"lat": latitude, "lon": longitude})

    assert row.position("lat", "lon") == position
    assert _problems(row) == problems


@pytest.mark.parametrize(
    ("written", "siret", "problems"),
    [
        ("732 829 320 00074", "73282932000074", []),
        ("35600000049837", "35600000049837", []),
        ("00000000000000", None, [Doubt.NO_SIRET]),
        ("", None, [Doubt.NO_SIRET]),
        ("73282932000075", None, [Fault.BAD_SIRET]),
        ("W343012345", None, [Fault.BAD_SIRET]),
    ],
)
def test_a_siret_is_checked_and_the_dummy_is_none(
    written: str, siret: str | None, problems: list[str]
) -> None:
    row = Row({"siret": written})

    assert row.siret("siret", wrong=Fault.BAD_SIRET) == siret
    assert _problems(row) == problems


def test_the_zero_that_spreadsheets_drop_is_put_back() -> None:
    row = Row({"cp": "1000", "other": "34 000"})

    assert (row.postcode("cp"), row.postcode("other")) == ("01000", "34000")
    assert _problems(row) == [Doubt.POSTCODE_PADDED]


def test_answers_are_read_by_code_or_title_once_each_and_the_unknown_are_noted() -> None:
    written = "safe-use|UTILISATION SECURISEE DU NUMERIQUE|Poterie : au tour||Loisirs et créations numériques"
    row = Row({"services": written})

    found = row.codes("services", "|", titles_of(Service), Doubt.UNKNOWN_SERVICE)

    assert found == (Service.SAFE_USE, Service.LEISURE)
    assert [(problem.code, problem.text) for problem in row.problems] == [
        (Doubt.UNKNOWN_SERVICE, "Poterie : au tour")
    ]


def test_what_is_quoted_in_a_problem_is_short() -> None:
    row = Row({"date": "x" * 500})
    row.day("date")

    assert len(row.problems[0].text) == 80
