"""Sites and venues close after a look at what that does; organisations are corrected, mediators leave."""

from datetime import timedelta

import pytest

from tests.api.town import SERIES, Town, today
from tests.web.browsers import Browser
from tests.web.conftest import OpenBrowser
from voucher_service.kernel.actor import Role


@pytest.fixture
def operator(browser: OpenBrowser) -> Browser:
    """Give the browser of an operator."""
    return browser(Role.OPERATOR)


def test_a_site_says_what_is_still_there_and_closes_when_nothing_is(operator: Browser, town: Town) -> None:
    empty, full = town.world.desk(), town.desk
    town.world.allocate(town.world.active(1), full)

    waiting = operator.get(f"/organisations/sites/{full.site.id}/fermeture")
    assert f"{SERIES} : 10 pass" in waiting.text
    assert waiting.forms == []

    asked = operator.get(f"/organisations/sites/{empty.site.id}/fermeture")
    assert "Vous pourrez le rouvrir." in asked.text
    assert operator.submit().errors == ["Choisissez une raison."]
    closed = operator.submit({"reason": "moved"})
    assert "Le site est fermé." in closed.text
    assert "Envoyer des carnets" not in closed.links()


def test_a_closed_site_opens_again_and_its_page_tells_both(operator: Browser, town: Town) -> None:
    here = f"/organisations/sites/{town.desk.site.id}"
    operator.get(f"{here}/fermeture")
    operator.submit({"reason": "ended"})

    asked = operator.get(f"{here}/fermeture")
    assert "Fermetures et réouvertures" in asked.text
    again = operator.submit({"reason": "mistake"})

    assert "Le site est de nouveau ouvert." in again.text
    assert "Envoyer des carnets" in again.links()
    told = operator.get(f"{here}/fermeture").text
    assert "Fin de l'activité" in told
    assert "Fermé par erreur" in told


def test_a_venue_closes_from_a_day_on_and_the_public_reads_it(
    operator: Browser, stranger: Browser, town: Town
) -> None:
    venue = town.shop.venue
    here = f"/reseau/lieux/{venue.id}"
    asked = operator.get(f"{here}/fermeture")
    assert f"le lieu n'encaisse plus de pass de {SERIES}" in asked.text

    closed = operator.submit({"reason": "ended", "closed_on": today().isoformat()})

    assert "La fermeture compte à partir du" in closed.text
    assert "Accréditation retirée" in closed.text
    assert "Ce lieu est fermé" in stranger.get(f"/lieux/{venue.id}").text
    assert venue.name not in stranger.get("/lieux").text
    assert venue.name in operator.get("/reseau/lieux?etat=closed").text


def test_a_venue_that_closes_later_is_still_shown(operator: Browser, stranger: Browser, town: Town) -> None:
    venue = town.shop.venue
    operator.get(f"/reseau/lieux/{venue.id}/fermeture")
    operator.submit({"reason": "moved", "closed_on": (today() + timedelta(days=9)).isoformat()})

    assert "Ce lieu est fermé" not in stranger.get(f"/lieux/{venue.id}").text
    asked = operator.get(f"/reseau/lieux/{venue.id}/fermeture")
    assert asked.title == f"Rouvrir {venue.name} ?"
    assert "accréditez-le" in operator.submit({"reason": "mistake"}).text


def test_an_organisation_is_corrected_and_what_it_was_stays(operator: Browser, town: Town) -> None:
    here = f"/organisations/{town.shop.clerk.organisation_id}/correction"
    page = operator.get(here)
    before = page.value("name")
    wrong = operator.submit({"siret": "73282932000075", "reason": "mistyped"})
    assert (wrong.status, wrong.value("siret")) == (422, "73282932000075")

    operator.get(here)
    done = operator.submit({"name": "Association renommée", "reason": "renamed"})

    assert (done.title, "C'est corrigé." in done.text) == ("Association renommée", True)
    told = operator.get(here).text
    assert before in told
    assert "L'organisation a changé de nom" in told


def test_a_mediator_leaves_and_the_state_funded_has_derogations(operator: Browser, town: Town) -> None:
    operator.get(f"/organisations/exploitants/{town.shop.clerk.organisation_id}/mediateurs/nouveau")
    payee = operator.submit({"label": "Poste E", "standing": "state-funded"})
    page = operator.get(payee.links()["Poste E"])
    assert "Aucune dérogation ne compte aujourd'hui" in page.text

    operator.get(page.links()["Enregistrer une dérogation"])
    said = {"reference": "Dérogation 7", "valid_from_on": "2026-05-01", "valid_until_on": "2026-04-01"}
    wrong = operator.submit(said)
    assert wrong.status == 422
    assert wrong.errors
    done = operator.submit(said | {"valid_from_on": "2026-01-01", "valid_until_on": "2099-12-31"})
    assert "Dérogation 7" in done.text
    assert "Aucune dérogation ne compte" not in done.text

    asked = operator.get(done.links()["Enregistrer son départ"])
    assert "Vous pourrez corriger ce jour." in asked.text
    left = operator.submit({"left_on": "2026-10-31"})
    assert "31 octobre 2026" in left.text
    assert "Corriger son dernier jour" in left.links()


def test_a_mediator_paid_by_his_employer_needs_no_derogation(operator: Browser, town: Town) -> None:
    operator.get(f"/organisations/exploitants/{town.shop.clerk.organisation_id}/mediateurs/nouveau")
    payee = operator.submit({"label": "Poste F", "standing": "employee"})
    page = operator.get(payee.links()["Poste F"])

    assert "Enregistrer une dérogation" not in page.links()
    assert operator.get(f"{page.response.request.path}/derogation").forms == []
