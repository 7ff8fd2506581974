"""Dates and amounts as a paper says them."""

from datetime import date

import pytest

from voucher_service.paper import wording


@pytest.mark.parametrize(
    ("on", "said"),
    [
        (date(2027, 12, 31), "31\u00a0décembre\u00a02027"),
        (date(2027, 8, 1), "1er\u00a0août\u00a02027"),
        (date(2028, 2, 29), "29\u00a0février\u00a02028"),
    ],
)
def test_a_day_is_said_in_words_that_stay_together(on: date, said: str) -> None:
    assert wording.day(on) == said
    assert wording.until(on) == f"valable jusqu’au {said}"


@pytest.mark.parametrize(
    ("cents", "said"),
    [(1_000, "10\u00a0€"), (1_250, "12,50\u00a0€"), (5, "0,05\u00a0€"), (1_234_500, "12\u202f345\u00a0€")],
)
def test_cents_are_said_only_where_there_are_some(cents: int, said: str) -> None:
    assert wording.euros(cents) == said
