"""Vouchers become worth their face, with money behind them."""

from typing import Any

import pytest

from tests.api.town import API, SERIES, Town, refused

ACTIVATIONS = f"{API}/activations"
MANDATE = {"series": SERIES, "mandate_number": "2026-118", "mandated_on": "2026-06-01"}


def test_a_range_of_booklets_is_activated_and_listed(town: Town) -> None:
    town.world.produced(3)
    town.world.funds(20_000)

    made = town.finance.post(ACTIVATIONS, MANDATE | {"first_booklet": 2, "last_booklet": 3})

    assert made.status_code == 201
    assert town.auditor.get(f"{ACTIVATIONS}?series={SERIES}").get_json()["items"] == [made.get_json()]
    active = [one["active"] for one in town.operator.get(f"{API}/booklets").get_json()["items"]]
    assert active == [False, True, True]


def test_a_whole_batch_is_activated_by_its_number(town: Town) -> None:
    town.world.produced(1)
    town.world.produced(2)
    town.world.funds(20_000)

    made = town.operator.post(ACTIVATIONS, MANDATE | {"batch_no": 2})

    assert (made.get_json()["first_booklet"], made.get_json()["last_booklet"]) == (2, 3)


def test_what_each_funder_still_has_to_pay_is_said(town: Town) -> None:
    town.world.produced(1)
    town.world.funds(9_000)

    answer = town.finance.post(ACTIVATIONS, MANDATE | {"batch_no": 1})

    assert refused(answer) == (409, "funds-do-not-cover")
    assert answer.get_json()["missing_cents"] == {"metropole": 1_000}


@pytest.mark.parametrize(
    ("which", "pointer"),
    [
        ({}, "/batch_no"),
        ({"first_booklet": 1}, "/last_booklet"),
        ({"last_booklet": 1}, "/first_booklet"),
        ({"batch_no": 1, "first_booklet": 1, "last_booklet": 1}, "/first_booklet"),
        ({"first_booklet": 0, "last_booklet": 1}, "/first_booklet"),
    ],
)
def test_a_range_or_a_batch_is_named(town: Town, which: dict[str, Any], pointer: str) -> None:
    answer = town.finance.post(ACTIVATIONS, MANDATE | which)

    assert refused(answer) == (422, "request-is-invalid")
    assert pointer in {error["pointer"] for error in answer.get_json()["errors"]}


def test_an_unknown_batch_is_not_found(town: Town) -> None:
    assert refused(town.finance.post(ACTIVATIONS, MANDATE | {"batch_no": 9})) == (404, "batch-is-unknown")


def test_a_venue_activates_nothing(town: Town) -> None:
    assert town.clerk.post(ACTIVATIONS, MANDATE | {"batch_no": 1}).status_code == 403
