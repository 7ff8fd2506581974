"""Where booklets are, and what their vouchers are worth."""

import pytest

from tests.api.town import API, SERIES, Town, refused
from tests.world import serials_of

BOOKLETS = f"{API}/booklets"


def _numbers(answer: object) -> list[str]:
    return [one["number"] for one in answer.get_json()["items"]]  # type: ignore[attr-defined]


def test_a_booklet_shows_what_each_of_its_vouchers_is_worth(town: Town) -> None:
    [number] = town.in_hand()
    serials = serials_of(number)
    town.redeem(serials[:2])
    town.world.void(serials=serials[2:3])

    shown = town.worker.get(f"{BOOKLETS}/{number}").get_json()

    assert (shown["place"], shown["papers_left"]) == ("handed-over", 7)
    assert [one["state"] for one in shown["vouchers"]] == ["used"] * 2 + ["void"] + ["active"] * 7


def test_a_booklet_of_another_prescriber_is_not_found(town: Town) -> None:
    [number] = town.in_hand()

    assert refused(town.other_worker.get(f"{BOOKLETS}/{number}")) == (404, "booklet-is-unknown")
    assert _numbers(town.other_worker.get(BOOKLETS)) == []
    assert town.clerk.get(f"{BOOKLETS}/{number}").status_code == 403


def test_a_number_that_does_not_exist_is_not_found(town: Town) -> None:
    assert refused(town.operator.get(f"{BOOKLETS}/PN-2026-999999")) == (404, "booklet-is-unknown")


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("place=stock", [3]),
        ("place=at-site", [2]),
        ("place=handed-over", [1]),
        ("place=in-transit", []),
        ("series=PN-2026", [1, 2, 3]),
        ("series=PN-2099", []),
        ("site_id={site}", [1, 2]),
        ("place=at-site&site_id={site}&series=PN-2026", [2]),
    ],
)
def test_booklets_are_found_by_campaign_place_and_site(town: Town, query: str, expected: list[int]) -> None:
    booklets = town.world.active(3)
    town.world.allocate(booklets[:2], town.desk)
    town.world.hand_over(booklets[:1], town.desk)

    found = town.operator.get(f"{BOOKLETS}?{query.format(site=town.desk.site.id)}")

    assert _numbers(found) == [f"{SERIES}-00000{ordinal}" for ordinal in expected]


def test_a_prescriber_lists_its_own_a_page_at_a_time(town: Town) -> None:
    booklets = town.world.produced(5)
    town.world.allocate(booklets[1:], town.desk)

    first = town.worker.get(f"{BOOKLETS}?limit=3")
    second = town.worker.get(f"{BOOKLETS}?limit=3&cursor={first.get_json()['next_cursor']}")

    assert _numbers(first) + _numbers(second) == booklets[1:]
    assert 'rel="next"' in first.headers["Link"]
    assert "Link" not in second.headers
