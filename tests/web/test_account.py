"""Signing in and out, the code of the telephone, passwords, sessions."""

import json
import re
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.api.callers import open_account
from tests.web.browsers import Browser, Sight
from tests.web.conftest import OpenBrowser
from voucher_service.app import create_app
from voucher_service.identity import authenticator, factors, resets, sessions
from voucher_service.identity.users import User
from voucher_service.kernel import clock
from voucher_service.kernel.actor import SYSTEM, Role
from voucher_service.kernel.config import Settings
from voucher_service.kernel.database import Database
from voucher_service.kernel.keys import Keyring
from voucher_service.kernel.mail import OutgoingMail

PASSPHRASE, ANOTHER = "trois girafes lisent Proust", "quatre chiens bruns courent"


def _enrolled(database: Database, role: Role) -> User:
    """Enrol someone who has chosen a password."""
    user = open_account(database, role)

    def chosen(session: Session) -> User:
        token = resets.start_reset(session, user_id=user.id, at=clock.now(), by=SYSTEM)
        return resets.finish_reset(session, token=token, password=PASSPHRASE, at=clock.now())

    return database.run(chosen)


def _sign_in(browser: Browser, user: User, password: str = PASSPHRASE) -> Sight:
    browser.get("/connexion?retour=/mon-compte")
    return browser.submit({"email": user.email, "password": password})


def _pair(browser: Browser) -> tuple[str, Sight]:
    """Pair a telephone on the page that is open, and return its secret and what the page then says."""
    browser.submit()
    assert browser.seen is not None
    secret = re.sub(r"\s", "", browser.seen.words("//p[contains(@class, 'key')]"))
    return secret, browser.submit({"code": authenticator.code_at(secret, at=clock.now())})


def _next_code(database: Database, user: User, secret: str) -> str:
    """Return a code of the telephone that was not used yet."""
    with database.transaction() as session:
        last = factors.standing(session, user_id=user.id).last_step or 0
    return authenticator.code_at(secret, at=datetime.fromtimestamp((last + 1) * 30, clock.now().tzinfo))


@pytest.fixture
def clerk(database: Database) -> User:
    """Give a prescriber who has a password."""
    return _enrolled(database, Role.PRESCRIBER)


def test_over_tls_a_session_can_only_be_set_by_this_host(
    clerk: User, database: Database, keys: Keyring, tmp_path: Path
) -> None:
    home = "https://pass.example.fr"
    client = create_app(Settings(var_dir=tmp_path, public_url=home), database, keys).test_client()

    typed = {"email": clerk.email, "password": PASSPHRASE, "retour": ""}
    answer = client.post("/connexion", data=typed, base_url=home)
    [cookie] = [one for one in answer.headers.getlist("Set-Cookie") if "session=" in one]

    assert cookie.startswith("__Host-session=")
    assert {"Secure", "HttpOnly", "Path=/", "SameSite=Lax"} <= set(cookie.split("; "))
    assert "Domain=" not in cookie


def test_a_person_signs_in_where_he_wanted_to_go_and_out_again(clerk: User, stranger: Browser) -> None:
    asked = stranger.get("/mon-compte")
    assert asked.title == "Se connecter"
    assert "Connectez-vous pour ouvrir cette page." in asked.text

    page = stranger.submit({"email": clerk.email.upper(), "password": PASSPHRASE})

    assert (page.title, page.response.request.path) == ("Mon compte", "/mon-compte")
    assert clerk.email in page.text
    seal = page.tree.xpath("//form[@action='/deconnexion']//input/@value")[0]
    stranger.seal = seal
    assert "Vous êtes déconnecté." in stranger.post("/deconnexion").text
    assert stranger.get("/mon-compte").title == "Se connecter"


@pytest.mark.parametrize("wanted", ["https://evil.example", "//evil.example", "/\\evil.example", ""])
def test_nobody_is_sent_to_another_site_after_signing_in(clerk: User, stranger: Browser, wanted: str) -> None:
    stranger.get("/connexion")

    answer = stranger.client.post(
        "/connexion", data={"email": clerk.email, "password": PASSPHRASE, "retour": wanted}
    )

    assert answer.location == "/accueil"


def test_a_wrong_password_is_said_beside_its_field_and_costs_a_wait_in_the_end(
    clerk: User, stranger: Browser
) -> None:
    page = _sign_in(stranger, clerk, "wrong")

    assert (page.status, len(page.errors)) == (401, 1)
    assert page.value("email") == clerk.email
    assert page.value("password") == ""
    for _ in range(4):
        page = _sign_in(stranger, clerk, "wrong")
    page = _sign_in(stranger, clerk)
    assert page.status == 429
    assert re.search(r"réessayer dans \d+ secondes", page.text)


