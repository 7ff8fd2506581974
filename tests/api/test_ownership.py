"""Whose objects: every route that an organisation's people may ask, asked by the owner of an object and by a peer.

The routes are the application's own: one that names an object of which nothing is known here fails.
"""

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from tests.api.callers import Caller, new_key
from tests.api.owned import Owned
from tests.api.town import API, Town, today
from tests.bank_accounts import RIB
from voucher_service.api.marks import Marks
from voucher_service.kernel.actor import Role

# What only ever touches the asker's own account: it names no object.
_OF_ONESELF = {"second-factors", "second-factor-confirmations"}
_ARGUMENT = re.compile(r"<(?:[^<>]+:)?([^<>:]+)>")
_CHANGES = {"mediators": {"left_on": today().isoformat()}, "venues": {"phone": "0400000000"}}
_CAMPAIGN = {"campaigns", "campaigns/<series>", "training-codes"}
# About the sender's own account: there is no object of another to name.
_ABOUT_ONESELF = {"second-factors", "second-factor-confirmations"}
_SHARED = {
    Role.PRESCRIBER: _CAMPAIGN,
    # An accreditation is public with its venue.
    Role.VENUE: _CAMPAIGN,
    # Who takes part in the scheme is no secret among those who fund it; what a campaign does is for its payers.
    Role.FUNDER: _CAMPAIGN | {"funders", "funders/<funder>", "accreditations"},
}


@pytest.fixture
def owned(empty_town: Town) -> Owned:
    """Give a town where each object belongs to somebody."""
    return Owned(empty_town)


def _cells(owned: Owned, role: Role) -> Iterator[tuple[str, Rule, Marks]]:
    views = owned.town.app.view_functions
    for rule in sorted(owned.town.app.url_map.iter_rules(), key=lambda rule: rule.rule):
        marks: Marks | None = vars(views[rule.endpoint]).get("marks")
        noun = rule.rule.removeprefix(f"{API}/")
        if marks is not None and role in (marks.roles or ()) and noun not in _OF_ONESELF:
            yield noun, rule, marks


def _ask(owned: Owned, who: Caller, role: Role, noun: str, rule: Rule, marks: Marks) -> TestResponse:
    names = owned.path(role)
    path = _ARGUMENT.sub(lambda argument: str(names[argument[1]]), rule.rule)
    headers = {"Idempotency-Key": new_key(), "If-Match": '"1"'}
    if marks.method == "GET":
        asked = marks.asks.fields if marks.asks else {}
        days = {"from_on": today().isoformat(), "until_on": today().isoformat()}
        query = {name: value for name, value in (names | days).items() if name in asked}
        return who.ask("GET", path, query_string=query)
    if marks.uploads:
        kind = {"content_type": marks.uploads[0]}
        return who.ask(marks.method, path, data=RIB, headers=headers, **kind)
    said = _CHANGES[noun.partition("/")[0]] if marks.method == "PATCH" else {}
    if marks.hears and marks.method == "POST":
        said = owned.said(role)[noun]
    return who.ask(marks.method, path, json=said, headers=headers)


def _items(answer: TestResponse) -> set[str]:
    """Return the items of a list, to compare; what is no list is one item."""
    said = answer.get_json()
    return {json.dumps(item, sort_keys=True) for item in said.get("items", [said])}


def _read(owned: Owned, role: Role) -> dict[str, tuple[TestResponse, TestResponse]]:
    owner, peer = owned.pairs[role]
    cells: list[tuple[str, Rule, Marks]] = list(_cells(owned, role))
    # The peer first: what the owner does may leave nothing to ask for.
    peers = {_name(cell): _ask(owned, peer, role, *cell) for cell in cells}
    return {_name(cell): (peers[_name(cell)], _ask(owned, owner, role, *cell)) for cell in cells}


def _name(cell: tuple[str, Rule, Marks]) -> str:
    noun, _, marks = cell
    return noun if marks.method == "GET" else f"{marks.method} {noun}"


@pytest.mark.parametrize("role", [Role.PRESCRIBER, Role.VENUE, Role.FUNDER])
def test_an_object_is_there_for_its_owner_and_unknown_to_a_peer(owned: Owned, role: Role) -> None:
    answers = _read(owned, role)

    assert len(answers) > 20
    assert answers.keys() >= _SHARED[role]
    for name, (to_peer, to_owner) in answers.items():
        told: Any = (name, to_peer.status_code, to_owner.status_code, to_owner.data[:500])
        assert to_owner.status_code in (200, 201, 202, 409), told
        if name in _SHARED[role]:
            assert to_peer.data == to_owner.data, told
        else:
            assert to_peer.status_code == 404 or not _items(to_peer) & _items(to_owner), told
        if name.startswith(("POST", "PATCH", "PUT")) or ("<" in name and name not in _SHARED[role]):
            assert to_peer.status_code == 404, told
