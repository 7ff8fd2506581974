"""A venue that takes part for the first time, from the operator's pages to its first pass."""

import secrets
from collections.abc import Callable

from playwright.sync_api import BrowserContext, Page, expect

from tests.browser.conftest import SignedIn
from tests.browser.hands import show, turn_to
from tests.browser.office import Office
from voucher_service.demo import figures
from voucher_service.kernel.actor import Role

_PASSWORD = "galet-boussole-horloge-citron"
_FIRST_SIRET, _SIRETS = 100, 700


def _found(page: Page, name: str, siret: str) -> None:
    """Let an association take part, as one that runs venues."""
    turn_to(page, "Lieux et carnets", "Organisations")
    page.get_by_role("link", name="Ajouter une organisation").click()
    page.get_by_label("Nom").fill(name)
    page.get_by_label("SIRET").fill(siret)
    page.get_by_label("Exploitant de lieux").check()
    page.get_by_label("Forme juridique").select_option("Association")
    page.get_by_role("button", name="Ajouter cette organisation").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(name)


def _add_venue(page: Page, venue: str, name: str) -> None:
    """Describe a venue, and name who runs it."""
    turn_to(page, "Lieux et carnets", "Lieux")
    page.get_by_role("link", name="Ajouter un lieu").click()
    page.get_by_label("Nom du lieu").fill(venue)
    page.get_by_label("Adresse", exact=True).fill("1 place de l'Exemple")
    page.get_by_label("Code postal").fill("34999")
    page.get_by_label("Commune").fill("Ville-Fictive")
    page.get_by_role("button", name="Ajouter ce lieu").click()
    page.get_by_role("link", name="Désigner l'exploitant").click()
    page.get_by_label("Nom ou SIRET").fill(name)
    page.get_by_role("button", name="Filtrer").click()
    page.get_by_label(name).check()
    page.get_by_role("button", name="Désigner cet exploitant").click()
    expect(page.get_by_role("main").get_by_role("link", name=name)).to_be_visible()


def _open_account(page: Page, name: str, email: str) -> str:
    """Open an account for the person who will answer for the association; return the link to hand over."""
    turn_to(page, "Comptes et service", "Personnes")
    page.get_by_role("link", name="Ouvrir un compte").click()
    page.get_by_label("Nom de l'organisation").fill(name)
    page.get_by_role("button", name="Filtrer").click()
    page.get_by_role("link", name=name).click()
    page.get_by_label("Nom de la personne").fill("Personne Fictive")
    page.get_by_label("Adresse électronique").fill(email)
    page.get_by_label("Lieu", exact=True).check()
    page.get_by_label("Cette personne est référente").check()
    page.get_by_label("L'afficher, pour l'imprimer ou le lire ensemble").check()
    page.get_by_role("button", name="Ouvrir ce compte").click()
    return page.get_by_text("/lien/").inner_text().strip()


def _accredit(page: Page, venue: str, series: str) -> None:
    """Accredit the venue for the campaign that is under way."""
    turn_to(page, "Lieux et carnets", "Lieux")
    page.get_by_label("Nom, commune ou code postal").fill(venue)
    page.get_by_role("button", name="Filtrer").click()
    page.get_by_role("link", name=venue).click()
    page.get_by_role("link", name="Accréditer ou suspendre").click()
    page.get_by_label("Campagne", exact=True).select_option(series)
    page.get_by_role("group", name="Décision").get_by_label("Accrédité").check()
    page.get_by_label("Raison").select_option("file-complete")
    page.get_by_role("button", name="Enregistrer cette décision").click()
    expect(page.get_by_role("table", name="Décisions")).to_contain_text("Accrédité")


def _move_in(page: Page, link: str, email: str) -> None:
    """Choose a password by the link, and sign in."""
    page.goto(link)
    page.get_by_label("Nouveau mot de passe").fill(_PASSWORD)
    page.get_by_label("Le même, une seconde fois").fill(_PASSWORD)
    page.get_by_role("button", name="Enregistrer ce mot de passe").click()
    page.get_by_label("Adresse électronique").fill(email)
    page.get_by_label("Mot de passe").fill(_PASSWORD)
    page.get_by_role("main").get_by_role("button", name="Se connecter", exact=True).click()


def test_a_venue_that_nobody_knew_takes_its_first_pass(
    signed_in: SignedIn, window: Callable[..., BrowserContext], office: Office
) -> None:
    number = _FIRST_SIRET + secrets.randbelow(_SIRETS)
    name, venue = f"Association inventée n° {number}", f"Atelier inventé n° {number}"
    email, operator = f"referent-{number}@demonstration.invalid", signed_in(Role.OPERATOR)

    _found(operator, name, figures.siret(number))
    _add_venue(operator, venue, name)
    link = _open_account(operator, name, email)
    clerk = window().new_page()
    _move_in(clerk, link, email)
    expect(clerk.get_by_role("heading", level=1)).to_have_text(name)
    accredited = clerk.get_by_role("listitem").filter(has_text="Votre lieu est accrédité")
    expect(accredited).to_contain_text("À faire")
    _accredit(signed_in(Role.OPERATOR, number=1), venue, office.series)
    clerk.reload()
    expect(accredited).to_contain_text("Fait")
    clerk.get_by_role("main").get_by_role("link", name="Encaisser").click()
    show(clerk, office.in_hand().codes[0])
    clerk.get_by_role("group", name="Service", exact=True).get_by_role("radio").first.check()
    clerk.get_by_label("45 minutes").check()
    clerk.get_by_role("button", name="Encaisser 10,00 €").click()

    expect(clerk.get_by_role("status")).to_contain_text("10,00 € encaissés")
    turn_to(clerk, "Accueil")
    expect(clerk.get_by_role("main")).to_contain_text("Il manque quelque chose avant de vous payer")
