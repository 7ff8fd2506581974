"""How people read a cell."""

from datetime import UTC, date, datetime

import pytest

from voucher_service.reports import reading
from voucher_service.reports.table import Cell, Kind, Ratio


@pytest.mark.parametrize(
    ("value", "kind", "french"),
    [
        (1234500, Kind.CENTS, "12\u202f345,00\u202f€"),
        (-5, Kind.CENTS, "-0,05\u202f€"),
        (1234567, Kind.INTEGER, "1\u202f234\u202f567"),
        (date(2026, 1, 31), Kind.DATE, "31/01/2026"),
        (datetime(2026, 7, 31, 22, 30, tzinfo=UTC), Kind.INSTANT, "01/08/2026 00:30"),
        (Ratio(90, 2000), Kind.RATIO, "4,5\u202f% (90\u00a0/\u00a02\u202f000)"),
        (Ratio(-1, 200), Kind.RATIO, "-0,5\u202f% (-1\u00a0/\u00a0200)"),
        (Ratio(0, 0), Kind.RATIO, "— (0\u00a0/\u00a00)"),
        (" Œuvre\r\n\tSainte-Ève\x07 ", Kind.TEXT, "Œuvre Sainte-Ève"),
        ("«\u00a0cœur\u00a0»", Kind.TEXT, "«\u00a0cœur\u00a0»"),
        (None, Kind.CENTS, ""),
    ],
)
def test_a_cell_reads_as_french_readers_expect(value: Cell, kind: Kind, french: str) -> None:
    assert reading.cell(value, kind) == french


def test_dates_and_rates_read_in_english_too() -> None:
    assert reading.cell(date(2026, 1, 31), Kind.DATE, "en") == "2026-01-31"
    assert reading.cell(Ratio(1, 8), Kind.RATIO, "en") == "12.5\u202f% (1\u00a0/\u00a08)"
