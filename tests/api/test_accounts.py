"""People and machines come in: enrolled, given a link, signed in, locked out."""

from uuid import UUID

import pytest

from tests.api.callers import Caller, new_key
from tests.api.conftest import Enrol
from voucher_service.identity import authenticator
from voucher_service.kernel import clock
from voucher_service.kernel.actor import Role

PASSPHRASE = "trois girafes lisent Proust"


def _enrolled(referent: Caller, email: str) -> str:
    wanted = {"email": email, "name": "Ada Martin", "role": "prescriber"}
    user_id: str = referent.post("/api/v1/users", wanted).get_json()["id"]
    return user_id


def _link(referent: Caller, user_id: str) -> str:
    token: str = referent.post("/api/v1/password-links", {"user_id": user_id}).get_json()["token"]
    return token


def _sign_in(
    anyone: Caller, email: str, password: str = PASSPHRASE, otp: str | None = None
) -> tuple[int, dict[str, object]]:
    wanted = {"grant_type": "password", "email": email, "password": password}
    wanted |= {"otp": otp} if otp else {}
    answer = anyone.ask("POST", "/api/v1/tokens", json=wanted)
    return answer.status_code, answer.get_json()


def _second_factor(person: Caller) -> list[str]:
    """Set a second factor up as a telephone does, and return its recovery codes."""
    secret = person.post("/api/v1/second-factors", {}).get_json()["secret"]
    otp = authenticator.code_at(secret, at=clock.now())
    answer = person.post("/api/v1/second-factor-confirmations", {"otp": otp})
    assert answer.status_code == 201
    codes: list[str] = answer.get_json()["recovery_codes"]
    return codes


@pytest.fixture
def referent(caller: Enrol) -> Caller:
    """Give a référent of a prescriber."""
    return caller(Role.PRESCRIBER, is_referent=True)


def test_a_person_enrolled_chooses_a_password_and_signs_in(referent: Caller, anyone: Caller) -> None:
    user_id = _enrolled(referent, "ada@example.org")
    chosen = {"token": _link(referent, user_id), "password": PASSPHRASE}

    answer = anyone.ask("POST", "/api/v1/passwords", json=chosen)
    status, token = _sign_in(anyone, "ada@example.org")

    assert (answer.status_code, status) == (201, 201)
    ada = Caller(anyone.app, str(token["access_token"]))
    assert ada.get(f"/api/v1/users/{user_id}").get_json()["name"] == "Ada Martin"


def test_a_wrong_password_is_refused_and_counted(anyone: Caller, operator: Caller) -> None:
    answers = [_sign_in(anyone, "nobody@example.org", "wrong") for _ in range(6)]

    assert [status for status, _ in answers] == [401] * 5 + [429]


@pytest.fixture
def ada(referent: Caller, anyone: Caller) -> Caller:
    """Give someone of the référent's own, signed in with her password."""
    user_id = _enrolled(referent, "ada@example.org")
    anyone.ask("POST", "/api/v1/passwords", json={"token": _link(referent, user_id), "password": PASSPHRASE})
    _, token = _sign_in(anyone, "ada@example.org")
    return Caller(anyone.app, str(token["access_token"]), UUID(user_id))


def test_an_account_with_a_second_factor_asks_for_its_code(ada: Caller, anyone: Caller) -> None:
    codes = _second_factor(ada)

    refused = [_sign_in(anyone, "ada@example.org", otp=otp) for otp in (None, "000000")]
    status, token = _sign_in(anyone, "ada@example.org", otp=codes[0])

    assert [(answer, said["code"]) for answer, said in refused] == [
        (422, "factor-is-missing"),
        (422, "factor-is-wrong"),
    ]
    assert (status, token["token_type"]) == (201, "Bearer")
    assert _sign_in(anyone, "ada@example.org", otp=codes[0])[0] == 422


def test_a_wrong_password_says_nothing_of_the_second_factor(ada: Caller, anyone: Caller) -> None:
    codes = _second_factor(ada)

    status, said = _sign_in(anyone, "ada@example.org", "wrong", otp=codes[0])

    assert (status, said["code"]) == (401, "sign-in-failed")


def test_who_lost_the_telephone_is_signed_out_and_signs_in_with_the_password_alone(
    ada: Caller, referent: Caller, anyone: Caller
) -> None:
    _second_factor(ada)

    answer = referent.post("/api/v1/second-factor-resets", {"user_id": str(ada.user_id)})

    assert (answer.status_code, answer.get_json()) == (201, {"user_id": str(ada.user_id)})
    assert _sign_in(anyone, "ada@example.org")[0] == 201


def test_a_secret_is_said_once_even_to_who_asks_again(operator: Caller, anyone: Caller) -> None:
    key, wanted = new_key(), {"name": "Import", "role": "operator"}

    first, again = (operator.post("/api/v1/clients", wanted, key=key).get_json() for _ in range(2))

    assert first["client_secret"]
    assert again == {**first, "client_secret": None}
    grant = {
        "grant_type": "client_credentials",
        "client_id": first["id"],
        "client_secret": first["client_secret"],
    }
    token = anyone.ask("POST", "/api/v1/tokens", json=grant).get_json()["access_token"]
    assert Caller(anyone.app, token).get("/api/v1/users").status_code == 200


def test_a_grant_asks_for_its_own_members(anyone: Caller) -> None:
    wanted = {"grant_type": "password", "email": "ada@example.org", "client_id": "x"}

    answer = anyone.ask("POST", "/api/v1/tokens", json=wanted)

    assert {error["pointer"] for error in answer.get_json()["errors"]} >= {"/client_id"}


def test_people_are_listed_by_pages(referent: Caller) -> None:
    enrolled = {_enrolled(referent, f"someone-{number}@example.org") for number in range(4)}

    pages, path = [], "/api/v1/users?limit=2"
    while path:
        answer = referent.get(path)
        pages.append([user["id"] for user in answer.get_json()["items"]])
        path = answer.headers.get("Link", "").partition(">")[0].removeprefix("<")

    assert [len(page) for page in pages] == [2, 2, 1]
    assert {user for page in pages for user in page} == enrolled | {str(referent.user_id)}


def test_a_cursor_serves_no_other_list(operator: Caller, referent: Caller) -> None:
    _enrolled(referent, "ada@example.org")
    cursor = referent.get("/api/v1/users?limit=1").get_json()["next_cursor"]

    other = f"/api/v1/users?organisation_id={operator.organisation_id}&cursor={cursor}"

    assert operator.get(other).get_json()["code"] == "cursor-is-not-ours"


def test_the_keys_that_tokens_are_checked_with_are_published(anyone: Caller) -> None:
    [key] = anyone.get("/.well-known/jwks.json").get_json()["keys"]

    assert (key["kty"], key["crv"], key["alg"]) == ("OKP", "Ed25519", "EdDSA")
