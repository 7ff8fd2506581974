"""A payment comes back: finance reads the bank's file, sees whom that holds, checks the account, and pays again."""

from pathlib import Path
from typing import Any

from playwright.sync_api import Page, expect

from tests.browser.conftest import SignedIn
from tests.browser.hands import turn_to
from tests.browser.office import Office
from tests.browser.test_journeys_paying import _approve, _export, _is_paid, _prepare, _take
from tests.settlement.camt import detail, entry, statement
from voucher_service.demo.money import PAYER_IBAN
from voucher_service.kernel import clock
from voucher_service.kernel.actor import Role

_CLOSED = "<RtrInf><Rsn><Cd>AC04</Cd></Rsn></RtrInf>"


def _run(office: Office, number: str) -> dict[str, Any]:
    run: dict[str, Any] = office.caller(Role.FINANCE).get(f"/payment-runs/{office.series}/{number}")
    return run


def _paid(clerk: Page, head: Page, office: Office, folder: Path) -> dict[str, Any]:
    """Two people pay a run, and the bank books it; return it."""
    number = _prepare(clerk, office.series)
    _approve(head, f"{office.series}/{number}")
    _export(clerk, f"{office.series}/{number}", folder)
    run = _run(office, number)
    _is_paid(office, run)
    return run


def _come_back(page: Page, payment: dict[str, Any], folder: Path) -> None:
    """Give the statement on which a payment came back from a closed account."""
    name, cents = payment["end_to_end_id"], payment["amount_cents"]
    back = entry(
        f"{cents // 100}.{cents % 100:02d}",
        side="CRDT",
        reference=f"BACK-{name}",
        details=detail(name, more=_CLOSED),
    ).replace("2026-11-24", clock.civil_date(clock.now()).isoformat())
    told = folder / "releve.xml"
    told.write_bytes(statement(back, iban=PAYER_IBAN, number=f"BACK-{name}"))
    turn_to(page, "Payer", "Banque")
    page.get_by_label("Fichier", exact=True).set_input_files(told)
    page.get_by_role("button", name="Lire ce fichier").click()
    expect(page.get_by_role("main")).to_contain_text("Des paiements sont revenus ou ont été refusés")
    expect(page.get_by_role("main")).to_contain_text(f"{name},")
    expect(page.get_by_role("main")).to_contain_text("compte fermé")


def _lift(page: Page, name: str) -> None:
    """See whom the return holds, and lift that once the account was checked."""
    page.get_by_role("link", name="Voir les paiements bloqués").click()
    held = page.get_by_role("row").filter(has_text=name)
    expect(held).to_contain_text("Virement renvoyé par la banque")
    held.get_by_role("link").click()
    page.get_by_label("Motif de la levée").fill("Le compte est de nouveau ouvert, vu avec la trésorière")
    page.get_by_role("button", name="Lever ce blocage").click()
    expect(page.get_by_role("status")).to_contain_text("Le blocage est levé.")


def test_a_return_is_seen_and_paid_again(signed_in: SignedIn, office: Office, tmp_path: Path) -> None:
    _take(office)
    clerk, head = signed_in(Role.FINANCE), signed_in(Role.FINANCE, number=1)
    first = _paid(clerk, head, office, tmp_path)
    payment = first["details"][0]

    _come_back(clerk, payment, tmp_path)
    _lift(clerk, payment["end_to_end_id"])
    second = _paid(clerk, head, office, tmp_path)

    again = [one for one in second["details"] if one["operator_id"] == payment["operator_id"]]
    assert [one["amount_cents"] for one in again] == [payment["amount_cents"]]
    assert _run(office, str(first["no"]))["state"] == "returned"
    assert _run(office, str(second["no"]))["state"] == "paid"
    turn_to(clerk, "Payer", "Banque")
    expect(clerk.get_by_role("table")).to_contain_text("Relevé de compte (camt.053)")
