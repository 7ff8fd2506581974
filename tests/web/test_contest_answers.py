"""Finance answers a contested refusal on its pages, and the venue reads the answer on its own."""

from datetime import timedelta
from typing import Any

import pytest

from tests.api.town import API, Town, today
from tests.web.browsers import Browser, sign_in
from tests.web.conftest import OpenBrowser
from tests.world import SERVICE, serials_of
from voucher_service.kernel.actor import Role
from voucher_service.ledger import accounts

LIST = "/refus-contestes"
SERVED = {
    "because": "good-faith",
    "service": SERVICE,
    "minutes": "60",
    "delivered_by": "employee",
    "explanation": "Le service a bien été rendu.",
}


@pytest.fixture
def contest(town: Town) -> str:
    """Contest a service of two months ago, and return where it stands among the contested refusals."""
    [serial, *_] = serials_of(town.in_hand()[0])
    body: dict[str, Any] = {"venue_id": str(town.shop.venue.id), "code": town.world.letters(serial)}
    body |= {"ground": "in-time", "served_on": (today() - timedelta(days=60)).isoformat()}
    return str(town.clerk.post(f"{API}/contested-refusals", body).get_json()["id"])


@pytest.fixture
def venue(town: Town) -> Browser:
    """Give the venue's browser."""
    return sign_in(town.app, town.database, Role.VENUE, organisation_id=town.shop.clerk.organisation_id)


def test_a_payment_by_exception_is_proposed_by_one_and_decided_by_another(
    town: Town, contest: str, browser: OpenBrowser, venue: Browser
) -> None:
    first, second = browser(Role.FINANCE), browser(Role.FINANCE)
    first.get(f"{LIST}/{contest}/payer")
    assert first.submit({}).errors[0] == "Choisissez pourquoi ce pass est payé."
    page = first.submit(SERVED)
    assert "La réponse est proposée : une deuxième personne en décide." in page.text
    assert "Réponse à décider" in first.get(LIST).text

    assert "C'est une deuxième personne du service financier qui en décide." in (
        first.get(f"{LIST}/{contest}/decision").text
    )
    page = second.get(f"{LIST}/{contest}/decision")
    assert f"10,00 € seront dus à {town.shop.venue.name}" in page.text
    page = second.submit({}, form=0)

    assert "La réponse est donnée au lieu." in page.text
    assert "Payé par exception" in page.text
    assert town.world.balance(accounts.due(town.shop.venue.no)) == 1_000
    heard = venue.get(f"/guichet/contestations/{contest}")
    assert "Vous êtes payé par exception" in heard.text
    assert "Le service a bien été rendu." in heard.text
    assert "par exception" in venue.get(heard.links()["Voir cet encaissement"]).text


def test_a_refusal_says_why_and_how_to_appeal(contest: str, browser: OpenBrowser, venue: Browser) -> None:
    first, second = browser(Role.FINANCE), browser(Role.FINANCE)
    first.get(f"{LIST}/{contest}/refuser")
    said = {
        "because": "out-of-time",
        "explanation": "Le service date de deux mois.\nLe délai est d'une semaine.",
    }
    page = first.submit(said)
    assert page.status == 200
    assert "pas encore répondu" in venue.get(f"/guichet/contestations/{contest}").text

    second.get(f"{LIST}/{contest}/decision")
    second.submit({}, form=0)

    heard = venue.get(f"/guichet/contestations/{contest}")
    assert "Le service ou la demande est hors délai" in heard.text
    assert "Le délai est d'une semaine." in heard.text
    assert "deux mois à compter" in heard.text
    assert "tribunal administratif" in heard.text
    assert "Refus confirmé" in venue.get("/guichet/contestations?etat=refused").text


def test_what_is_sent_back_waits_again_and_what_cannot_be_paid_says_so(
    town: Town, contest: str, browser: OpenBrowser
) -> None:
    first, second = browser(Role.FINANCE), browser(Role.FINANCE)
    first.get(f"{LIST}/{contest}/payer")
    first.submit(SERVED)
    town.world.void(serials=serials_of("PN-2026-000001")[:1])

    page = second.get(f"{LIST}/{contest}/decision")
    assert "Ce paiement n'est plus possible" in page.text
    assert "Ce pass ne porte plus de valeur" in page.text
    page = second.submit({}, form=0)

    assert "La proposition est renvoyée." in page.text
    assert "Proposer de confirmer le refus" in page.links()
    first.get(f"{LIST}/{contest}/payer")
    refused = first.submit(SERVED)
    assert refused.errors[0].startswith("Ce pass ne porte plus de valeur")
    assert refused.value("minutes") == "60"


def test_an_auditor_reads_and_does_not_answer(contest: str, browser: OpenBrowser) -> None:
    auditor = browser(Role.AUDITOR)

    assert "En attente" in auditor.get(f"{LIST}/{contest}").text
    assert "Que répondre au lieu ?" not in auditor.get(f"{LIST}/{contest}").text
    assert auditor.get(f"{LIST}/{contest}/payer").status == 403


def test_another_operators_venue_does_not_see_it(town: Town, contest: str) -> None:
    other = town.world.shop().clerk
    stranger = sign_in(town.app, town.database, Role.VENUE, organisation_id=other.organisation_id)

    assert stranger.get(f"/guichet/contestations/{contest}").status == 404
