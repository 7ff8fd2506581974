"""Every no is a problem that says what to do."""

from dataclasses import fields, is_dataclass

import pytest
from flask import Flask

from tests.api.callers import Caller
from voucher_service.api import problem
from voucher_service.app import contract_app
from voucher_service.kernel.refusal import Kind

RESERVED = {"type", "title", "status", "code", "detail", "instance"}
ORGANISATIONS = "/api/v1/organisations"


def test_an_address_that_leads_nowhere_is_a_problem(anyone: Caller) -> None:
    answer = anyone.get("/api/v1/nowhere")

    assert answer.content_type == "application/problem+json"
    assert answer.get_json() == {
        "type": "http://127.0.0.1:8000/api/v1/problems/nothing-is-here",
        "title": "There is nothing at this address: check it against the contract.",
        "status": 404,
        "code": "nothing-is-here",
    }


def test_a_wrong_method_is_told_the_right_ones(anyone: Caller) -> None:
    answer = anyone.ask("DELETE", ORGANISATIONS)

    assert answer.status_code == 405
    assert "POST" in answer.headers["Allow"]


def test_a_problem_is_said_in_the_readers_language(anyone: Caller) -> None:
    answer = anyone.get("/api/v1/nowhere", headers={"Accept-Language": "fr-FR,fr;q=0.9,en;q=0.5"})

    assert answer.get_json()["title"].startswith("Il n'y a rien à cette adresse")
    assert answer.headers["Content-Language"] == "fr"


def test_a_request_without_a_token_is_told_how_to_sign_in(anyone: Caller) -> None:
    answer = anyone.post(ORGANISATIONS, {})

    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"] == 'Bearer realm="voucher-service"'


def test_a_wrong_token_is_told_so(app: Flask) -> None:
    answer = Caller(app, token="a.b.c").post(ORGANISATIONS, {})

    assert answer.status_code == 401
    assert 'error="invalid_token"' in answer.headers["WWW-Authenticate"]


def test_every_code_is_explained_at_its_type_in_both_languages(anyone: Caller) -> None:
    for known in anyone.get("/api/v1/problems").get_json()["items"]:
        explained = anyone.get("/api/v1/problems/" + known["type"].rpartition("/")[2]).get_json()

        assert explained == known
        assert explained["title"]["fr"] != explained["title"]["en"], known["code"]


def test_no_fact_takes_the_name_of_a_member_of_problems() -> None:
    contract_app()
    for code, refusal in problem.catalogue().items():
        facts: set[str] = {fact.name for fact in fields(refusal)} if is_dataclass(refusal) else set()
        assert not RESERVED & facts, code


def test_every_kind_of_refusal_has_a_status() -> None:
    assert all(400 <= kind.http_status < 600 for kind in Kind)


@pytest.mark.parametrize(
    ("body", "content_type", "status", "code"),
    [
        (b"{", "application/json", 400, "body-is-not-json"),
        (b"", "application/json", 400, "body-is-not-json"),
        (b'{"name": NaN}', "application/json", 400, "body-is-not-json"),
        (b'{"name": "a", "name": "b"}', "application/json", 400, "body-is-not-json"),
        (b"[" * 100_000, "application/json", 400, "body-is-not-json"),
        (b'{"name": ' + b"9" * 5000 + b"}", "application/json", 400, "body-is-not-json"),
        (b'{"name": "\xe9"}', "application/json", 400, "body-is-not-utf8"),
        (b'{"name": "a"}', "text/plain", 415, "content-type-is-not-accepted"),
        (b'{"name": "a"}', "application/json; charset=latin-1", 415, "content-type-is-not-accepted"),
        (b"x" * 1_100_000, "application/json", 413, "body-is-too-large"),
    ],
)
def test_a_body_that_cannot_be_read_is_refused(
    operator: Caller, body: bytes, content_type: str, status: int, code: str
) -> None:
    answer = operator.post(ORGANISATIONS, data=body, content_type=content_type)

    assert (answer.status_code, answer.get_json()["code"]) == (status, code)


@pytest.mark.parametrize(
    ("wanted", "pointer"),
    [
        ({"name": "A", "kind": "prescriber", "colour": "red"}, "/colour"),
        ({"name": "A"}, "/kind"),
        ({"name": "A\x00", "kind": "prescriber"}, "/name"),
        ({"name": "\ud800", "kind": "prescriber"}, "/name"),
        ({"name": "A", "kind": "PRESCRIBER"}, "/kind"),
        ({"name": 12, "kind": "prescriber"}, "/name"),
        ({"name": None, "kind": "prescriber"}, "/name"),
        ({"name": "A", "kind": "prescriber", "a/b~c": 1}, "/a~1b~0c"),
        ({"name": "A", "kind": "prescriber", "\udfff": 1}, "/\udfff"),
        (["a list"], ""),
        ("a string", ""),
    ],
)
def test_a_member_that_does_not_convey_is_pointed_at(operator: Caller, wanted: object, pointer: str) -> None:
    answer = operator.post(ORGANISATIONS, wanted)

    assert answer.status_code == 422
    assert [error["pointer"] for error in answer.get_json()["errors"]] == [pointer]


def test_errors_are_said_in_french_too(operator: Caller) -> None:
    answer = operator.post(ORGANISATIONS, {"name": "A"}, headers={"Accept-Language": "fr"})

    assert answer.get_json()["errors"] == [
        {"pointer": "/kind", "in": "body", "detail": "Ce champ est obligatoire."}
    ]


@pytest.mark.parametrize(
    "query",
    ["colour=red", "limit=0", "limit=201", "limit=a", "limit=1&limit=2", "cursor=%00", "organisation_id=1"],
)
def test_a_query_that_does_not_convey_is_refused(operator: Caller, query: str) -> None:
    assert operator.get(f"/api/v1/users?{query}").status_code == 422


@pytest.mark.parametrize("cursor", ["a", "abcd", "A" * 60])
def test_a_made_up_cursor_is_refused(operator: Caller, cursor: str) -> None:
    answer = operator.get(f"/api/v1/users?cursor={cursor}")

    assert (answer.status_code, answer.get_json()["code"]) == (422, "cursor-is-not-ours")


@pytest.mark.parametrize(
    ("sent", "status"),
    [({}, 428), ({"If-Match": "3"}, 400), ({"If-Match": '"old"'}, 412), ({"If-Match": "*"}, 412)],
)
def test_an_edition_must_say_what_was_read(operator: Caller, sent: dict[str, str], status: int) -> None:
    answer = operator.ask("PUT", "/api/v1/campaigns/PN-2026", json={}, headers=sent)

    assert answer.status_code == status
