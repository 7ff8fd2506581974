"""As JSON: a table for a machine, with integer cents, ISO 8601 dates and instants in UTC."""

import json
from collections.abc import Iterator
from dataclasses import asdict
from datetime import UTC, date, datetime
from typing import Any

from voucher_service.reports.blocks import in_blocks
from voucher_service.reports.table import Cell, Column, Ratio, Row, Table, Totals, spoken

MEDIA_TYPE = "application/json"


def render(table: Table, *, language: str = "fr") -> Iterator[bytes]:
    """Yield one JSON object, block by block: what the table is, its rows keyed by column, then its totals."""
    return in_blocks(_pieces(table, language))


def _pieces(table: Table, language: str) -> Iterator[str]:
    yield _written(_head(table, language)).removesuffix("}") + ',"rows":['
    totals = Totals(table.columns)
    between = "\n"
    for row in table.rows:
        totals.add(row)
        yield between + _written(_keyed(table.columns, row, language))
        between = ",\n"
    sums = {table.columns[index].key: total for index, total in totals.sums.items()}
    yield f'\n],"totals":{_written(sums)}}}\n'


def _head(table: Table, language: str) -> dict[str, Any]:
    return {
        "name": table.name,
        "title": table.title.said(language),
        "issuer": table.issuer,
        "as_of": {"on": table.as_of.on.isoformat(), "position": table.as_of.position},
        "about": [{"label": label.said(language), "value": value} for label, value in table.about],
        "columns": [
            {"key": column.key, "kind": column.kind, "heading": column.heading(language)}
            for column in table.columns
        ],
        "notes": [note.said(language) for note in table.notes],
    }


def _keyed(columns: tuple[Column, ...], row: Row, language: str) -> dict[str, Any]:
    return {column.key: _plain(value, language) for column, value in zip(columns, row, strict=True)}


def _plain(value: Cell, language: str) -> str | int | dict[str, int] | None:
    match value:
        case Ratio():
            return asdict(value)
        case datetime():
            return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
        case date():
            return value.isoformat()
        case None | int():
            return value
    return spoken(value, language)


def _written(value: dict[str, Any]) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
