"""The booklets really in a site's cupboard, and what took a lost one's place."""

from typing import Any

import pytest

from tests.api.town import API, SERIES, Town, refused, today
from tests.world import serials_of

COUNTS, LOST = f"{API}/stock-counts", f"{API}/lost-booklets"


def _held(town: Town, booklets: int) -> list[str]:
    numbers = town.world.active(booklets)
    town.world.allocate(numbers, town.desk)
    return numbers


def _body(town: Town, **said: Any) -> dict[str, Any]:
    return {"series": SERIES, "site_id": str(town.desk.site.id)} | said


def test_what_a_count_did_not_find_is_a_shortage(town: Town) -> None:
    missing, there = _held(town, 2)

    made = town.worker.post(COUNTS, _body(town, booklets=[there]))

    shown = made.get_json()
    assert (made.status_code, shown["missing"], shown["expected"], shown["seen"]) == (201, [missing], 2, 1)
    assert town.worker.get(made.headers["Location"]).get_json() == shown
    assert town.finance.get(COUNTS).get_json()["items"] == [shown]
    assert town.worker.get(f"{API}/booklets/{missing}").get_json()["place"] == "missing"


def test_a_missing_booklet_that_turns_up_comes_back(town: Town) -> None:
    [missing] = _held(town, 1)
    town.worker.post(COUNTS, _body(town, booklets=[]))

    found = town.worker.post(f"{API}/found-booklets", _body(town, booklet=missing))
    again = town.worker.post(f"{API}/found-booklets", _body(town, booklet=missing))

    assert (found.status_code, found.get_json()["found_again"]) == (201, [missing])
    assert refused(again) == (409, "booklets-are-elsewhere")


def test_an_empty_cupboard_is_counted_too(town: Town) -> None:
    numbers = _held(town, 1)

    assert town.worker.post(COUNTS, _body(town, booklets=[])).get_json()["missing"] == numbers


def test_a_number_that_does_not_exist_is_refused(town: Town) -> None:
    _held(town, 1)

    answer = town.worker.post(COUNTS, _body(town, booklets=["PN-2026-000999"]))

    assert refused(answer) == (404, "booklet-is-unknown")


def test_a_lost_booklet_is_replaced_by_another_worth_what_was_left(town: Town) -> None:
    [lost], [new] = town.in_hand(), _held(town, 1)
    town.redeem(serials_of(lost)[:3])

    made = town.worker.post(LOST, _body(town, booklet=lost, new_booklet=new))

    shown = made.get_json()
    assert (made.status_code, shown["papers"], shown["kept_back"]) == (201, 7, serials_of(new)[:3])
    assert refused(town.redeem(serials_of(lost)[3:4]))[1] == "voucher-is-void"
    assert town.redeem(serials_of(new)[3:4]).status_code == 201
    again = town.worker.post(LOST, _body(town, booklet=lost, new_booklet=new))
    assert refused(again) == (409, "nothing-is-left")


def test_a_prescriber_reads_its_figures_and_the_booklets_behind_them(town: Town) -> None:
    [handed, *stock] = _held(town, 3)
    town.worker.post(f"{API}/handovers", _body(town, booklets=[handed]))

    told = town.worker.get(f"{API}/shelf-figures").get_json()
    listed = town.worker.get(f"{API}/shelved-booklets?shelf=in-stock&limit=1")
    rest = town.worker.get(
        f"{API}/shelved-booklets?shelf=in-stock&limit=1&cursor={listed.get_json()['next_cursor']}"
    )

    assert (told["in_stock"], told["in_stock_cents"], told["handed_over"]) == (2, 20_000, 1)
    items = [answer.get_json()["items"][0]["number"] for answer in (listed, rest)]
    assert items == stock
    [person_s] = town.worker.get(f"{API}/shelved-booklets?shelf=handed-over").get_json()["items"]
    assert (person_s["number"], person_s["papers_left"], person_s["cents_left"]) == (handed, 10, 10_000)
    assert town.other_worker.get(f"{API}/shelf-figures").get_json()["in_stock"] == 0


@pytest.mark.parametrize("order", ["newest-first", "oldest-first"])
def test_handovers_are_sought_and_read_in_pages(town: Town, order: str) -> None:
    first, second = town.in_hand(), town.in_hand()
    query = f"{API}/handovers?order={order}&limit=1&from_on={today().isoformat()}"
    # The world hands over on a day of its own: only what the API handed over is of today.
    assert town.worker.get(query).get_json()["items"] == []
    query = f"{API}/handovers?order={order}&limit=1&number=PN-2026"

    page = town.worker.get(query).get_json()
    rest = town.worker.get(f"{query}&cursor={page['next_cursor']}").get_json()

    numbers = [page["items"][0]["numbers"], rest["items"][0]["numbers"]]
    assert numbers == ([second, first] if order == "newest-first" else [first, second])
    assert rest["next_cursor"] is None
    assert town.worker.get(f"{API}/handovers?number={first[0]}").get_json()["items"][0]["numbers"] == first
