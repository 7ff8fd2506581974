"""Who may open which page: every page of the service, for every role, and for a stranger."""

import re
from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import pytest
from flask import Flask
from werkzeug.routing import Rule

from tests.web.browsers import Browser
from tests.web.conftest import OpenBrowser
from tests.world import World
from voucher_service.app import contract_app, pages
from voucher_service.kernel.actor import Role
from voucher_service.web.marks import Marks

_ARGUMENT = re.compile(r"<(?:(\w+)(?:\(([^)]*)\))?:)?(\w+)>")
INVENTED: dict[str, Any] = {
    "series": "PN-2026",
    "number": "PN-2026-000001",
    "code": "etat",
    "token": "x" * 43,
}


def _pages() -> list[tuple[str, Marks]]:
    app = contract_app()
    for of_audience in pages():
        app.register_blueprint(of_audience)
    found = ((rule.endpoint, app.view_functions[rule.endpoint]) for rule in app.url_map.iter_rules())
    return sorted((name, view.page_marks) for name, view in found if hasattr(view, "page_marks"))


PAGES = _pages()


def _address(app: Flask, name: str, number: int = 999_999) -> str:
    [rule] = list(app.url_map.iter_rules(name))
    with app.test_request_context():
        return str(app.url_for(name, **dict(_values(rule, number))))


def _values(rule: Rule, number: int) -> Iterator[tuple[str, Any]]:
    for kind, choices, argument in _ARGUMENT.findall(rule.rule):
        first = choices.split(",")[0].strip('" ') or "inconnu"
        plain: Any = {"uuid": uuid4(), "int": number}.get(kind, first)
        yield argument, plain if kind == "int" else INVENTED.get(argument, plain)


def test_a_page_says_who_may_open_it() -> None:
    assert [name for name, marks in PAGES if not (marks.is_public or marks.roles)] == []


def test_a_stranger_is_asked_to_sign_in(app: Flask, stranger: Browser) -> None:
    wrong = []
    for name, marks in PAGES:
        response = stranger.client.open(_address(app, name), method=marks.method)
        asked = (response.status_code, (response.location or "").split("?")[0]) == (303, "/connexion")
        if marks.is_public == asked or response.status_code in (401, 500):
            wrong.append((name, response.status_code))

    assert wrong == []


@pytest.mark.parametrize("role", list(Role))
def test_each_role_opens_its_own_pages_and_is_refused_at_the_others(
    role: Role, app: Flask, browser: OpenBrowser
) -> None:
    visitor, wrong = browser(role, is_referent=True), []
    for name, marks in PAGES:
        if marks.is_public:
            continue
        sent = {"_seal": visitor.seal} if marks.method == "POST" else None
        response = visitor.client.open(_address(app, name), method=marks.method, data=sent)
        is_refused = response.status_code == 403
        if is_refused == (role in (marks.roles or ())) or response.status_code >= 500:
            wrong.append((name, response.status_code))
        if any(cookie.startswith("session=") for cookie in response.headers.getlist("Set-Cookie")):
            visitor = browser(role, is_referent=True)

    assert wrong == []


@pytest.mark.parametrize("number", [0, 40_000, 999_999_999])
def test_a_number_that_nothing_has_is_no_fault_of_the_service(
    app: Flask, browser: OpenBrowser, committed: World, number: int
) -> None:
    committed.campaign()
    visitors, wrong = {role: browser(role) for role in (Role.OPERATOR, Role.FINANCE)}, []
    for name, marks in PAGES:
        [rule] = list(app.url_map.iter_rules(name))
        for role in visitors.keys() & set(marks.roles or ()) if "<int" in rule.rule else ():
            sent = {"_seal": visitors[role].seal} if marks.method == "POST" else None
            response = visitors[role].client.open(_address(app, name, number), method=marks.method, data=sent)
            if response.status_code >= 500:
                wrong.append((name, response.status_code))

    assert wrong == []


def test_a_form_that_another_site_sends_is_refused(app: Flask, browser: OpenBrowser) -> None:
    visitors, wrong = {role: browser(role) for role in Role}, []
    for name, marks in PAGES:
        if marks.method != "POST":
            continue
        visitor = visitors[next(iter(marks.roles or {Role.VENUE}))]
        sealed, unsealed = {"_seal": visitor.seal}, {"_seal": "x"}
        foreign = visitor.client.post(
            _address(app, name), data=sealed, headers={"Sec-Fetch-Site": "cross-site"}
        )
        forged = visitor.client.post(_address(app, name), data=unsealed)
        if (foreign.status_code, forged.status_code) != (403, 403):
            wrong.append((name, foreign.status_code, forged.status_code))

    assert wrong == []