def test_an_empty_form_says_what_is_missing(stranger: Browser) -> None:
    stranger.get("/connexion")

    page = stranger.submit({"email": "", "password": ""})

    assert page.errors == ["Indiquez votre adresse électronique.", "Indiquez votre mot de passe."]


def test_no_demonstration_account_is_shown_by_a_service_that_is_none(stranger: Browser) -> None:
    assert "démonstration" not in stranger.get("/connexion").text


def test_finance_pairs_a_telephone_before_anything_else_and_shows_a_code_each_time(
    database: Database, app: Flask, stranger: Browser
) -> None:
    treasurer = _enrolled(database, Role.FINANCE)
    page = _sign_in(stranger, treasurer)
    assert page.title == "Code par téléphone"
    assert stranger.get("/mon-compte").title == "Code par téléphone"

    stranger.get("/mon-compte/code")
    secret, page = _pair(stranger)

    assert page.title == "Votre téléphone est enregistré"
    codes = [one.text_content().strip() for one in page.tree.xpath("//ol/li")]
    assert len(codes) == 10
    assert stranger.get("/mon-compte").title == "Mon compte"

    elsewhere = Browser(app.test_client())
    assert _sign_in(elsewhere, treasurer).title == "Code de votre téléphone"
    page = elsewhere.submit({"code": "000000"})
    assert (page.status, len(page.errors)) == (422, 1)
    assert elsewhere.get("/mon-compte/code").title == "Code de votre téléphone"
    elsewhere.get("/connexion/code?retour=/mon-compte/sessions")
    assert elsewhere.submit({"code": _next_code(database, treasurer, secret)}).title == "Mes sessions"

    lost = Browser(app.test_client())
    _sign_in(lost, treasurer)
    assert lost.submit({"code": codes[0]}).title == "Mon compte"
    assert "9 codes de secours" in lost.get("/mon-compte/code").text


def test_who_knows_the_password_alone_cannot_pair_another_telephone(
    clerk: User, app: Flask, stranger: Browser
) -> None:
    _sign_in(stranger, clerk)
    stranger.get("/mon-compte/code")
    _pair(stranger)
    thief = Browser(app.test_client())
    page = _sign_in(thief, clerk)
    assert page.title == "Code de votre téléphone"
    seal = page.tree.xpath("//input[@name='_seal']/@value")[0]

    for path in ("/mon-compte/code/commencer", "/mon-compte/code/confirmer", "/mon-compte/code/secours"):
        answer = thief.client.post(path, data={"_seal": seal, "code": "000000", "proof": ""})
        assert answer.location.startswith("/connexion/code")


def test_another_telephone_and_new_recovery_codes_ask_for_a_code_first(
    clerk: User, database: Database, stranger: Browser
) -> None:
    _sign_in(stranger, clerk)
    stranger.get("/mon-compte/code")
    secret, _ = _pair(stranger)

    stranger.get("/mon-compte/code")
    assert len(stranger.submit({"proof": ""}).errors) == 1
    page = stranger.submit({"proof": _next_code(database, clerk, secret)})

    assert page.tree.xpath("//*[local-name()='svg'][@class='qr']/*[local-name()='path']/@d")
    assert "Enregistrer ce téléphone" in page.text


def test_a_person_changes_the_password_and_stays_signed_in_here_only(
    clerk: User, app: Flask, stranger: Browser
) -> None:
    elsewhere = Browser(app.test_client())
    _sign_in(elsewhere, clerk)
    _sign_in(stranger, clerk)
    stranger.get("/mon-compte/mot-de-passe")

    page = stranger.submit({"current": "wrong", "password": ANOTHER, "again": ANOTHER})
    assert len(page.errors) == 1
    page = stranger.submit({"current": PASSPHRASE, "password": ANOTHER, "again": PASSPHRASE})
    assert page.errors == ["Les deux mots de passe ne sont pas les mêmes : retapez-les."]
    page = stranger.submit({"current": PASSPHRASE, "password": ANOTHER, "again": ANOTHER})

    assert page.title == "Mon compte"
    assert "Votre mot de passe est changé" in page.text
    assert elsewhere.get("/mon-compte").title == "Se connecter"


