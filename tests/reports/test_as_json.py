"""The table for a machine."""

import json
import tracemalloc
from typing import Any

from tests.reports.tables import COLUMNS, line, statement
from voucher_service.reports import as_json
from voucher_service.reports.table import Row, Wording


def _read(rows: list[Row], language: str = "fr") -> dict[str, Any]:
    content: dict[str, Any] = json.loads(b"".join(as_json.render(statement(rows), language=language)))
    return content


def test_rows_are_objects_of_integer_cents_and_iso_dates() -> None:
    assert _read([line(1)])["rows"] == [
        {
            "served_on": "2026-03-04",
            "serial": "PN-2026-000001-01",
            "recorded_at": "2026-03-04T23:30:00Z",
            "minutes": 60,
            "amount_cents": 1000,
            "use_rate": {"numerator": 90, "denominator": 200},
        }
    ]


def test_our_own_words_follow_the_reader() -> None:
    row = [*line(1)]
    row[1] = Wording("Dû", "Due")

    assert [_read([row], language)["rows"][0]["serial"] for language in ("fr", "en")] == ["Dû", "Due"]


def test_it_says_what_it_is_and_for_which_state() -> None:
    content = _read([], "en")

    assert (content["name"], content["title"]) == ("venue-statement", "Venue statement")
    assert content["as_of"] == {"on": "2026-04-30", "position": 12345}
    assert content["about"] == [{"label": "Venue", "value": "Médiathèque de l’Œuvre Sainte-Ève"}]
    assert content["notes"] == ["This statement is not an invoice."]
    assert content["columns"][4] == {"key": "amount_cents", "kind": "cents", "heading": "Amount"}


def test_totals_are_the_sums_of_the_rows() -> None:
    assert _read([line(1), line(2, amount_cents=-250)])["totals"] == {"minutes": 120, "amount_cents": 750}


def test_a_table_without_rows_is_still_a_document() -> None:
    content = _read([])

    assert content["rows"] == []
    assert content["totals"] == {"minutes": 0, "amount_cents": 0}


def test_an_absent_cell_is_null() -> None:
    assert _read([(None,) * len(COLUMNS)])["rows"] == [{column.key: None for column in COLUMNS}]


def test_five_thousand_long_rows_stream_in_flat_memory() -> None:
    rows = (line(number, serial=f"{number:06d}" * 200) for number in range(5_000))

    tracemalloc.start()
    sent = sum(len(block) for block in as_json.render(statement(rows)))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert sent > 6_000_000
    assert peak < 400_000
