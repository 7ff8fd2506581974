"""A redemption made in error is given back, once, by whoever may."""

from uuid import uuid4

from tests.api.town import API, Town, refused
from tests.world import serials_of

REVERSALS = f"{API}/reversals"


def _taken(town: Town) -> tuple[str, str]:
    serial, *_ = serials_of(town.in_hand()[0])
    return serial, town.redeem([serial]).get_json()["items"][0]["redemption_id"]


def test_a_venue_gives_its_own_redemption_back_and_the_voucher_is_good_again(town: Town) -> None:
    serial, redemption_id = _taken(town)

    answer = town.clerk.post(REVERSALS, {"redemption_id": redemption_id, "cause": "wrong-voucher"})

    assert (answer.status_code, answer.get_json()["is_claim"]) == (201, False)
    shown = town.clerk.get(f"{API}/redemptions/{redemption_id}").get_json()
    assert shown["reversal_id"] == answer.get_json()["id"]
    assert town.redeem([serial]).status_code == 201


def test_a_redemption_is_given_back_once(town: Town) -> None:
    _, redemption_id = _taken(town)
    body = {"redemption_id": redemption_id, "cause": "taken-twice"}
    town.finance.post(REVERSALS, body)

    assert refused(town.clerk.post(REVERSALS, body)) == (409, "redemption-is-reversed")


def test_another_operators_redemption_is_not_found(town: Town) -> None:
    _, redemption_id = _taken(town)
    body = {"redemption_id": redemption_id, "cause": "other-error"}

    assert refused(town.other_clerk.post(REVERSALS, body)) == (404, "redemption-is-unknown")
    assert refused(town.clerk.post(REVERSALS, body | {"redemption_id": str(uuid4())}))[0] == 404
    assert town.worker.post(REVERSALS, body).status_code == 403


def test_a_cause_is_one_of_those_that_are_coded(town: Town) -> None:
    answer = town.clerk.post(REVERSALS, {"redemption_id": str(uuid4()), "cause": "because"})

    assert refused(answer) == (422, "request-is-invalid")
