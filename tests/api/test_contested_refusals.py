from typing import Any

from werkzeug.test import TestResponse

from tests.api.callers import Caller
from tests.api.town import API, SERIES, Town, refused
from tests.world import serials_of

CONTESTS = f"{API}/contested-refusals"


def _contest(town: Town, serial: str, by: Caller | None = None, **said: Any) -> TestResponse:
    body = {
        "venue_id": str(town.shop.venue.id),
        "code": town.world.letters(serial),
        "ground": "paper-in-hand",
    }
    return (by or town.clerk).post(CONTESTS, body | said)


def test_a_refused_voucher_is_contested_and_finance_sees_it_waiting(town: Town) -> None:
    [serial, *_] = serials_of(town.in_hand()[0])
    town.redeem([serial])

    answer = _contest(town, serial)
    [seen] = town.finance.get(f"{CONTESTS}?series={SERIES}").get_json()["items"]

    assert answer.status_code == 201
    assert seen == answer.get_json()
    assert (seen["serial"], seen["reason"], seen["ground"]) == (serial, "voucher-is-spent", "paper-in-hand")
    assert town.world.letters(serial) not in answer.text


def test_there_is_no_room_for_a_story(town: Town) -> None:
    [serial, *_] = serials_of(town.in_hand()[0])
    town.redeem([serial])

    assert refused(_contest(town, serial, ground="Madame X est venue")) == (422, "request-is-invalid")
    assert refused(_contest(town, serial, comment="Madame X")) == (422, "request-is-invalid")


def test_what_is_good_and_what_does_not_exist_are_not_contested(town: Town) -> None:
    [serial, *_] = serials_of(town.in_hand()[0])

    assert refused(_contest(town, serial)) == (409, "voucher-is-not-refused")
    assert refused(_contest(town, serial, code="2222222222223")) == (422, "code-is-mistyped")
    assert refused(_contest(town, serial, by=town.other_clerk)) == (404, "venue-is-not-yours")


def test_a_refusal_is_contested_once_and_lists_go_page_by_page(town: Town) -> None:
    serials = serials_of(town.in_hand()[0])[:2]
    town.redeem(serials)
    made = [_contest(town, serial).get_json()["id"] for serial in serials]

    first = town.clerk.get(f"{CONTESTS}?limit=1").get_json()
    rest = town.clerk.get(f"{CONTESTS}?limit=1&cursor={first['next_cursor']}").get_json()

    assert refused(_contest(town, serials[0])) == (409, "refusal-is-contested")
    assert [one["id"] for page in (first, rest) for one in page["items"]] == made[::-1]
    assert town.other_clerk.get(CONTESTS).get_json()["items"] == []
