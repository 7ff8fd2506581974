"""As CSV: a table for a French spreadsheet, one line of headings and then data only.

Fields are separated by ``;`` and quoted as RFC 4180 says, in UTF-8 with a byte order mark. Amounts are euros
with a decimal comma, and stay numbers. Every line repeats what the table is about, the date and the record
position it is true for, so that a line pasted elsewhere still says them. Title, notes and totals are left to
the other renderings.
"""

import csv
from collections.abc import Callable, Iterator
from typing import Any

from voucher_service.kernel.clock import PARIS
from voucher_service.kernel.money import as_decimal
from voucher_service.reports.blocks import in_blocks
from voucher_service.reports.table import Cell, Column, Kind, Ratio, Row, Table, Wording, spoken

MEDIA_TYPE = "text/csv; charset=utf-8"

_BYTE_ORDER_MARK = "\ufeff"
_ON = Wording("Situation au", "As of")
_POSITION = Wording("Rang du registre", "Record position")
# A spreadsheet runs a cell that begins so, and would obey whoever chose a venue's name.
_STARTS_A_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")  # noqa: RUF001 -- full width too


class _Line:
    """A file of one line: what was written is handed straight back."""

    def write(self, text: str) -> str:
        return text


def render(table: Table, *, language: str = "fr") -> Iterator[bytes]:
    """Yield the table as CSV, block by block, reading its rows once."""
    return in_blocks(_lines(table, language))


def _lines(table: Table, language: str) -> Iterator[str]:
    writer = csv.writer(_Line(), delimiter=";", lineterminator="\r\n")
    headings = [text for column in table.columns for text in _headings(column, language)]
    headings += [
        _inert(heading.said(language)) for heading in (*(about for about, _ in table.about), _ON, _POSITION)
    ]
    # csv.writer returns what write() returned, which its type does not say.
    yield _BYTE_ORDER_MARK + str(writer.writerow(headings))
    position = "" if table.as_of.position is None else str(table.as_of.position)
    repeated = [*(_inert(value) for _, value in table.about), table.as_of.on.isoformat(), position]
    for row in table.rows:
        yield str(writer.writerow([*_fields(table.columns, row, language), *repeated]))


def _headings(column: Column, language: str) -> list[str]:
    heading = _inert(column.heading(language))
    if column.kind is not Kind.RATIO:
        return [heading]
    parts = ("numerator", "denominator") if language == "en" else ("numérateur", "dénominateur")
    return [f"{heading} (%)", *(f"{heading} ({part})" for part in parts)]


def _fields(columns: tuple[Column, ...], row: Row, language: str) -> list[str]:
    cells = zip(columns, row, strict=True)
    return [text for column, value in cells for text in _written(value, column.kind, language)]


def _written(value: Cell, kind: Kind, language: str) -> list[str]:
    if value is None:
        return [""] * (3 if kind is Kind.RATIO else 1)
    if kind is Kind.TEXT:
        return [_inert(spoken(value, language))]
    return _WRITTEN[kind](value)


def _ratio(ratio: Ratio) -> list[str]:
    rate = ratio.per_mille
    percent = "" if rate is None else _decimal(rate * 10)
    return [percent, str(ratio.numerator), str(ratio.denominator)]


def _decimal(hundredths: int) -> str:
    return as_decimal(hundredths).replace(".", ",")


def _inert(text: str) -> str:
    return f"'{text}" if text.startswith(_STARTS_A_FORMULA) else text


_WRITTEN: dict[Kind, Callable[[Any], list[str]]] = {
    Kind.INTEGER: lambda value: [str(int(value))],
    Kind.CENTS: lambda value: [_decimal(value)],
    Kind.DATE: lambda value: [value.isoformat()],
    Kind.INSTANT: lambda value: [value.astimezone(PARIS).isoformat(timespec="seconds")],
    Kind.RATIO: _ratio,
}
