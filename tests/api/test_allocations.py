"""Booklets go to prescribers' sites, are counted there, and come back."""

from typing import Any
from uuid import uuid4

import pytest

from tests.api.town import API, SERIES, Town, refused

ALLOCATIONS, RECEIPTS, RETURNS = f"{API}/allocations", f"{API}/receipts", f"{API}/returns"


def _sent(town: Town, booklets: int = 3) -> Any:
    numbers = town.world.produced(booklets)
    body = {"series": SERIES, "site_id": str(town.desk.site.id), "booklets": numbers}
    return town.operator.post(ALLOCATIONS, body)


def test_booklets_are_sent_counted_and_one_is_missing(town: Town) -> None:
    sent = _sent(town)
    shown = sent.get_json()
    missing = shown["numbers"][2]

    counted = town.worker.post(RECEIPTS, {"allocation_id": shown["id"], "counted": 2, "missing": [missing]})

    assert (sent.status_code, shown["booklets"], shown["papers"], shown["receipt"]) == (201, 3, 30, None)
    assert (counted.status_code, counted.get_json()["missing"]) == (201, [missing])
    again = town.worker.get(sent.headers["Location"]).get_json()
    assert again == shown | {"receipt": counted.get_json()}
    places = {one["number"]: one["place"] for one in town.operator.get(f"{API}/booklets").get_json()["items"]}
    assert [places[number] for number in shown["numbers"]] == ["at-site", "at-site", "missing"]


def test_a_range_is_sent_without_naming_each_booklet(town: Town) -> None:
    town.world.produced(4)
    body = {
        "series": SERIES,
        "site_id": str(town.desk.site.id),
        "first_booklet": 2,
        "last_booklet": 3,
        "booklets": [f"{SERIES}-000003", f"{SERIES}-000004"],
    }

    sent = town.operator.post(ALLOCATIONS, body).get_json()

    assert sent["numbers"] == [f"{SERIES}-00000{n}" for n in (2, 3, 4)]


@pytest.mark.parametrize(
    ("which", "pointer"),
    [
        ({}, "/booklets"),
        ({"first_booklet": 2}, "/last_booklet"),
        ({"first_booklet": 2, "last_booklet": 1}, "/last_booklet"),
        ({"first_booklet": 1, "last_booklet": 2001}, "/last_booklet"),
        ({"booklets": ["PN-2026-1"]}, "/booklets/0"),
    ],
)
def test_booklets_are_named_in_one_way_or_the_other(town: Town, which: dict[str, Any], pointer: str) -> None:
    body = {"series": SERIES, "site_id": str(uuid4())} | which

    answer = town.operator.post(ALLOCATIONS, body)

    assert refused(answer) == (422, "request-is-invalid")
    assert [error["pointer"] for error in answer.get_json()["errors"]] == [pointer]


def test_a_site_sees_and_counts_what_was_sent_to_it_only(town: Town) -> None:
    sent = _sent(town)
    receipt = {"allocation_id": sent.get_json()["id"], "counted": 3}

    assert refused(town.other_worker.get(sent.headers["Location"])) == (404, "allocation-is-unknown")
    assert refused(town.other_worker.post(RECEIPTS, receipt)) == (404, "allocation-is-unknown")
    assert town.other_worker.get(ALLOCATIONS).get_json()["items"] == []
    listed = town.worker.get(ALLOCATIONS).get_json()["items"]
    assert [one["id"] for one in listed] == [sent.get_json()["id"]]


def test_allocations_are_listed_by_campaign_and_site(town: Town) -> None:
    sent = _sent(town).get_json()
    elsewhere = town.world.desk().site.id

    def listed(query: str) -> list[str]:
        answer = town.operator.get(f"{ALLOCATIONS}?{query}")
        return [one["id"] for one in answer.get_json()["items"]]

    assert listed(f"series={SERIES}&site_id={sent['site_id']}") == [sent["id"]]
    assert listed(f"site_id={elsewhere}") == []


def test_a_count_that_does_not_agree_is_refused(town: Town) -> None:
    sent = _sent(town).get_json()

    answer = town.worker.post(RECEIPTS, {"allocation_id": sent["id"], "counted": 2})

    assert refused(answer) == (422, "count-differs")


def test_what_was_not_handed_out_goes_back(town: Town) -> None:
    numbers = town.world.produced(2)
    town.world.allocate(numbers, town.desk)
    body = {"series": SERIES, "site_id": str(town.desk.site.id), "booklets": numbers}

    foreign = town.other_worker.post(RETURNS, body)
    made = town.worker.post(RETURNS, body)

    assert refused(foreign) == (404, "site-is-unknown")
    assert (made.status_code, made.get_json()["papers"]) == (201, 20)
    assert town.world.balance("custody/stock") == 20


def test_a_booklet_that_is_elsewhere_is_not_sent(town: Town) -> None:
    numbers = town.world.produced(1)
    town.world.allocate(numbers, town.desk)
    body = {"series": SERIES, "site_id": str(town.desk.site.id), "booklets": numbers}

    assert refused(town.operator.post(ALLOCATIONS, body)) == (409, "booklets-are-elsewhere")


def test_only_the_operator_sends(town: Town) -> None:
    body = {"series": SERIES, "site_id": str(town.desk.site.id), "first_booklet": 1, "last_booklet": 1}

    assert town.worker.post(ALLOCATIONS, body).status_code == 403