def test_a_link_lets_choose_a_password_once(database: Database, stranger: Browser) -> None:
    user = open_account(database, Role.VENUE)
    token = database.run(
        lambda session: resets.start_reset(session, user_id=user.id, at=clock.now(), by=SYSTEM)
    )
    page = stranger.get(f"/lien/{token}")
    assert user.email in page.text
    assert page.response.headers["Referrer-Policy"] == "no-referrer"

    assert len(stranger.submit({"password": "court", "again": "court"}).errors) == 1
    page = stranger.submit({"password": PASSPHRASE, "again": PASSPHRASE})

    assert "Votre mot de passe est enregistré." in page.text
    assert _sign_in(stranger, user).title != "Se connecter"
    assert "déjà servi" in stranger.get(f"/lien/{token}").text
    assert stranger.get("/lien/xxxxxxxx").status == 404


def test_who_forgot_the_password_is_written_to_and_a_stranger_is_told_the_same(
    clerk: User, database: Database, stranger: Browser
) -> None:
    said = []
    for email in (clerk.email, "nobody@example.org"):
        stranger.get("/mot-de-passe-oublie")
        said.append(stranger.submit({"email": email}).text)

    assert said[0] == said[1]
    with database.transaction() as session:
        written = session.scalars(select(OutgoingMail)).one()
    assert written.recipient == clerk.email
    address = re.search(r"http\S+(/lien/\S+)", written.body or "")
    assert address is not None
    assert clerk.name in stranger.get(address[1]).text


def test_a_person_sees_and_ends_his_sessions(clerk: User, app: Flask, stranger: Browser) -> None:
    browsers = [Browser(app.test_client()) for _ in range(2)]
    for one in browsers:
        _sign_in(one, clerk)
    firefox = {"User-Agent": "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"}
    stranger.client.post("/connexion", data={"email": clerk.email, "password": PASSPHRASE}, headers=firefox)

    page = stranger.get("/mon-compte/sessions")
    assert "Firefox – Linux" in page.text
    assert len(page.tree.xpath("//tbody/tr")) == 3
    page = stranger.submit()
    assert "La session est fermée." in page.text
    asked = stranger.get(page.links()["Fermer toutes les autres sessions"])
    assert "Vous restez connecté ici." in asked.text
    assert "Firefox" not in asked.words("//main//ul")
    page = stranger.submit()

    assert "1 session fermée." in page.text
    assert [one.get("/mon-compte").title for one in browsers] == ["Se connecter"] * 2
    assert stranger.get("/mon-compte").title == "Mon compte"


def test_another_s_session_is_not_there(clerk: User, database: Database, browser: OpenBrowser) -> None:
    opened = database.run(
        lambda session: sessions.open_session(session, user=clerk, address="", agent="", at=clock.now())
    )
    with database.transaction() as session:
        theirs = sessions.admit(session, secret=opened, at=clock.now())
    visitor = browser(Role.VENUE)

    assert visitor.post(f"/mon-compte/sessions/{theirs.session_id}/fermer").status == 404


def test_a_language_is_chosen_for_the_session(clerk: User, stranger: Browser) -> None:
    _sign_in(stranger, clerk)
    stranger.get("/mon-compte")

    page = stranger.submit({"language": "en"})

    assert page.tree.get("lang") == "en"
    assert stranger.get("/mon-compte").title == "My account"


def test_a_session_left_alone_leads_back_to_where_it_was(
    clerk: User, stranger: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    _sign_in(stranger, clerk)
    later = clock.now() + sessions.IDLE + timedelta(minutes=2)
    monkeypatch.setattr(clock, "now", lambda: later)

    stranger.get("/mon-compte/sessions")
    page = stranger.submit({"email": clerk.email, "password": PASSPHRASE})

    assert page.title == "Mes sessions"


def test_a_demonstration_shows_its_accounts_and_the_codes_of_their_telephones(
    database: Database, keys: Keyring, tmp_path: Path
) -> None:
    app = create_app(Settings(var_dir=tmp_path, demo=True), database, keys)
    treasurer = _enrolled(database, Role.FINANCE)
    visitor = Browser(app.test_client())
    _sign_in(visitor, treasurer)
    visitor.get("/mon-compte/code")
    secret, _ = _pair(visitor)
    known = {"user_id": str(treasurer.id), "email": treasurer.email, "name": "Zoé", "role": "finance"}
    known |= {"organisation": "Métropole fictive", "password": PASSPHRASE, "secret": secret}
    (tmp_path / "accounts.json").write_text(json.dumps([known]))

    other = Browser(app.test_client())
    page = other.get("/connexion?retour=/mon-compte")
    assert "Métropole fictive" in page.text
    page = other.submit(form=1)
    assert page.title == "Code de votre téléphone"
    page = other.submit({"code": page.words("//strong[@class='mono']")})

    assert page.title == "Mon compte"
    settings = Settings(var_dir=tmp_path)
    real = Browser(create_app(settings, database, keys).test_client()).get("/connexion")
    assert "Métropole fictive" not in real.text
