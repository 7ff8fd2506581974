"""People and their rights: enrolled, given links, closed and opened again, found."""

import re
from functools import partial

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.api.callers import open_account
from tests.web.browsers import Browser, sign_in_as
from tests.web.conftest import OpenBrowser
from voucher_service.identity import authenticator, factors, telephones
from voucher_service.identity.users import User
from voucher_service.kernel import clock
from voucher_service.kernel.actor import Actor, Role
from voucher_service.kernel.database import Database
from voucher_service.kernel.keys import Keyring
from voucher_service.kernel.mail import OutgoingMail

SAVE = "Enregistrer cette liste pour un tableur (CSV)"


@pytest.fixture
def referent(database: Database) -> User:
    """Give a référent of a prescriber."""
    return open_account(database, Role.PRESCRIBER, is_referent=True)


@pytest.fixture
def desk(app: Flask, database: Database, referent: User) -> Browser:
    """Give the référent's browser."""
    return sign_in_as(app, database, referent)


@pytest.fixture
def clerk(database: Database, referent: User) -> User:
    """Give someone of the référent's own, who has no password yet."""
    return open_account(database, Role.PRESCRIBER, organisation_id=referent.organisation_id)


def _path_of(database: Database, email: str) -> str:
    with database.transaction() as session:
        return f"/personnes/{session.scalars(select(User.id).where(User.email == email)).one()}"


def test_a_referent_opens_an_account_and_the_link_leaves_by_mail(
    desk: Browser, database: Database, stranger: Browser
) -> None:
    desk.get("/personnes/nouvelle")

    page = desk.submit({"name": "Ada Martin", "email": "ada@example.org", "way": "mail"})

    assert (page.title, page.response.request.path) == ("Ada Martin", _path_of(database, "ada@example.org"))
    assert "Un message avec le lien part vers ada@example.org." in page.text
    assert "Lien à ouvrir" in page.text
    with database.transaction() as session:
        written = session.scalars(select(OutgoingMail)).one()
    address = re.search(r"http\S+(/lien/\S+)", written.body or "")
    assert address is not None
    assert "ada@example.org" in stranger.get(address[1]).text


def test_a_link_is_shown_once_to_be_printed(desk: Browser, clerk: User, stranger: Browser) -> None:
    desk.get(f"/personnes/{clerk.id}/lien")

    page = desk.submit({"way": "paper"})

    address = page.words("//p[contains(@class, 'link-to-copy')]")
    assert clerk.email in stranger.get(address.removeprefix("http://127.0.0.1:8000")).text


def test_an_address_that_is_taken_is_said_beside_its_field(desk: Browser, clerk: User) -> None:
    desk.get("/personnes/nouvelle")

    page = desk.submit({"name": "Ada", "email": clerk.email, "way": "mail"})

    assert (page.status, len(page.errors)) == (409, 1)
    assert page.words("//p[@id='e-email']").startswith("Erreur : Un compte utilise déjà cette adresse")
    assert page.value("name") == "Ada"


def test_the_operator_chooses_the_organisation_first(
    browser: OpenBrowser, database: Database, referent: User
) -> None:
    office = browser(Role.OPERATOR)
    page = office.get("/personnes/nouvelle?nom=Organisation")
    address = next(url for url in page.links().values() if str(referent.organisation_id) in url)

    page = office.get(address)
    assert page.title == "Ouvrir un compte"
    page = office.submit(
        {"name": "Zoé", "email": "zoe@example.org", "role": "prescriber", "is_referent": "1", "way": "mail"}
    )

    assert "Prescripteur – référent" in page.text


def test_a_role_that_the_organisation_cannot_have_is_refused(desk: Browser, referent: User) -> None:
    desk.get("/personnes/nouvelle")

    page = desk.submit({"name": "Ada", "email": "ada@example.org", "role": "finance", "way": "mail"})

    assert (page.status, len(page.errors)) == (422, 1)


