"""A pile of vouchers is sorted by campaign and outcome before anything is spent."""

from typing import Any

from tests.api.town import API, SERIES, Town, refused
from tests.world import serials_of
from voucher_service.vouchers.code import ALPHABET, LENGTH, check_letter

LOOKUPS = f"{API}/voucher-lookups"


def _look_up(town: Town, codes: list[str], **said: Any) -> Any:
    return town.clerk.post(LOOKUPS, {"venue_id": str(town.shop.venue.id), "codes": codes} | said)


def _nonexistent() -> str:
    body = ALPHABET[0] * LENGTH
    return body + check_letter(body)


def _mistyped(code: str) -> str:
    other = next(letter for letter in ALPHABET if letter != code[0])
    return other + code[1:]


def test_a_pile_is_sorted_and_each_paper_keeps_its_place(town: Town) -> None:
    serials = serials_of(town.in_hand()[0])
    asleep = serials_of(town.world.produced(1)[0])
    town.redeem(serials[:1])
    good, used, inactive = (town.world.letters(s) for s in (serials[1], serials[0], asleep[0]))
    more = town.world.letters(serials[2])

    answer = _look_up(town, [used, good, inactive, _nonexistent(), _mistyped(good), more])

    shown = answer.get_json()
    assert [item["outcome"] for item in shown["items"]] == [
        "used", "good", "not-active", "unknown", "unreadable", "good",
    ]  # fmt: skip
    assert [item["reason"] and item["reason"]["code"] for item in shown["items"]] == [
        "voucher-is-spent", None, "voucher-is-not-active", "code-is-unknown", "code-is-mistyped", None,
    ]  # fmt: skip
    assert {"series": SERIES, "outcome": "good", "vouchers": 2, "value_cents": 2_000} in shown["heaps"]
    assert sum(heap["vouchers"] for heap in shown["heaps"]) == 6


def test_looking_up_spends_nothing_and_needs_no_key(town: Town) -> None:
    [booklet] = town.in_hand()
    body = {"venue_id": str(town.shop.venue.id), "codes": town.codes(serials_of(booklet))}

    answer = town.clerk.ask("POST", LOOKUPS, json=body)

    assert answer.status_code == 200
    assert town.redeem(serials_of(booklet)).status_code == 201


def test_a_voucher_of_another_network_says_nothing_of_itself(town: Town) -> None:
    serial, *_ = serials_of(town.in_hand()[0])
    stranger = town.world.shop(accredited=False)
    body = {"venue_id": str(stranger.venue.id), "codes": town.codes([serial])}

    [item] = town.as_caller(stranger.clerk).post(LOOKUPS, body).get_json()["items"]

    assert (item["outcome"], item["serial"], item["face_cents"]) == ("not-yours-to-take", None, None)


def test_a_reason_is_said_in_the_language_of_the_reader(town: Town) -> None:
    body = {"venue_id": str(town.shop.venue.id), "codes": [_nonexistent()]}

    answer = town.clerk.post(LOOKUPS, body, headers={"Accept-Language": "fr"})

    assert answer.get_json()["items"][0]["reason"]["title"].startswith("Aucun pass ne porte ce code")


def test_nobody_looks_up_at_another_operators_venue(town: Town) -> None:
    body = {"venue_id": str(town.shop.venue.id), "codes": [_nonexistent()]}

    assert refused(town.other_clerk.post(LOOKUPS, body)) == (404, "venue-is-not-yours")
    assert town.worker.post(LOOKUPS, body).status_code == 403


def test_guessing_is_slowed_down(town: Town) -> None:
    _look_up(town, [_nonexistent()] * 10)

    answer = _look_up(town, [_nonexistent()])

    assert refused(answer) == (429, "too-many-unknown-codes")
    assert int(answer.headers["Retry-After"]) > 0
