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
from voucher_service.app import contract_app, pages
from voucher_service.kernel.actor import Role
from voucher_service.web.marks import Marks

_ARGUMENT = re.compile(r"<(?:(\w+)(?:\([^)]*\))?:)?(\w+)>")
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
NAMES = [name for name, _ in PAGES]


def _address(app: Flask, name: str) -> str:
    [rule] = list(app.url_map.iter_rules(name))
    with app.test_request_context():
        return str(app.url_for(name, **dict(_values(rule))))


def _values(rule: Rule) -> Iterator[tuple[str, Any]]:
    for kind, argument in _ARGUMENT.findall(rule.rule):
        plain: Any = {"uuid": uuid4(), "int": 999_999}.get(kind, "inconnu")
        yield argument, INVENTED.get(argument, plain)


@pytest.mark.parametrize(("name", "marks"), PAGES, ids=NAMES)
def test_a_page_says_who_may_open_it(name: str, marks: Marks) -> None:
    assert marks.is_public or marks.roles, f"{name} lacks @allow or @public"


@pytest.mark.parametrize(("name", "marks"), PAGES, ids=NAMES)
def test_a_stranger_is_asked_to_sign_in(name: str, marks: Marks, app: Flask, stranger: Browser) -> None:
    response = stranger.client.open(_address(app, name), method=marks.method)

    if marks.is_public:
        assert response.status_code < 500
        assert response.status_code != 401
    else:
        assert (response.status_code, response.location.split("?")[0]) == (303, "/connexion")


def test_each_role_opens_its_own_pages_and_is_refused_at_the_others(app: Flask, browser: OpenBrowser) -> None:
    wrong = []
    for role in Role:
        visitor = browser(role, is_referent=True)
        seal = {"_seal": visitor.seal}
        for name, marks in PAGES:
            if marks.is_public:
                continue
            sent = seal if marks.method == "POST" else None
            response = visitor.client.open(_address(app, name), method=marks.method, data=sent)
            is_refused = response.status_code == 403
            if is_refused == (role in (marks.roles or ())) or response.status_code >= 500:
                wrong.append((role.value, name, response.status_code))
            if name.startswith("account.") and marks.method == "POST":
                visitor = browser(role, is_referent=True)
                seal = {"_seal": visitor.seal}

    assert wrong == []


@pytest.mark.parametrize(
    ("name", "marks"), [one for one in PAGES if one[1].method == "POST"], ids=lambda one: str(one)[:60]
)
def test_a_form_that_another_site_sends_is_refused(
    name: str, marks: Marks, app: Flask, browser: OpenBrowser
) -> None:
    role = next(iter(marks.roles or {Role.VENUE}))
    visitor = browser(role)

    foreign = visitor.client.post(
        _address(app, name), data={"_seal": visitor.seal}, headers={"Sec-Fetch-Site": "cross-site"}
    )
    unsealed = visitor.client.post(_address(app, name), data={"_seal": "x"})

    assert (foreign.status_code, unsealed.status_code) == (403, 403)
