"""A campaign is set up from nothing by two people: one who runs it, one who holds the money."""

import io
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from tests.api.town import Town
from tests.web.browsers import Browser
from tests.web.conftest import OpenBrowser
from voucher_service.kernel import jobs
from voucher_service.kernel.actor import SYSTEM, Role
from voucher_service.kernel.database import Database
from voucher_service.kernel.keys import Keyring
from voucher_service.worker import running, works

TERMS: dict[str, Any] = {
    "series": "pn-2026",
    "name": "Campagne d'essai",
    "legal_basis": "marche",
    "legal_reference": "Marché 2026-12",
    "deliberation": "M2026-04",
    "decided_on": "2026-01-15",
    "money_side": "bank",
    "use_from": "2026-02-01",
    "use_until": "31/12/2027",
    "present_until": "2028-01-31",
    "face_cents": "10,00",
    "booklet_size": "10",
    "late_entry_days": "31",
    "payment_days": "30",
    "state_funded": "refused",
    "funder_1": "metropole",
    "advanced_parts_1": "1",
    "borne_parts_1": "1",
    "due_on_1": "bought",
}


@pytest.fixture
def operator(browser: OpenBrowser) -> Browser:
    return browser(Role.OPERATOR)


@pytest.fixture
def finance(browser: OpenBrowser) -> Browser:
    return browser(Role.FINANCE)


@pytest.fixture
def funded(operator: Browser, finance: Browser) -> Browser:
    """Open a campaign and pay for it; gives the operator's browser."""
    operator.get("/financeurs")
    operator.submit({"code": "metropole", "name": "Métropole d'essai"})
    operator.get("/campagnes/nouvelle")
    operator.submit(TERMS)
    finance.get("/campagnes/PN-2026/financement/promesse")
    act = {"funder": "metropole", "amount_cents": "1 000,00", "reference": "Convention 1"}
    finance.submit({**act, "kind": "pledge", "dated_on": "2026-01-20"})
    finance.submit()
    finance.get("/campagnes/PN-2026/financement/versement")
    finance.submit({**act, "reference": "VIR-1", "received_on": "2026-01-25"})
    finance.submit()
    return operator


def test_a_campaign_is_opened_and_says_what_is_left_to_do(operator: Browser) -> None:
    operator.get("/financeurs")
    operator.submit({"code": "metropole", "name": "Métropole d'essai"})
    operator.get("/campagnes/nouvelle")
    page = operator.submit(TERMS)

    assert page.title.startswith("Campagne d'essai")
    assert "La campagne PN-2026 est ouverte." in page.text
    assert page.text.count("À faire") == 5
    assert "Wording" not in page.text
    assert "du 1er février 2026 au 31 décembre 2027" in page.text


def test_the_smallest_payment_is_chosen_and_kept_by_an_amendment(operator: Browser) -> None:
    operator.get("/financeurs")
    operator.submit({"code": "metropole", "name": "Métropole d'essai"})
    operator.get("/campagnes/nouvelle")
    operator.submit(TERMS | {"minimum_payment_cents": "20"})
    page = operator.get("/campagnes/PN-2026/modifier")
    assert page.value("minimum_payment_cents") == "20,00"

    operator.submit({"name": "Campagne corrigée"})

    assert operator.get("/campagnes/PN-2026/modifier").value("minimum_payment_cents") == "20,00"


def test_what_is_missing_is_said_field_by_field_and_nothing_typed_is_lost(operator: Browser) -> None:
    operator.get("/campagnes/nouvelle")
    page = operator.submit(
        {**TERMS, "name": "", "use_until": "31/02/2027", "legal_reference": "Marché « 7 »"}
    )

    assert page.status == 422
    assert page.errors == [
        "Donnez un nom à la campagne.",
        "Écrivez une date qui existe, par exemple 31/12/2027.",
    ]
    assert page.value("legal_reference") == "Marché « 7 »"
    assert page.value("use_until") == "31/02/2027"
    assert page.tree.xpath("//*[@id='f-name']/@aria-invalid") == ["true"]


def test_terms_that_contradict_each_other_are_refused_beside_their_field(operator: Browser) -> None:
    operator.get("/financeurs")
    operator.submit({"code": "metropole", "name": "Métropole d'essai"})
    operator.get("/campagnes/nouvelle")
    page = operator.submit({**TERMS, "present_until": "2027-01-01"})

    assert page.status == 422
    assert page.errors == ["Ces conditions se contredisent : corrigez le champ indiqué."]
    assert page.tree.xpath("//*[@id='error-summary']//a/@href") == ["#f-present_until"]


