"""The table: wording, rates, the state described, totals."""

from datetime import date

import pytest

from tests.reports.tables import COLUMNS, line
from voucher_service.reports.table import AsOf, Ratio, Totals, Wording


def test_words_are_french_unless_english_is_asked_for() -> None:
    heading = Wording("Lieu", "Venue")

    assert [heading.said(), heading.said("fr"), heading.said("de"), heading.said("en")] == [
        *["Lieu"] * 3,
        "Venue",
    ]


@pytest.mark.parametrize(
    ("numerator", "denominator", "per_mille"),
    [(90, 200, 450), (1, 3, 333), (2, 3, 667), (1, 2000, 1), (-1, 3, -333), (-1, 2000, -1), (0, 7, 0)],
)
def test_a_rate_is_rounded_to_the_nearest_thousandth(
    numerator: int, denominator: int, per_mille: int
) -> None:
    assert Ratio(numerator, denominator).per_mille == per_mille


def test_a_rate_of_nothing_is_no_rate() -> None:
    assert Ratio(0, 0).per_mille is None


def test_the_state_described_names_the_date_and_the_place_in_the_record() -> None:
    state = AsOf(date(2026, 4, 30), 12345)

    assert state.said("fr") == "Situation au 30/04/2026, telle que connue au rang 12345 du registre"
    assert state.said("en") == "As of 2026-04-30, as known at record position 12345"


def test_a_table_that_reads_no_books_names_only_the_date() -> None:
    assert AsOf(date(2026, 4, 30)).said("fr") == "Situation au 30/04/2026"


def test_totals_add_the_columns_that_add_up_and_skip_empty_cells() -> None:
    totals = Totals(COLUMNS)

    totals.add(line(1, amount_cents=1000))
    totals.add(line(2, amount_cents=-250))
    totals.add((None,) * len(COLUMNS))

    assert totals.sums == {3: 120, 4: 750}
