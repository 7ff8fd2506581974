"""The end of validity on pages: signed once, done by hand, stated, and given back by two people."""

from datetime import timedelta

import pytest

from tests.api.town import Town, today
from tests.web.browsers import Browser, Sight
from tests.web.conftest import OpenBrowser
from tests.world import serials_of
from voucher_service.kernel import clock
from voucher_service.kernel.actor import Role
from voucher_service.worker import end_of_validity

CAMPAIGN = "/campagnes/PN-2026/fin-de-validite"


def _send(browser: Browser, act: str, typed: dict[str, str]) -> Sight:
    """Send the form whose address ends so."""
    assert browser.seen is not None
    [form] = [no for no, form in enumerate(browser.seen.forms) if form.get("action", "").endswith(act)]
    return browser.submit(typed, form=form)


def _file(browser: Browser, path: str) -> bytes:
    content: bytes = browser.client.get(path).data
    return content


@pytest.fixture
def over(empty_town: Town) -> Town:
    """Give a town whose campaign is over since yesterday, with one booklet that nobody was given."""
    last = today() - timedelta(days=1)
    empty_town.open_campaign(use_until=last, present_until=last)
    empty_town.world.active()
    return empty_town


def test_the_stop_is_signed_after_a_page_that_says_what_it_means(over: Town, browser: OpenBrowser) -> None:
    finance = browser(Role.FINANCE)
    page = finance.get(f"{CAMPAIGN}/signer/stop")
    assert "plus aucun carnet de PN-2026" in page.text
    assert finance.submit({}).errors

    finance.get(f"{CAMPAIGN}/signer/stop")
    done = finance.submit({"read": "1"})

    assert "C'est signé : Arrêt de la distribution." in done.text
    assert "C'est signé" in finance.get(f"{CAMPAIGN}/signer/stop").text
    assert "Arrêt de la distribution" in finance.get("/fin-de-validite?etat=done").text
    assert b"PN-2026" in _file(finance, "/fin-de-validite.csv?etat=done")


def test_an_expiry_by_hand_is_asked_for_on_a_check_page(over: Town, browser: OpenBrowser) -> None:
    finance = browser(Role.FINANCE)
    assert "Faire maintenant" in finance.get(CAMPAIGN).text

    page = finance.get(f"{CAMPAIGN}/faire/stock-expiry")
    assert "C'est définitif." in page.text
    asked = finance.submit({})

    assert "Étapes de la fin de validité" in asked.text


def test_a_statement_is_drawn_read_printed_and_agreed_to(over: Town, browser: OpenBrowser) -> None:
    finance = browser(Role.FINANCE)
    end_of_validity.keep_the_calendar(over.database, clock.now())
    finance.get(CAMPAIGN)
    drawn = _send(finance, "/etats-contradictoires", {})
    assert "PN-2026/EC-1" in drawn.title
    assert "Périmés, jamais remis" in drawn.text

    contested = _send(finance, "/1", {"contested": "1"})
    assert contested.errors
    agreed = finance.submit({"contested": ""})

    assert "Votre accord est enregistré." in agreed.text
    assert _file(finance, "/campagnes/PN-2026/etats-contradictoires/1.pdf")[:4] == b"%PDF"
    assert b"expired" in _file(finance, "/campagnes/PN-2026/etats-contradictoires/1.csv")


def test_expired_value_goes_back_by_two_people_on_pages(over: Town, browser: OpenBrowser) -> None:
    finance = browser(Role.FINANCE)
    end_of_validity.keep_the_calendar(over.database, clock.now())
    finance.get(finance.get("/campagnes/PN-2026/restitutions").links()["Répartir la valeur périmée"])
    shared = finance.submit()
    assert "100,00 € de valeur périmée sont répartis." in shared.text
    wanted = {"source": "expired", "funder": "metropole", "amount_cents": "100", "reason": "Fin"}
    check = _send(finance, "/verifier", wanted)
    assert "Une autre personne du service financier doit l'approuver." in check.text
    prepared = finance.submit({})
    assert "Vous l'avez préparée" in prepared.text

    second = browser(Role.FINANCE)
    restitution = "/campagnes/PN-2026/restitutions/1"
    assert "Rien ne sort encore" in second.get(second.get(restitution).links()["Lire et approuver"]).text
    assert "La restitution est approuvée." in second.submit().text
    assert "ne se retire plus" in finance.get(f"{restitution}/payer").text
    paid = finance.submit({"reference": "VIR-1", "paid_on": today().isoformat()})

    assert "Versée ou reportée" in paid.text
    assert "PN-2026-F1" in finance.get("/restitutions?etat=paid").text
    assert over.world.balance("bank") == 0
    for act in ("approuver", "payer", "reporter", "retirer"):
        done = finance.get(f"{restitution}/{act}")
        assert "a déjà avancé" in done.text
        assert done.forms == []


