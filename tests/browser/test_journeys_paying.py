"""A run is paid by two people: one prepares it, another reads and approves it, it goes to the bank, and is paid."""

from pathlib import Path
from typing import Any

from lxml import etree
from playwright.sync_api import Page, expect

from tests.browser.conftest import SignedIn
from tests.browser.hands import turn_to
from tests.browser.office import Office
from tests.settlement.camt import entry, statement
from tests.settlement.test_sepa import SCHEMA
from voucher_service.demo.money import PAYER_IBAN
from voucher_service.kernel import clock
from voucher_service.kernel.actor import Role

_SERVED = {"service": "everyday-tools", "minutes": 60, "delivered_by": "employee"}
LONGEST_WAIT_SECONDS = 60


def _take(office: Office) -> str:
    """A venue takes a pass: name the pass."""
    venue, paper = office.caller(Role.VENUE, 1), office.in_hand()
    [known, *_] = venue.every("/accreditations")
    taken = venue.post("/redemptions", venue_id=known["venue_id"], codes=[paper.codes[0]], **_SERVED)
    [item] = taken["items"]
    assert item["redemption_id"], taken
    return str(item["serial"])


def _prepare(page: Page, series: str) -> str:
    """Look at what is due, and freeze it; name the run."""
    turn_to(page, "Payer", "Lots de paiement")
    page.get_by_role("link", name="Préparer un lot").click()
    page.get_by_label("Campagne", exact=True).select_option(series)
    page.get_by_role("button", name="Voir qui serait payé").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Vérifiez avant d'arrêter le lot")
    page.get_by_role("button", name="Arrêter ce lot").click()
    expect(page.get_by_role("status")).to_contain_text("Une autre personne l'approuve maintenant.")
    expect(page.get_by_role("main")).to_contain_text("Vous avez arrêté ce lot")
    return page.url.rpartition("/")[2]


def _read(page: Page, name: str, serial: str) -> None:
    """Open the run's payments, until the one that pays this pass."""
    turn_to(page, "Payer", "Lots de paiement")
    page.get_by_role("link", name=name, exact=True).click()
    page.get_by_role("link", name="Paiements", exact=True).click()
    for number in range(page.get_by_role("row").count() - 1):
        page.get_by_role("rowheader").nth(number).get_by_role("link").click()
        if page.get_by_role("rowheader", name=serial).count():
            return
        page.go_back()
    raise AssertionError(f"{serial} is in no payment of {name}")


def _approve(page: Page, name: str) -> None:
    """Approve the run, with the password and a code of the telephone that was not used yet."""
    turn_to(page, "Payer", "Lots de paiement")
    page.get_by_role("link", name=name, exact=True).click()
    page.get_by_role("link", name="Lire et approuver").click()
    for _ in range(LONGEST_WAIT_SECONDS):
        if page.locator("#demo-code").count():
            break
        page.wait_for_timeout(1_000)
        page.reload()
    page.get_by_label("Code du téléphone").fill(page.locator("#demo-code").inner_text())
    page.get_by_label("Votre mot de passe").fill("ce n'est pas le bon")
    page.get_by_role("button", name="Approuver ce lot").click()
    expect(page.get_by_role("main")).to_contain_text("Ce n'est pas votre mot de passe")
    page.get_by_label("Code du téléphone").fill(page.locator("#demo-code").inner_text())
    page.get_by_label("Votre mot de passe").fill(page.locator("#demo-password").inner_text())
    page.get_by_role("button", name="Approuver ce lot").click()
    expect(page.get_by_role("status")).to_contain_text("est approuvé")


def _export(page: Page, name: str, folder: Path) -> bytes:
    """Take the run out, and keep its file."""
    turn_to(page, "Payer", "Lots de paiement")
    page.get_by_role("link", name=name, exact=True).click()
    page.get_by_role("link", name="Exporter", exact=True).click()
    page.get_by_role("button", name="Exporter ce lot").click()
    expect(page.get_by_role("status")).to_contain_text("téléchargez son fichier")
    with page.expect_download() as coming:
        page.get_by_role("table", name="Fichiers").get_by_role("link").first.click()
    coming.value.save_as(folder / "order.xml")
    return (folder / "order.xml").read_bytes()


def _is_paid(office: Office, run: dict[str, Any]) -> None:
    """The bank pays all of it, and its statement is read."""
    entries = [
        entry(
            f"{one['amount_cents'] // 100}.{one['amount_cents'] % 100:02d}",
            reference=f"J-{one['end_to_end_id']}",
            end_to_end=one["end_to_end_id"],
        ).replace("2026-11-24", clock.civil_date(clock.now()).isoformat())
        for one in run["details"]
    ]
    told = statement(*entries, iban=PAYER_IBAN, number=f"J-{run['series']}-{run['no']}")
    office.caller(Role.FINANCE).upload("/bank-statements", told, "application/xml", series=run["series"])


def test_a_run_is_paid_by_two_people(signed_in: SignedIn, office: Office, tmp_path: Path) -> None:
    serial = _take(office)
    clerk, head = signed_in(Role.FINANCE), signed_in(Role.FINANCE, number=1)

    number = _prepare(clerk, office.series)
    name = f"{office.series}/{number}"
    _read(head, name, serial)
    _approve(head, name)
    order = _export(clerk, name, tmp_path)
    run = office.caller(Role.FINANCE).get(f"/payment-runs/{office.series}/{number}")
    _is_paid(office, run)
    clerk.reload()

    SCHEMA.assertValid(etree.fromstring(order))
    assert (run["state"], run["approvals"]) == ("exported", 1)
    expect(clerk.get_by_role("heading", level=1)).to_have_text(f"Lot {name} Payé")