def test_money_is_promised_and_paid_by_finance_only(funded: Browser, finance: Browser) -> None:
    page = finance.get("/campagnes/PN-2026/financement")

    assert "1 000,00 €" in page.text
    assert "Métropole d'essai" in page.text
    assert funded.get("/campagnes/PN-2026/financement/promesse").status == 403


def test_what_is_left_is_said_per_funder_and_the_balance_has_a_page_of_its_own(
    funded: Browser, finance: Browser
) -> None:
    page = finance.get("/campagnes/PN-2026/financement")
    assert "1 000,00 € Métropole d'essai : disponible pour des pass" in page.text

    balance = finance.get(page.links()["Ouvrir la balance des comptes"])
    assert balance.title == "Balance des comptes de PN-2026"
    assert "1 000,00 €" in balance.text


def test_a_form_sent_twice_acts_once(funded: Browser, finance: Browser) -> None:
    page = finance.get("/campagnes/PN-2026/financement/versement")
    once = page.value("_once")
    typed = {
        "funder": "metropole",
        "amount_cents": "500,00",
        "reference": "VIR-2",
        "received_on": "2026-02-01",
        "_once": once,
    }
    first = finance.post("/campagnes/PN-2026/financement/versement", typed)
    second = finance.post("/campagnes/PN-2026/financement/versement", typed)

    assert first.status == second.status == 200
    assert second.text.count("VIR-2") == 1


def _work_off(database: Database, keys: Keyring, folder: Path) -> None:
    """Do what a worker does with the jobs that wait."""
    works.gather()
    with database.transaction() as session:
        waiting = [job.id for job in jobs.search(session, limit=10, by=SYSTEM) if job.finished_at is None]
    for job_id in waiting:
        running.run(database, keys, job_id, var_dir=folder)


def test_booklets_are_produced_printed_activated_and_the_files_erased(
    funded: Browser, database: Database, keys: Keyring, tmp_path: Path
) -> None:
    funded.get("/campagnes/PN-2026/carnets")
    asked = funded.submit({"booklets": "4"})
    assert "du 1 au 4" in asked.text
    assert "Aucun carnet n'est encore produit." in funded.get("/campagnes/PN-2026/carnets").text
    funded.submit({"booklets": "4"})
    assert funded.submit().title == "Production de carnets"
    _work_off(database, keys, tmp_path)
    assert "du 1 au 4" in funded.get("/campagnes/PN-2026/carnets").text

    funded.get("/campagnes/PN-2026/impressions/nouvelle")
    waiting = funded.submit({"format": "booklet"})
    assert "Préparation en cours" in waiting.text
    assert not waiting.tree.xpath("//meta[@http-equiv='refresh']")
    _work_off(database, keys, tmp_path)
    run = funded.get(waiting.response.request.path)
    [address] = [address for words, address in run.links().items() if words.endswith(".pdf")]
    assert funded.client.get(address).get_data().startswith(b"%PDF")
    asked = funded.get(run.links()["Effacer les fichiers"])
    assert "du 1 au 4, sont bien sur le papier" in asked.text
    assert funded.client.get(address).status_code == 200
    assert "Les fichiers ont été effacés" in funded.submit().text
    assert funded.client.get(address).status_code == 404

    funded.get("/campagnes/PN-2026/carnets/activation")
    asked = funded.submit({"mandate_number": "M-77", "mandated_on": "2026-03-01"})
    assert "Pass40 Valeur400,00 € MandatM-77 du 1er mars 2026" in asked.text
    assert "Métropole d'essai400,00 €600,00 €" in asked.text
    assert "Aucun carnet n'est encore activé." in funded.get("/campagnes/PN-2026/carnets").text
    funded.get("/campagnes/PN-2026/carnets/activation")
    funded.submit({"mandate_number": "M-77", "mandated_on": "2026-03-01"})
    assert "4 carnets sont activés." in funded.submit().text
    _nothing_is_left(funded)


def _nothing_is_left(funded: Browser) -> None:
    again = funded.get("/campagnes/PN-2026/carnets/activation")
    assert "Le dernier carnet produit est déjà activé." in again.text
    assert (again.value("first_booklet"), again.value("last_booklet")) == ("", "")
    again = funded.get("/campagnes/PN-2026/impressions/nouvelle")
    assert "Le dernier carnet produit est déjà imprimé." in again.text


