"""A paper that a venue could not read waits for whoever handed the booklet over, or for finance."""

from uuid import uuid4

import pytest
from flask import Flask

from tests.api.town import Town, today
from tests.web.browsers import Browser, sign_in_as
from tests.web.conftest import OpenBrowser
from tests.world import SERVICE, serials_of
from voucher_service.identity.users import User
from voucher_service.kernel.actor import Actor, Role
from voucher_service.kernel.database import Database

PAGE = "/papiers-illisibles"


@pytest.fixture
def serial(town: Town) -> str:
    """Give the number of a pass that a venue could not read, and asked for."""
    serial = serials_of(town.in_hand()[0])[0]
    body = {
        "series": town.world.series,
        "serial": serial,
        "venue_id": str(town.shop.venue.id),
        "served_on": today().isoformat(),
        "service": SERVICE,
        "minutes": 45,
        "delivered_by": "employee",
    }
    answer = town.clerk.post("/api/v1/serial-requests", body)
    assert answer.status_code == 201, answer.get_json()
    return serial


def browser_of(app: Flask, database: Database, actor: Actor) -> Browser:
    return sign_in_as(app, database, database.run(lambda s: s.get_one(User, actor.user_id)))


def test_whoever_handed_the_booklet_over_confirms_and_the_pass_is_taken(
    serial: str, town: Town, app: Flask, database: Database
) -> None:
    worker = browser_of(app, database, town.desk.worker)
    assert "Un lieu attend votre réponse" in worker.get("/mes-carnets").text
    page = worker.get(worker.get(PAGE).links()[serial])

    assert page.title == f"Pass illisible {serial}"
    assert town.shop.venue.name in page.text
    assert "45 minutes" in page.text
    assert "le pass est encaissé" in worker.submit(form=0).words("//body")
    assert "Aucune demande n'attend" in worker.get(PAGE).text
    assert "Encaissé" in worker.get(f"{PAGE}?toutes=1").text
    assert town.world.balance(f"venue/{town.shop.venue.no}/due") == 1_000


def test_finance_declines_and_nothing_is_taken(serial: str, town: Town, browser: OpenBrowser) -> None:
    finance = browser(Role.FINANCE)
    address = finance.get(PAGE).links()[serial]
    finance.get(address)
    finance.submit(form=1)
    answered = finance.get(address)
    again = finance.post(f"{address}/confirmer")

    assert "rien n'est encaissé" in answered.text
    assert answered.forms == []
    assert (again.status, again.errors) == (409, ["Cette demande a déjà reçu une réponse."])
    assert town.world.balance(f"venue/{town.shop.venue.no}/due") == 0


def test_another_prescriber_knows_nothing_of_it(
    serial: str, town: Town, app: Flask, database: Database
) -> None:
    mine = browser_of(app, database, town.desk.worker).get(PAGE).links()[serial]
    other = browser_of(app, database, town.world.desk().worker)

    assert "Aucune demande n'attend" in other.get(PAGE).text
    assert other.get(mine).status == other.get(f"{PAGE}/{uuid4()}").status == 404
    assert other.post(f"{mine}/confirmer").status == 404