def test_a_funder_is_called_after_a_check_and_its_deposit_matched(
    empty_town: Town, browser: OpenBrowser
) -> None:
    town = empty_town
    town.open_campaign()
    [booklet] = town.in_hand()
    town.redeem(serials_of(booklet)[:2])
    town.world.deposit(600, "etat", "VIR-ETAT")
    finance = browser(Role.FINANCE)
    finance.get("/campagnes/PN-2026/appels-de-fonds/nouveau")
    wanted = {
        "funder": "etat",
        "basis": "used",
        "until": today().isoformat(),
        "pay_by": (today() + timedelta(days=30)).isoformat(),
    }
    check = finance.submit(wanted)
    assert "10,00 €" in check.text
    issued = finance.submit({})
    assert "L'appel PN-2026-AF1 est émis" in issued.text

    received = finance.submit(
        {"deposit": "VIR-ETAT", "amount_cents": "6", "received_on": today().isoformat()}
    )

    assert "6,00 € sont rapprochés de cet appel." in received.text
    assert "4,00 €" in finance.get("/appels-de-fonds?etat=open").text
    assert b"PN-2026-AF1" in _file(finance, "/appels-de-fonds.csv")
    assert _file(finance, "/campagnes/PN-2026/appels-de-fonds/1/appel.pdf")[:4] == b"%PDF"
    assert serials_of(booklet)[0].encode() in _file(finance, "/campagnes/PN-2026/appels-de-fonds/1/pass.csv")
    finance.get("/campagnes/PN-2026/appels-de-fonds/nouveau")
    assert finance.submit(wanted).errors


def test_a_wrong_call_is_cancelled_on_a_page_that_says_what_follows(
    empty_town: Town, browser: OpenBrowser
) -> None:
    empty_town.open_campaign()
    empty_town.redeem(serials_of(empty_town.in_hand()[0])[:2])
    finance = browser(Role.FINANCE)
    finance.get("/campagnes/PN-2026/appels-de-fonds/nouveau")
    until = (today() + timedelta(days=30)).isoformat()
    finance.submit({"funder": "etat", "basis": "used", "until": today().isoformat(), "pay_by": until})
    finance.submit({})
    address = "/campagnes/PN-2026/appels-de-fonds/1"
    assert f"{address}/annulation" in finance.get(address).links().values()

    asked = finance.get(f"{address}/annulation")
    assert "son numéro ne sert plus" in asked.text
    assert finance.submit().errors == ["Dites pourquoi."]
    done = finance.submit({"reason": "Mauvais financeur"})

    assert "L'appel est annulé" in done.words("//body")
    assert "Motif : Mauvais financeur." in done.text
    assert f"{address}/annulation" not in done.links().values()
    assert "Annulé" in finance.get("/appels-de-fonds?etat=cancelled").text
    assert finance.get("/appels-de-fonds?etat=open").text.count("PN-2026-AF1") == 0


def test_an_instalment_is_added_within_the_pledge(empty_town: Town, browser: OpenBrowser) -> None:
    empty_town.open_campaign()
    empty_town.world.pledge(10_000)
    finance = browser(Role.FINANCE)
    part = {"funder": "metropole", "due_on": today().isoformat(), "amount_cents": "60", "label": "Solde"}
    finance.get("/campagnes/PN-2026/echeancier")
    assert "L'échéance est ajoutée." in finance.submit(part).text

    assert finance.submit(part).errors
