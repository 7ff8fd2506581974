"""A paper that cannot be read: the venue asks by serial, and somebody else confirms."""

from typing import Any

from tests.api.town import API, SERIES, Town, refused
from tests.world import SERVICE, serials_of

REQUESTS, CONFIRMATIONS = f"{API}/serial-requests", f"{API}/serial-confirmations"


def _ask(town: Town, serial: str) -> Any:
    service = {"service": SERVICE, "minutes": 45, "delivered_by": "employee"}
    body = {"venue_id": str(town.shop.venue.id), "series": SERIES, "serial": serial}
    return town.clerk.post(REQUESTS, body | service)


def _open(town: Town) -> tuple[str, str]:
    serial, *_ = serials_of(town.in_hand()[0])
    return serial, _ask(town, serial).get_json()["id"]


def test_a_request_that_is_confirmed_redeems_the_voucher(town: Town) -> None:
    serial, request_id = _open(town)

    answer = town.worker.post(CONFIRMATIONS, {"request_id": request_id, "confirmed": True})

    redemption_id = answer.get_json()["redemption_id"]
    proof = town.clerk.get(f"{API}/redemptions/{redemption_id}").get_json()
    assert (answer.status_code, proof["serial"], proof["minutes"]) == (201, serial, 45)
    [shown] = town.clerk.get(REQUESTS).get_json()["items"]
    assert (shown["redemption_id"], shown["answered_at"]) == (redemption_id, answer.get_json()["at"])


def test_a_request_that_is_declined_moves_nothing(town: Town) -> None:
    serial, request_id = _open(town)

    answer = town.finance.post(CONFIRMATIONS, {"request_id": request_id, "confirmed": False})

    assert (answer.status_code, answer.get_json()["redemption_id"]) == (201, None)
    assert town.redeem([serial]).status_code == 201


def test_a_request_is_answered_once(town: Town) -> None:
    _, request_id = _open(town)
    town.worker.post(CONFIRMATIONS, {"request_id": request_id, "confirmed": False})

    answer = town.worker.post(CONFIRMATIONS, {"request_id": request_id, "confirmed": True})

    assert refused(answer) == (409, "request-is-answered")


def test_a_request_is_seen_and_answered_by_those_whom_it_concerns(town: Town) -> None:
    _, request_id = _open(town)
    body = {"request_id": request_id, "confirmed": True}

    def seen(reader: Any, query: str = "") -> list[str]:
        return [one["id"] for one in reader.get(f"{REQUESTS}{query}").get_json()["items"]]

    assert seen(town.clerk) == seen(town.worker) == seen(town.finance) == [request_id]
    assert seen(town.other_clerk) == seen(town.other_worker) == []
    assert refused(town.other_worker.post(CONFIRMATIONS, body)) == (404, "request-is-unknown")
    assert town.clerk.post(CONFIRMATIONS, body).status_code == 403
    assert seen(town.finance, f"?series={SERIES}&unanswered=true") == [request_id]
    town.worker.post(CONFIRMATIONS, body)
    assert seen(town.finance, "?unanswered=true") == []


def test_a_serial_that_does_not_exist_is_not_found(town: Town) -> None:
    assert refused(_ask(town, f"{SERIES}-000999-01")) == (404, "voucher-is-unknown")


def test_nothing_is_asked_for_a_spent_voucher_or_for_another_operators_venue(town: Town) -> None:
    serial, *_ = serials_of(town.in_hand()[0])
    town.redeem([serial])
    service = {"service": SERVICE, "minutes": 45, "delivered_by": "employee"}
    body = {"venue_id": str(town.shop.venue.id), "series": SERIES, "serial": serial} | service

    assert refused(_ask(town, serial)) == (409, "voucher-is-spent")
    assert refused(town.other_clerk.post(REQUESTS, body)) == (404, "venue-is-not-yours")
