"""Who may ask what: every route, every role, from the routes themselves."""

import re
from uuid import uuid4

import pytest
from flask import Flask
from werkzeug.routing import Rule

from tests.api.callers import Caller
from tests.api.conftest import Enrol
from tests.api.town import Town
from voucher_service.api.marks import Marks
from voucher_service.kernel.actor import Role

_SAMPLES = {"uuid": str(uuid4()), "int": "1"}
_ARGUMENT = re.compile(r"<(?:([^:<>()]+)[^:<>]*:)?[^<>]+>")


def _marked(app: Flask) -> list[tuple[Rule, Marks]]:
    rules = [
        (rule, vars(app.view_functions[rule.endpoint]).get("marks")) for rule in app.url_map.iter_rules()
    ]
    return [(rule, marks) for rule, marks in rules if marks is not None and not marks.is_public]


def _ask(caller: Caller, rule: Rule, marks: Marks, samples: dict[str, str] = _SAMPLES) -> tuple[int, str]:
    path = _ARGUMENT.sub(lambda argument: samples.get(argument[1] or "", "PN-2026"), rule.rule)
    content_type = marks.uploads[0] if marks.uploads else "application/json"
    headers = {"Idempotency-Key": str(uuid4()), "If-Match": '"1"'}
    answer = caller.ask(marks.method, path, data=b"{}", content_type=content_type, headers=headers)
    return answer.status_code, answer.get_json()["code"] if answer.status_code >= 400 else ""


def test_nobody_is_let_in_without_a_token(anyone: Caller, app: Flask) -> None:
    for rule, marks in _marked(app):
        assert _ask(anyone, rule, marks) == (401, "token-is-missing"), rule


@pytest.mark.parametrize("role", Role)
def test_a_role_is_refused_wherever_it_is_not_named(caller: Enrol, app: Flask, role: Role) -> None:
    someone = caller(role)

    for rule, marks in _marked(app):
        if role not in (marks.roles or ()):
            assert _ask(someone, rule, marks) == (403, "duty-is-not-yours"), rule


@pytest.mark.parametrize("role", Role)
def test_a_role_is_let_in_wherever_it_is_named(caller: Enrol, app: Flask, role: Role) -> None:
    someone = caller(role)

    for rule, marks in _marked(app):
        if role in (marks.roles or ()):
            status, code = _ask(someone, rule, marks)
            assert status not in (401, 405), rule
            assert status < 500, (rule, code)


@pytest.mark.parametrize("number", ["0", "40000", "9" * 9, "2147483648", "9" * 30])
def test_a_number_that_nothing_has_is_no_fault_of_the_service(town: Town, app: Flask, number: str) -> None:
    people = {Role.OPERATOR: town.operator, Role.FINANCE: town.finance}
    samples, wrong = _SAMPLES | {"int": number}, []
    for rule, marks in _marked(app):
        for role in people.keys() & set(marks.roles or ()) if "<int" in rule.rule else ():
            status, code = _ask(people[role], rule, marks, samples)
            if not 400 <= status < 500 or status == 405:
                wrong.append((rule.rule, status, code))

    assert wrong == []


def test_a_lock_acts_at_once(operator: Caller, caller: Enrol) -> None:
    someone = caller(Role.AUDITOR)
    path = f"/api/v1/users/{someone.user_id}"
    before = someone.get(path).status_code

    operator.post("/api/v1/account-locks", {"account_id": str(someone.user_id)})

    assert (before, someone.get(path).get_json()["code"]) == (200, "account-is-locked")