def test_an_account_is_closed_with_a_reason_and_opened_again(
    desk: Browser, clerk: User, app: Flask, database: Database
) -> None:
    theirs = sign_in_as(app, database, clerk)
    assert theirs.get("/mon-compte").title == "Mon compte"
    desk.get(f"/personnes/{clerk.id}/bloquer")
    assert len(desk.submit().errors) == 1

    page = desk.submit({"reason": "device_lost"})

    assert "Bloqué" in page.text
    assert "Compte bloqué – Appareil perdu ou volé" in page.text
    assert theirs.get("/mon-compte").title == "Se connecter"
    page = desk.submit()
    assert "Le compte est débloqué." in page.text
    assert [words for words in ("Compte ouvert", "Compte bloqué", "Compte débloqué") if words in page.text]


def test_a_lost_telephone_is_taken_off_the_account(
    desk: Browser, clerk: User, database: Database, keys: Keyring
) -> None:
    database.run(partial(_pair, user=clerk, keys=keys))
    assert "En place depuis" in desk.get(f"/personnes/{clerk.id}").text
    desk.get(f"/personnes/{clerk.id}/retirer-le-code")

    page = desk.submit()

    assert "Le code par téléphone est retiré" in page.text
    with database.transaction() as session:
        assert factors.standing(session, user_id=clerk.id).confirmed_at is None


def test_nobody_closes_the_own_account(desk: Browser, referent: User) -> None:
    page = desk.get(f"/personnes/{referent.id}")

    assert "C'est votre propre compte" in page.text
    assert not page.forms


def test_people_are_found_by_words_state_and_role(
    browser: OpenBrowser, clerk: User, referent: User, desk: Browser
) -> None:
    office = browser(Role.OPERATOR)

    def found(query: str) -> int:
        return len(office.get(f"/personnes{query}").tree.xpath("//tbody/tr"))

    assert found("") == 3
    assert found(f"?recherche={clerk.email}") == 1
    assert found("?recherche=someone+organisation") == 3
    assert found("?role=prescriber") == 2
    assert found("?etat=locked") == 0
    assert found("?etat=waiting") == 3
    assert (found("?lignes=2"), found("?lignes=2&page=2")) == (2, 1)
    assert len(desk.get("/personnes").tree.xpath("//tbody/tr")) == 2


def test_a_long_list_has_its_pages(browser: OpenBrowser, database: Database, referent: User) -> None:
    for _ in range(50):
        open_account(database, Role.PRESCRIBER, organisation_id=referent.organisation_id)
    office = browser(Role.OPERATOR)

    first = office.get("/personnes")
    second = office.get(first.links()["Page suivante"])

    assert [len(page.tree.xpath("//tbody/tr")) for page in (first, second)] == [50, 2]
    assert "Page suivante" not in second.links()


def test_who_keeps_no_account_sees_none(browser: OpenBrowser, clerk: User) -> None:
    visitor, stranger = browser(Role.VENUE), browser(Role.VENUE, is_referent=True)

    assert visitor.get("/personnes").status == 403
    assert visitor.get("/mon-compte").links().get("Voir les personnes et leurs droits") is None
    for path in ("", "/lien", "/bloquer", "/retirer-le-code"):
        assert stranger.get(f"/personnes/{clerk.id}{path}").status == 404
    assert stranger.post(f"/personnes/{clerk.id}/debloquer").status == 404
    assert "Personnes" in stranger.get("/mon-compte").words("//nav[@class='menu']")


def _pair(session: Session, *, user: User, keys: Keyring) -> None:
    by, at = Actor(user.id, user.organisation_id, Role(user.role)), clock.now()
    telephones.enrol(session, keyring=keys, at=at, by=by)
    shown = telephones.pending(session, keyring=keys, by=by)
    assert shown is not None
    telephones.confirm(session, code=authenticator.code_at(shown.secret, at=at), keyring=keys, at=at, by=by)


def test_the_list_is_saved_for_a_spreadsheet_as_it_was_filtered(
    browser: OpenBrowser, clerk: User, referent: User
) -> None:
    office = browser(Role.OPERATOR)
    address = office.get("/personnes?role=prescriber&tri=newest").links()[SAVE]

    saved = office.client.get(address)

    lines = saved.get_data(as_text=True).splitlines()
    assert lines[0].removeprefix("\ufeff").startswith("Nom;Adresse électronique;Organisation;Rôle;")
    assert [clerk.email in lines[1], referent.email in lines[2], len(lines)] == [True, True, 3]
