"""Money received, once per bank reference; engagements with their exercice."""

from tests.api.town import API, SERIES, Town, refused
from voucher_service.funding.terms import MoneySide

DEPOSITS = f"{API}/deposits"
DEPOSIT = {
    "series": SERIES,
    "reference": "VIR-2026-001",
    "funder": "metropole",
    "amount_cents": 70_000,
    "received_on": "2026-03-10",
}


def test_a_deposit_answers_a_promise_and_what_exceeds_it_waits(town: Town) -> None:
    town.world.pledge(50_000)

    answer = town.finance.post(DEPOSITS, DEPOSIT)

    assert (answer.status_code, answer.get_json()["matched_cents"]) == (201, 50_000)
    assert town.world.balance("suspense") == 20_000


def test_the_same_bank_reference_under_another_key_changes_nothing(town: Town) -> None:
    first = town.finance.post(DEPOSITS, DEPOSIT)

    again = town.finance.post(DEPOSITS, DEPOSIT)

    assert (again.status_code, again.get_json()) == (201, first.get_json())
    assert "Idempotent-Replayed" not in again.headers
    assert town.auditor.get(f"{DEPOSITS}?series={SERIES}").get_json()["items"] == [first.get_json()]


def test_the_same_bank_reference_with_another_amount_is_refused(town: Town) -> None:
    town.finance.post(DEPOSITS, DEPOSIT)

    answer = town.finance.post(DEPOSITS, DEPOSIT | {"amount_cents": 70_001})

    assert refused(answer) == (409, "deposit-differs")


def test_an_engagement_names_its_exercice(empty_town: Town) -> None:
    empty_town.open_campaign(money_side=MoneySide.COMMITMENT)

    refusal = empty_town.finance.post(DEPOSITS, DEPOSIT)
    taken = empty_town.finance.post(DEPOSITS, DEPOSIT | {"exercice": 2026})

    assert refused(refusal) == (422, "exercice-is-missing")
    assert (taken.status_code, taken.get_json()["exercice"]) == (201, 2026)


def test_only_finance_records_money(town: Town) -> None:
    assert town.operator.post(DEPOSITS, DEPOSIT).status_code == 403


def test_a_list_of_deposits_is_of_one_campaign(town: Town) -> None:
    assert refused(town.finance.get(DEPOSITS)) == (422, "request-is-invalid")
    assert refused(town.finance.get(f"{DEPOSITS}?series=PN-2099")) == (404, "campaign-is-unknown")
