"""Finance answers contested refusals through the API: one proposes, another decides, the venue hears it."""

from datetime import timedelta
from typing import Any

import pytest
from werkzeug.test import TestResponse

from tests.api.callers import Caller
from tests.api.conftest import Enrol
from tests.api.town import API, Town, refused, today
from tests.world import SERVICE, serials_of
from voucher_service.kernel.actor import Role
from voucher_service.ledger import accounts

CONTESTS, ANSWERS = f"{API}/contested-refusals", f"{API}/contested-refusal-answers"
DECISIONS = f"{API}/contested-refusal-decisions"
DELIVERED = {"service": SERVICE, "minutes": 60, "delivered_by": "employee"}


def contested(town: Town, serial: str) -> str:
    """Contest a service of two months ago, and return the contest's identifier."""
    body = {
        "venue_id": str(town.shop.venue.id),
        "code": town.world.letters(serial),
        "ground": "in-time",
        "served_on": (today() - timedelta(days=60)).isoformat(),
    }
    answer = town.clerk.post(CONTESTS, body)
    assert answer.status_code == 201, answer.text
    return str(answer.get_json()["id"])


def proposed(who: Caller, contest_id: str, **said: Any) -> TestResponse:
    """Propose a payment by exception."""
    body = {"contest_id": contest_id, "answer": "paid", "because": "good-faith", "delivered": DELIVERED}
    return who.post(ANSWERS, body | said)


@pytest.fixture
def pair(caller: Enrol) -> tuple[Caller, Caller]:
    """Give two people of finance."""
    return caller(Role.FINANCE), caller(Role.FINANCE)


def test_a_venue_is_paid_by_exception_by_two_people(town: Town, pair: tuple[Caller, Caller]) -> None:
    first, second = pair
    contest_id = contested(town, serials_of(town.in_hand()[0])[0])

    proposal = proposed(first, contest_id).get_json()
    assert refused(first.post(DECISIONS, {"proposal_id": proposal["id"], "agreed": True})) == (
        403,
        "duties-are-incompatible",
    )
    decision = second.post(DECISIONS, {"proposal_id": proposal["id"], "agreed": True})

    assert decision.status_code == 201
    [heard] = town.clerk.get(CONTESTS).get_json()["items"]
    assert (heard["standing"], heard["told"]["face_cents"]) == ("paid", 1_000)
    assert heard["told"]["redemption_id"] == decision.get_json()["redemption_id"]
    assert town.world.balance(accounts.due(town.shop.venue.no)) == 1_000
    [seen] = first.get(f"{ANSWERS}?contest_id={contest_id}").get_json()["items"]
    assert seen["decision"] == decision.get_json()


def test_a_refusal_is_explained_and_says_how_to_appeal(town: Town, pair: tuple[Caller, Caller]) -> None:
    first, second = pair
    contest_id = contested(town, serials_of(town.in_hand()[0])[0])
    said = {"answer": "refused", "because": "out-of-time", "delivered": None}
    assert refused(proposed(first, contest_id, **said)) == (422, "refusal-is-not-explained")

    proposal = proposed(first, contest_id, **said, explanation="Le service date de deux mois.").get_json()
    [waiting] = town.clerk.get(CONTESTS).get_json()["items"]
    second.post(DECISIONS, {"proposal_id": proposal["id"], "agreed": True})

    [heard] = town.clerk.get(f"{CONTESTS}?standing=refused").get_json()["items"]
    assert (waiting["standing"], waiting["told"]) == ("waiting", None)
    assert heard["told"]["explanation"] == "Le service date de deux mois."
    assert "deux mois à compter" in heard["told"]["appeal"]
    assert refused(proposed(first, contest_id)) == (409, "contest-is-answered")


def test_only_finance_answers_and_auditors_read(town: Town, caller: Enrol) -> None:
    contest_id = contested(town, serials_of(town.in_hand()[0])[0])

    assert refused(proposed(town.clerk, contest_id)) == (403, "duty-is-not-yours")
    assert refused(proposed(town.operator, contest_id)) == (403, "duty-is-not-yours")
    assert caller(Role.AUDITOR).get(ANSWERS).get_json()["items"] == []
    assert refused(town.clerk.get(ANSWERS)) == (403, "duty-is-not-yours")
