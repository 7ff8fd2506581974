"""As XLSX: a table for an accountant's spreadsheet: real numbers and dates, one line of headings, filters ready.

The first sheet holds the rows and nothing else; the second says what the table is, what it describes and how to
read it. The same table always gives the same bytes. Rows are written as they come, without being kept.
"""

from datetime import UTC, datetime
from io import BytesIO
from typing import Any
from uuid import UUID

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from voucher_service.kernel.clock import PARIS
from voucher_service.reports.table import Cell, Column, Kind, Ratio, Table, Totals, Wording, spoken

MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

_WRITTEN_AT = datetime(2000, 1, 1, tzinfo=UTC).replace(tzinfo=None)
_WIDTHS = {Kind.TEXT: 28, Kind.INTEGER: 12, Kind.CENTS: 16, Kind.DATE: 12, Kind.INSTANT: 18, Kind.RATIO: 10}
_FORMATS = {
    Kind.INTEGER: "#,##0",
    Kind.CENTS: '#,##0.00 "€"',
    Kind.DATE: "dd/mm/yyyy",
    Kind.INSTANT: "dd/mm/yyyy hh:mm",
    Kind.RATIO: "0.0%",
}
_TOTAL, _ABOUT, _AS_OF, _ISSUER = (
    Wording("Total", "Total"),
    Wording("À propos", "About"),
    Wording("Situation", "State"),
    Wording("Émis par", "Issued by"),
)


def render(table: Table, *, language: str = "fr") -> bytes:
    """Return the workbook; amounts are euros, and what people typed is never taken for a formula."""
    file = BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(file, options) as book:
        book.set_properties({"title": table.title.said(language), "created": _WRITTEN_AT})
        bold = book.add_format({"bold": True})
        formats = {kind: book.add_format({"num_format": form}) for kind, form in _FORMATS.items()}
        sums = {kind: book.add_format({"num_format": form, "bold": True}) for kind, form in _FORMATS.items()}
        _rows(book.add_worksheet(table.name[:31]), table, language, bold, formats, sums)
        _about(book.add_worksheet(_ABOUT.said(language)), table, language, bold)
    return file.getvalue()


def _rows(
    sheet: Worksheet,
    table: Table,
    language: str,
    bold: Format,
    formats: dict[Kind, Format],
    sums: dict[Kind, Format],
) -> None:
    for place, column in enumerate(table.columns):
        sheet.set_column(place, place, _WIDTHS[column.kind])
        sheet.write_string(0, place, column.heading(language), bold)
    totals, line = Totals(table.columns), 0
    for line, row in enumerate(table.rows, start=1):
        totals.add(row)
        for place, (cell, column) in enumerate(zip(row, table.columns, strict=True)):
            _write(sheet, line, place, cell, column, formats.get(column.kind), language)
    sheet.freeze_panes(1, 0)
    sheet.autofilter(0, 0, max(line, 1), len(table.columns) - 1)
    if line and totals.sums:
        _total(sheet, line + 1, table, totals, language, bold, sums)


def _total(
    sheet: Worksheet,
    line: int,
    table: Table,
    totals: Totals,
    language: str,
    bold: Format,
    sums: dict[Kind, Format],
) -> None:
    if 0 not in totals.sums:
        sheet.write_string(line, 0, _TOTAL.said(language), bold)
    for place, total in totals.sums.items():
        column = table.columns[place]
        _write(sheet, line, place, total, column, sums.get(column.kind), language)


def _write(
    sheet: Worksheet, line: int, place: int, cell: Cell, column: Column, form: Format | None, language: str
) -> None:
    value = _value(cell, column.kind, language)
    if value is None:
        return
    if isinstance(value, str):
        sheet.write_string(line, place, value)
    elif isinstance(value, int | float):
        sheet.write_number(line, place, value, form)
    else:
        sheet.write_datetime(line, place, value, form)


def _value(cell: Any, kind: Kind, language: str) -> Any:
    if cell is None or cell == "":
        return None
    if kind is Kind.CENTS:
        return cell / 100
    if kind is Kind.INSTANT:
        return cell.astimezone(PARIS).replace(tzinfo=None)
    if isinstance(cell, Ratio):
        return cell.numerator / cell.denominator if cell.denominator else None
    return spoken(cell, language) if kind is Kind.TEXT or isinstance(cell, UUID) else cell


def _about(sheet: Worksheet, table: Table, language: str, bold: Format) -> None:
    sheet.set_column(0, 0, 24)
    sheet.set_column(1, 1, 90)
    lines = [
        (table.title.said(language), ""),
        (_AS_OF.said(language), table.as_of.said(language)),
        *([(_ISSUER.said(language), table.issuer)] if table.issuer else []),
        *((label.said(language), value) for label, value in table.about),
        *(("", note.said(language)) for note in table.notes),
    ]
    for line, (label, value) in enumerate(lines):
        sheet.write_string(line, 0, label, bold)
        sheet.write_string(line, 1, value)
