"""What funders promise."""

from typing import Any

import pytest

from tests.api.town import API, SERIES, Town, refused

PLEDGES = f"{API}/pledges"
PLEDGE = {
    "series": SERIES,
    "funder": "metropole",
    "kind": "pledge",
    "amount_cents": 100_000,
    "reference": "Convention 2026-12",
    "dated_on": "2026-03-01",
}


def test_a_promise_is_amended_and_withdrawn_and_all_of_it_is_listed(town: Town) -> None:
    less = PLEDGE | {"kind": "amendment", "amount_cents": -40_000}
    withdrawn = {**PLEDGE, "kind": "withdrawal"}
    del withdrawn["amount_cents"]

    answers = [town.finance.post(PLEDGES, body) for body in (PLEDGE, less, withdrawn)]
    listed = town.auditor.get(f"{PLEDGES}?series={SERIES}").get_json()["items"]

    assert [answer.status_code for answer in answers] == [201, 201, 201]
    assert [one["amount_cents"] for one in listed] == [100_000, -40_000, -60_000]
    assert listed == [answer.get_json() for answer in answers]


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"amount_cents": None}, "request-is-invalid"),
        ({"kind": "withdrawal"}, "request-is-invalid"),
        ({"amount_cents": 0}, "amount-is-not-positive"),
        ({"amount_cents": -1}, "amount-is-not-positive"),
    ],
)
def test_an_amount_goes_with_its_kind(town: Town, change: dict[str, Any], code: str) -> None:
    assert refused(town.finance.post(PLEDGES, PLEDGE | change)) == (422, code)


def test_a_funder_without_a_part_in_the_key_promises_nothing(town: Town) -> None:
    town.world.funder("caf")

    answer = town.finance.post(PLEDGES, PLEDGE | {"funder": "caf"})

    assert refused(answer) == (409, "funder-is-not-in-the-key")


def test_only_finance_records_promises(town: Town) -> None:
    assert town.operator.post(PLEDGES, PLEDGE).status_code == 403
