"""One command, one transaction; one key, one effect."""

import hashlib
import hmac
import json
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import func, select

from tests.api.callers import Caller, new_key
from tests.api.conftest import Enrol
from voucher_service.identity.organisations import Organisation
from voucher_service.kernel.actor import Role
from voucher_service.kernel.database import Database
from voucher_service.kernel.idempotency import KeptAnswer
from voucher_service.kernel.keys import Keyring

ORGANISATIONS = "/api/v1/organisations"
MISSION = {"name": "Mission locale", "siret": "21690123100011", "kind": "prescriber"}


def _count(database: Database) -> int:
    with database.transaction() as session:
        return session.scalars(select(func.count()).select_from(Organisation)).one()


def test_an_act_answers_with_the_address_of_what_it_made(operator: Caller) -> None:
    answer = operator.post(ORGANISATIONS, MISSION)

    assert answer.status_code == 201
    assert operator.get(answer.headers["Location"]).get_json() == answer.get_json()


def test_an_act_repeated_under_its_key_is_answered_the_same_and_done_once(
    operator: Caller, database: Database
) -> None:
    key = new_key()
    first = operator.post(ORGANISATIONS, MISSION, key=key)
    before = _count(database)

    again = operator.post(ORGANISATIONS, MISSION, key=key)

    assert (again.status_code, again.data) == (first.status_code, first.data)
    assert again.headers["Location"] == first.headers["Location"]
    assert again.headers["Idempotent-Replayed"] == "true"
    assert "Idempotent-Replayed" not in first.headers
    assert _count(database) == before


@pytest.mark.parametrize("siret", ["21690123100011", None])
def test_sixteen_twins_have_one_effect_and_one_answer(
    operator: Caller, database: Database, siret: str | None
) -> None:
    key, wanted, before = new_key(), {**MISSION, "siret": siret}, _count(database)

    with ThreadPoolExecutor(16) as twins:
        answers = list(twins.map(lambda _: operator.post(ORGANISATIONS, wanted, key=key), range(16)))

    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.data for answer in answers}) == 1
    assert sum("Idempotent-Replayed" not in answer.headers for answer in answers) == 1
    assert _count(database) == before + 1


def test_a_key_used_for_another_payload_is_refused(operator: Caller) -> None:
    key = new_key()
    operator.post(ORGANISATIONS, MISSION, key=key)

    answer = operator.post(ORGANISATIONS, {**MISSION, "name": "Another"}, key=key)

    assert (answer.status_code, answer.get_json()["code"]) == (422, "idempotency-key-is-reused")


def test_what_is_kept_of_a_request_tells_nothing_to_whoever_guesses_it(
    operator: Caller, database: Database, keys: Keyring
) -> None:
    operator.post(ORGANISATIONS, MISSION)

    with database.transaction() as session:
        kept = session.scalars(select(KeptAnswer.payload)).one()
    said = json.dumps([{}, "", MISSION], sort_keys=True).encode()
    assert kept != hashlib.sha256(said).digest()
    assert kept != hmac.digest(keys.code_pepper(), said, hashlib.sha256)
    assert kept == hmac.digest(keys.derived("answers"), said, hashlib.sha256)


def test_a_key_used_by_a_colleague_is_refused(operator: Caller, caller: Enrol) -> None:
    key, colleague = new_key(), caller(Role.OPERATOR, organisation_id=operator.organisation_id)
    operator.post(ORGANISATIONS, MISSION, key=key)

    assert colleague.post(ORGANISATIONS, MISSION, key=key).status_code == 422


def test_a_refusal_is_not_kept_under_its_key(operator: Caller) -> None:
    key = new_key()
    refused = operator.post(ORGANISATIONS, {**MISSION, "siret": "21690123100012"}, key=key)

    answer = operator.post(ORGANISATIONS, MISSION, key=key)

    assert (refused.status_code, answer.status_code) == (422, 201)


@pytest.mark.parametrize(
    ("key", "code"), [("short", "malformed"), ("é" * 20, "malformed"), ("x" * 129, "malformed")]
)
def test_a_malformed_key_is_refused(operator: Caller, key: str, code: str) -> None:
    answer = operator.post(ORGANISATIONS, MISSION, key=key)

    assert (answer.status_code, answer.get_json()["code"]) == (400, f"idempotency-key-is-{code}")


def test_an_act_without_a_key_is_refused(operator: Caller) -> None:
    answer = operator.ask("POST", ORGANISATIONS, json=MISSION)

    assert (answer.status_code, answer.get_json()["code"]) == (400, "idempotency-key-is-missing")
