"""Finance gives the bank's files, explains what is left, and sets the bank beside the books."""

from io import BytesIO
from typing import Any

import pytest

from tests.api.test_payment_runs import IBAN, Till, opened
from tests.api.town import SERIES, Town
from tests.settlement.bank.told import credit, day
from tests.settlement.camt import balance, entry
from tests.settlement.pain002 import answer, said
from tests.web.browsers import Browser, Sight
from tests.web.conftest import OpenBrowser
from voucher_service.kernel.actor import Role


@pytest.fixture
def till(empty_town: Town) -> Till:
    """Give an order of one payment of 20 € that left for the bank."""
    till = opened(empty_town)
    till.approved()
    assert till.export().status_code == 201
    return till


def give(finance: Browser, data: bytes) -> Sight:
    """Send a file on the page that asks for it."""
    finance.get("/banque")
    return finance.submit({"file": (BytesIO(data), "banque.xml")}, form=0)


def test_a_file_is_read_and_the_page_says_what_became_of_it(till: Till, browser: OpenBrowser) -> None:
    finance = browser(Role.FINANCE)
    told = day(entry("20.00", end_to_end="PN-2026-R1-1"), credit("33.00", name="Inconnu"))

    read, again = give(finance, told), give(finance, told)

    assert read.title == "Fichier lu"
    assert "Virement à un lieu : 1" in read.text
    assert "À expliquer1" in read.text
    assert "Ce fichier avait déjà été lu" in again.text
    listed = finance.get("/banque")
    assert "Relevé de compte (camt.053)" in listed.text
    [kept] = {one for one in listed.links().values() if one.startswith("/banque/fichiers/")}
    assert "Référence de la banque" in finance.get(kept).text


def test_what_is_no_file_of_the_bank_is_refused_beside_the_field(till: Till, browser: OpenBrowser) -> None:
    finance = browser(Role.FINANCE)

    refused, empty = give(finance, b"PK\x03\x04"), give(finance, b"")

    assert refused.status == 422
    assert any("archive" in error for error in refused.errors)
    assert empty.status == 422


def test_a_refused_payment_is_told_with_the_banks_reason(till: Till, browser: OpenBrowser) -> None:
    finance = browser(Role.FINANCE)

    read = give(finance, answer(said("PN-2026-R1-1", "RJCT", "AC04")))

    assert "PN-2026-R1-1, 20,00 € : compte fermé" in read.text
    kept = finance.get("/banque/fichiers/1").text
    assert "Refusé" in kept
    assert "compte fermé" in kept


def test_a_movement_is_explained_by_what_is_suggested_after_a_check(till: Till, browser: OpenBrowser) -> None:
    finance = browser(Role.FINANCE)
    give(finance, day(entry("20.00", end_to_end="NOTPROVIDED")))
    address = "/banque/mouvements/1"
    assert address in finance.get("/banque/mouvements").links().values()
    page = finance.get(address)
    assert "PN-2026-R1-1" in page.text
    assert "même montant" in page.text

    checked = finance.submit(form=0)
    assert "Le paiement est noté comme parti" in checked.text
    assert till.read()["state"] == "exported"
    done = finance.submit(form=0)

    assert "C'est noté : Virement à un lieu." in done.words("//body")
    assert till.read()["state"] == "paid"
    assert "par une personne" in finance.get(address).text


def test_a_movement_is_explained_otherwise_and_a_mistake_is_said_beside_its_field(
    till: Till, browser: OpenBrowser
) -> None:
    finance = browser(Role.FINANCE)
    give(finance, day(entry("19.00", end_to_end="NOTPROVIDED")))

    def say(**told: Any) -> Sight:
        finance.get("/banque/mouvements/1")
        finance.submit(told | {"series": SERIES, "note": "Vu avec la banque"}, form=0)
        return finance.submit(form=0)

    wrong = say(meaning="payment", reference="PN-2026-R1-1")
    right = say(meaning="charge")

    assert wrong.status == 409
    assert any("ne peut pas être ce paiement" in error for error in wrong.errors)
    assert "Frais bancaires" in right.words("//body")
    assert till.town.world.balance("operator/charges") == -1_900


def test_a_whole_file_and_an_own_transfer_are_said_on_the_page(till: Till, browser: OpenBrowser) -> None:
    finance = browser(Role.FINANCE)
    whole = entry("20.00", reference="LOT", details="<Btch><NbOfTxs>1</NbOfTxs></Btch>")
    give(finance, day(whole, entry("15.00", reference="INT", end_to_end="NOTPROVIDED")))
    batch, moved = "/banque/mouvements/1", "/banque/mouvements/2"

    def say(address: str, **told: Any) -> Sight:
        finance.get(address)
        checked = finance.submit(told | {"series": SERIES}, form=-1)
        return finance.submit(form=0) if checked.status == 200 else checked

    unsaid = say(moved, meaning="own-transfer")
    done = say(moved, meaning="own-transfer", note="Compte courant")
    paid = say(batch, meaning="payment-file", reference="PN-2026-R1")

    assert any("virement interne" in error for error in unsaid.errors)
    assert "C'est noté : Virement interne." in done.words("//body")
    assert "Virements d'un fichier, en un débit" in paid.words("//body")
    assert till.read()["state"] == "paid"
    assert "Virements internes sans contrepartie" in finance.get("/banque").text
    assert till.town.world.balance("operator/transfers") == -1_500


def test_the_bank_is_set_beside_the_books_and_saved(till: Till, browser: OpenBrowser) -> None:
    finance = browser(Role.FINANCE)
    give(
        finance,
        day(balance("OPBD", "100.00"), balance("CLBD", "80.00"), entry("20.00", end_to_end="PN-2026-R1-1")),
    )

    shown = finance.get("/banque/jours")
    saved = finance.get("/banque/jours/liste.csv").response.get_data(as_text=True)

    assert "80,00 €" in shown.text
    assert "24/11/2026" in shown.text
    assert "Solde de la banque" in saved
    assert IBAN in finance.get("/banque/mouvements/liste.csv?etat=tous").response.get_data(as_text=True)


def test_an_auditor_reads_and_changes_nothing(till: Till, browser: OpenBrowser) -> None:
    give(browser(Role.FINANCE), day(credit("33.00", name="Inconnu")))
    auditor = browser(Role.AUDITOR)

    assert auditor.get("/banque").forms == []
    assert "Inconnu" in auditor.get("/banque/mouvements").text
    assert auditor.get("/banque/mouvements/1").forms == []