def test_money_is_looked_at_before_it_is_recorded(funded: Browser, finance: Browser) -> None:
    assert funded.actor
    finance.get("/campagnes/PN-2026/financement/versement")
    typed = {
        "funder": "metropole",
        "amount_cents": "1 250,50",
        "reference": "VIR-2",
        "received_on": "2026-02-01",
    }
    asked = finance.submit(typed)
    assert "Montant1 250,50 € FinanceurMétropole d'essai" in asked.text
    assert "VIR-2" not in finance.get("/campagnes/PN-2026/financement").text

    finance.get("/campagnes/PN-2026/financement/versement")
    finance.submit(typed)
    assert "1 250,50 € enregistrés." in finance.submit().text


def test_a_promise_is_looked_at_before_it_is_recorded(funded: Browser, finance: Browser) -> None:
    assert funded.actor
    act = {"funder": "metropole", "reference": "Avenant 1", "dated_on": "2026-02-20"}
    finance.get("/campagnes/PN-2026/financement/promesse")
    asked = finance.submit({**act, "kind": "pledge", "amount_cents": "500,00"})
    assert "Promis et pas encore versé0,00 € Deviendrait500,00 €" in asked.text
    finance.submit()
    finance.get("/campagnes/PN-2026/financement/promesse")
    asked = finance.submit({**act, "kind": "withdrawal"})
    assert "Promis et pas encore versé500,00 € Deviendrait0,00 €" in asked.text
    assert "C'est enregistré." in finance.submit().text


def test_a_check_opened_out_of_its_journey_begins_it_again(town: Town, browser: OpenBrowser) -> None:
    operator, finance = browser(Role.OPERATOR), browser(Role.FINANCE)
    campaign = f"/campagnes/{town.world.series}"
    assert operator.get(f"{campaign}/carnets/activation/verifier").title == "Activer des carnets"
    assert operator.get(f"{campaign}/carnets/production/verifier").title.startswith("Carnets de")
    assert finance.get(f"{campaign}/financement/promesse/verifier").title == "Enregistrer une promesse"
    assert finance.get(f"{campaign}/financement/versement/verifier").title == "Enregistrer un versement"


def test_activation_says_how_much_is_missing_and_from_whom(
    funded: Browser, database: Database, keys: Keyring, tmp_path: Path
) -> None:
    funded.get("/campagnes/PN-2026/carnets")
    funded.submit({"booklets": "11"})
    funded.submit()
    _work_off(database, keys, tmp_path)
    asked = funded.get("/campagnes/PN-2026/carnets/activation")
    assert (asked.value("first_booklet"), asked.value("last_booklet")) == ("1", "11")

    page = funded.submit({"mandate_number": "1", "mandated_on": "2026-03-01"})

    assert page.status == 409
    assert "Métropole d'essai : 100,00 €" in page.text
    funded.get("/campagnes/PN-2026/carnets/activation")
    assert funded.submit({"last_booklet": "12", "mandate_number": "1", "mandated_on": "2026-03-01"}).errors


def test_a_campaign_is_blocked_with_a_reason_and_released(town: Town, browser: OpenBrowser) -> None:
    operator = browser(Role.OPERATOR)
    assert "Dès maintenant, aucun pass" in operator.get("/campagnes/PN-2026/blocage").text
    assert operator.submit({"reason": ""}).errors == ["Dites pourquoi, en quelques mots."]
    assert "Cette campagne est bloquée" in operator.submit({"reason": "Contrôle"}).text
    operator.get("/campagnes/PN-2026/blocage")
    assert "La campagne est débloquée." in operator.submit({"reason": "Contrôle fini"}).text


def test_what_is_printed_is_chosen_with_its_logo(funded: Browser) -> None:
    funded.get("/campagnes/PN-2026/impression")
    page = funded.submit(
        {"text": "Un pass vaut une heure d'aide.", "phone": "01 99 00 00 00", "colour": "#0b5c6b"}
    )
    assert page.value("text") == "Un pass vaut une heure d'aide."
    assert funded.submit({"colour": "#ffffee"}).errors

    logo = io.BytesIO()
    Image.new("RGB", (200, 80), "navy").save(logo, "PNG")
    funded.get("/campagnes/PN-2026/impression")
    page = funded.submit({"place": "1", "logo": (io.BytesIO(logo.getvalue()), "logo.png")}, form=1)
    assert "Le logo est en place." in page.text
    assert "Emplacement 1 : image/png" in page.text
    asked = funded.get(page.links()["Retirer 1"])
    assert "Ce qui est déjà imprimé ne change pas." in asked.text
    assert "Emplacement 1" in funded.get("/campagnes/PN-2026/impression").text
    funded.get("/campagnes/PN-2026/impression/logo/1/retrait")
    assert "Aucun logo." in funded.submit().text
    assert funded.get("/campagnes/PN-2026/impression/logo/1/retrait").status == 404
