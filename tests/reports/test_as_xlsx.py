"""As XLSX: what a spreadsheet opens holds the table's own numbers and dates, and no formula that somebody typed."""

import zipfile
from datetime import date
from io import BytesIO
from typing import Any

from lxml import etree

from tests.reports.tables import COLUMNS, line, statement
from voucher_service.reports import as_xlsx
from voucher_service.reports.table import Row

_SPACE = {"m": "http://schemas.openxmlformats.org/spreadsheetml/2006/main"}
_FIRST_DAY = date(1899, 12, 30)


def sheet(rows: list[Row], number: int = 1, language: str = "fr") -> list[list[Any]]:
    book = zipfile.ZipFile(BytesIO(as_xlsx.render(statement(rows), language=language)))
    strings = etree.fromstring(book.read("xl/sharedStrings.xml")).findall("m:si", _SPACE)
    shared = ["".join(str(part) for part in item.itertext()) for item in strings]
    tree = etree.fromstring(book.read(f"xl/worksheets/sheet{number}.xml"))
    assert tree.findall(".//m:f", _SPACE) == []
    return [
        [_read(cell, shared) for cell in row.findall("m:c", _SPACE)]
        for row in tree.findall(".//m:row", _SPACE)
    ]


def _read(cell: etree._Element, shared: list[str]) -> str | float:
    value = cell.findtext("m:v", namespaces=_SPACE) or ""
    return shared[int(value)] if cell.get("t") == "s" else float(value)


def test_a_row_holds_real_dates_and_euros_under_its_headings() -> None:
    headings, first, total = sheet([line(1)])

    assert headings == [column.fr for column in COLUMNS]
    assert first[0] == (date(2026, 3, 4) - _FIRST_DAY).days
    assert (first[1], first[3], first[4], first[5]) == ("PN-2026-000001-01", 60.0, 10.0, 0.45)
    assert total == ["Total", 60.0, 10.0]


def test_an_instant_is_the_hour_on_the_clock_in_paris() -> None:
    recorded = sheet([line(1)])[1][2]

    assert int(recorded) == (date(2026, 3, 5) - _FIRST_DAY).days
    assert round(recorded % 1 * 24 * 60) == 30


def test_what_somebody_typed_is_never_a_formula_nor_a_link() -> None:
    written = [
        row[1] for row in sheet([line(1, serial="=1+1"), line(2, serial="https://example.invalid")])[1:3]
    ]

    assert written == ["=1+1", "https://example.invalid"]


def test_the_second_sheet_says_what_the_table_is_and_when_it_is_true() -> None:
    said = sheet([line(1)], number=2)

    assert said[0][0] == "Relevé des encaissements"
    assert ["Situation", "Situation au 30/04/2026, telle que connue au rang 12345 du registre"] in said
    assert ["Lieu", "Médiathèque de l’Œuvre Sainte-Ève"] in said


def test_the_same_table_is_the_same_bytes_and_english_is_in_english() -> None:
    assert as_xlsx.render(statement([line(1)])) == as_xlsx.render(statement([line(1)]))
    assert sheet([line(1)], language="en")[0] == [column.en for column in COLUMNS]


def test_a_table_without_rows_still_opens() -> None:
    assert len(sheet([])) == 1
