"""Unspent money goes back."""

from tests.api.town import API, SERIES, Town, refused

REFUNDS = f"{API}/funder-refunds"
REFUND = {
    "series": SERIES,
    "funder": "metropole",
    "amount_cents": 30_000,
    "reference": "Reversement 1",
    "paid_on": "2026-06-30",
}


def test_unspent_money_goes_back_and_is_listed(town: Town) -> None:
    town.world.funds(50_000)

    made = town.finance.post(REFUNDS, REFUND)

    assert made.status_code == 201
    assert town.world.balance("funds/metropole") == 20_000
    assert town.auditor.get(f"{REFUNDS}?series={SERIES}").get_json()["items"] == [made.get_json()]


def test_more_than_is_unspent_does_not_go_back(town: Town) -> None:
    town.world.funds(20_000)

    answer = town.finance.post(REFUNDS, REFUND)

    assert refused(answer) == (409, "funds-are-short")
    assert answer.get_json()["available_cents"] == 20_000


def test_only_finance_gives_money_back(town: Town) -> None:
    assert town.operator.post(REFUNDS, REFUND).status_code == 403
