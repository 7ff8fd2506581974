"""The counter: papers are shown, looked at and taken; what was taken is listed, cancelled, paid, contested."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask

from tests.api.test_payment_runs import Till, opened
from tests.api.town import Town, today
from tests.web.browsers import Browser, Sight, sign_in_as
from tests.world import SERVICE, World, serials_of
from voucher_service.identity.users import User
from voucher_service.kernel.database import Database
from voucher_service.vouchers.training import CODES, MISTYPED

COUNTER = "/guichet/encaisser"
VERIFY, TAKE = f"{COUNTER}/verifier", f"{COUNTER}/valider"
GIVEN = {"service": SERVICE, "minutes": "45", "who": "employee"}


def clerk_of(town: Town, app: Flask, database: Database, actor: Any = None) -> Browser:
    who = actor or town.shop.clerk
    return sign_in_as(app, database, database.run(lambda s: s.get_one(User, who.user_id)))


@pytest.fixture
def clerk(town: Town, app: Flask, database: Database) -> Browser:
    """Give the browser of the person at the town's counter."""
    return clerk_of(town, app, database)


@pytest.fixture
def letters(town: Town) -> list[str]:
    """Give the codes of a booklet in somebody's hands."""
    return town.codes(serials_of(town.in_hand()[0]))


def show(clerk: Browser, *codes: str) -> Sight:
    """Show papers at the counter, one after the other."""
    page = clerk.get(COUNTER)
    for code in codes:
        page = clerk.submit({"code": code})
    return page


def take(clerk: Browser, **said: Any) -> Sight:
    """Press the button that takes what lies on the counter."""
    return send(clerk, TAKE, GIVEN | said)


def send(clerk: Browser, path: str, said: dict[str, Any]) -> Sight:
    """Fill in the form that was opened last and press a button of it that acts elsewhere."""
    assert clerk.seen is not None
    form = next(one for one in clerk.seen.forms if one.get("id") == "counter" or len(clerk.seen.forms) == 1)
    content: dict[str, Any] = {}
    for name, value in form.form_values():
        content.setdefault(name, []).append(value)
    return clerk.post(path, content | said)


def answer(page: Sight) -> str:
    return page.words("//*[@id='answer']")


def test_every_page_of_the_counter_opens(clerk: Browser) -> None:
    for path in (
        "/guichet/accueil",
        COUNTER,
        "/guichet/saisie-tardive",
        "/guichet/encaissements",
        "/guichet/paiements",
        "/guichet/releve",
        "/guichet/demandes",
        "/guichet/demandes/papier-illisible",
        "/guichet/demandes/contester",
        "/guichet/lieux",
        "/guichet/entrainement",
    ):
        page = clerk.get(path)
        assert page.status == 200, (path, page.text)
        assert page.title


def test_a_voucher_is_looked_at_before_it_is_taken(clerk: Browser, letters: list[str], town: Town) -> None:
    shown = show(clerk, f"pn1:{letters[0].lower()}")
    before = town.world.balance(f"venue/{town.shop.venue.no}/due")
    taken = take(clerk)

    assert "10,00 €" in shown.text
    assert "Campagne fictive" in shown.text
    assert "Encaisser 10,00 €" in shown.text
    assert before == 0
    assert answer(taken).startswith("10,00 € encaissés")
    assert town.world.balance(f"venue/{town.shop.venue.no}/due") == 1_000
