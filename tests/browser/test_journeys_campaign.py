"""At the operator's: from nothing to a campaign whose booklets are printed, and a paper that a counter takes."""

import secrets
from datetime import date, timedelta
from pathlib import Path
from string import ascii_uppercase

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import SignedIn
from tests.browser.hands import codes_on, show, turn_to
from tests.browser.office import Office
from voucher_service.kernel import clock
from voucher_service.kernel.actor import Role

_BOOKLETS, _SIZE, _FACE = 2, 5, 10
_JOB_MILLISECONDS = 60_000


@pytest.fixture
def today() -> date:
    """Give the date in Paris."""
    return clock.civil_date(clock.now())


def _open(page: Page, series: str, today: date) -> None:
    """Record who pays, then open the campaign."""
    turn_to(page, "Campagnes et financeurs", "Financeurs")
    page.get_by_label("Nom").fill(f"Département {series}")
    page.get_by_label("Code").fill(f"departement-{series[:5].lower()}")
    page.get_by_role("button", name="Enregistrer le financeur").click()
    turn_to(page, "Campagnes et financeurs", "Campagnes")
    page.get_by_role("link", name="Ouvrir une campagne").click()
    page.get_by_label("Référence de la campagne").fill(series)
    page.get_by_label("Nom de la campagne").fill("Campagne du parcours")
    page.get_by_label("Marché public").check()
    page.get_by_label("Référence de cet acte").fill("marché 2026-12")
    page.get_by_label("Délibération", exact=True).fill("M2026-28")
    page.get_by_label("Date de la délibération").fill(str(today - timedelta(days=30)))
    page.get_by_label("Un compte bancaire de l'opérateur ou du mandataire").check()
    page.get_by_label("Premier jour d'usage").fill(str(today))
    page.get_by_label("Dernier jour d'usage").fill(str(today + timedelta(days=300)))
    page.get_by_label("Dernier jour d'encaissement par les lieux").fill(str(today + timedelta(days=330)))
    page.get_by_label("5", exact=True).check()
    payer = page.get_by_role("group", name="Financeur 1")
    payer.get_by_label("Nom").select_option(f"Département {series}")
    payer.get_by_label("Part avancée").fill("1")
    payer.get_by_label("Part supportée").fill("1")
    page.get_by_role("button", name="Ouvrir la campagne").click()
    expect(page.get_by_role("status")).to_contain_text(f"La campagne {series} est ouverte.")


def _fund(page: Page, series: str, today: date) -> None:
    """Record what the funder promises, then what it paid."""
    turn_to(page, "Campagnes et financeurs", "Campagnes")
    page.get_by_role("link", name=series).click()
    page.get_by_role("link", name="Financement").click()
    for act, day, reference in (
        ("Enregistrer une promesse", "Date de l'acte", "Référence de l'acte"),
        ("Enregistrer un versement", "Date", "Référence donnée par la banque"),
    ):
        page.get_by_role("link", name=act).click()
        page.get_by_label("Financeur", exact=True).select_option(f"Département {series}")
        page.get_by_label("Montant").fill(str(_BOOKLETS * _SIZE * _FACE))
        page.get_by_label(reference).fill(f"{series} (fictif)")
        page.get_by_label(day, exact=True).fill(str(today))
        page.get_by_role("button", name="Vérifier avant d'enregistrer").click()
        expect(page.get_by_role("main")).to_contain_text("100,00 €")
        page.get_by_role("button", name=act.replace("une", "cette").replace("un ", "ce ")).click()
    expect(page.get_by_role("table").last).to_contain_text("100,00 €")


def _produce(page: Page, series: str, today: date) -> None:
    """Produce booklets, wait for them, then put the money into them."""
    page.get_by_role("link", name="Produire les carnets").click()
    page.get_by_label("Carnets à produire").fill(str(_BOOKLETS))
    page.get_by_role("button", name="Vérifier avant de produire").click()
    page.get_by_role("button", name="Produire ces carnets").click()
    expect(page.get_by_text("Terminé")).to_be_visible(timeout=_JOB_MILLISECONDS)
    page.get_by_role("link", name="Voir le résultat").click()
    page.get_by_role("link", name="Activer des carnets").click()
    page.get_by_label("Numéro de mandat").fill("MANDAT-1")
    page.get_by_label("Date du mandat").fill(str(today))
    page.get_by_role("button", name="Vérifier avant d'activer").click()
    page.get_by_role("button", name="Activer ces carnets").click()
    expect(page.get_by_role("table", name="Activations")).to_contain_text("du 1 au 2")
    assert series in page.url


def _print(page: Page, sheet: Path) -> None:
    """Have the files made, take the first one, then erase them."""
    page.get_by_role("link", name="Imprimer des carnets").click()
    page.get_by_role("button", name="Préparer les fichiers").click()
    files = page.get_by_role("table", name="Fichiers à imprimer")
    expect(files).to_be_visible(timeout=_JOB_MILLISECONDS)
    with page.expect_download() as taken:
        files.get_by_role("link").first.click()
    taken.value.save_as(sheet)
    page.get_by_role("link", name="Effacer les fichiers").click()
    page.get_by_role("button", name="Effacer ces fichiers").click()
    expect(page.get_by_role("main")).to_contain_text("Les fichiers ont été effacés")


def test_a_campaign_is_set_up_from_nothing_to_a_printed_booklet(
    signed_in: SignedIn, office: Office, today: date, tmp_path: Path
) -> None:
    series = f"{''.join(secrets.choice(ascii_uppercase) for _ in range(5))}-{today.year}"
    operator = signed_in(Role.OPERATOR)
    _open(operator, series, today)
    _fund(signed_in(Role.FINANCE), series, today)
    operator.reload()
    expect(operator.get_by_role("listitem").filter(has_text="Fait")).to_have_count(2)
    _produce(operator, series, today)
    _print(operator, tmp_path / "booklets.pdf")
    codes = codes_on(tmp_path / "booklets.pdf")

    assert len(set(codes)) == _BOOKLETS * _SIZE
    office.accredit(series)
    office.send(series, 1, 1)
    office.hand_over(f"{series}-000001")
    counter = signed_in(Role.VENUE)
    counter.get_by_role("link", name="Encaisser").first.click()
    show(counter, codes[0])
    expect(counter.get_by_role("heading", name="Sur le comptoir")).to_be_visible()
    expect(counter.get_by_role("main")).to_contain_text("Campagne du parcours")
