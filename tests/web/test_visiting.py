"""How pages are visited: seals, languages, troubles, headers."""

import re

from flask import Flask

from tests.web.browsers import Browser, Sight
from tests.web.conftest import OpenBrowser
from voucher_service.kernel.actor import Role


def test_an_address_that_leads_nowhere_says_so_in_the_readers_language(stranger: Browser) -> None:
    french = stranger.get("/nulle-part", headers={"Accept-Language": "fr"})
    english = stranger.get("/nulle-part", headers={"Accept-Language": "en-GB"})

    assert (french.status, french.title) == (404, "Page introuvable")
    assert (english.status, english.title) == (404, "Page not found")
    assert english.tree.get("lang") == "en"


def test_an_address_of_the_api_that_leads_nowhere_is_still_answered_as_a_problem(stranger: Browser) -> None:
    response = stranger.client.get("/api/v1/nowhere")

    assert (response.status_code, response.content_type) == (404, "application/problem+json")


def test_a_language_that_was_chosen_is_kept(stranger: Browser) -> None:
    stranger.get("/nulle-part?langue=en", headers={"Accept-Language": "fr"})

    assert stranger.get("/nulle-part", headers={"Accept-Language": "fr"}).title == "Page not found"


def test_a_page_asks_nothing_of_anybody_else(stranger: Browser) -> None:
    page = stranger.get("/nulle-part")
    policy = page.response.headers["Content-Security-Policy"]

    assert "default-src 'none'" in policy
    assert "unsafe-inline" not in policy
    assert "unsafe-eval" not in policy
    assert page.response.headers["Cache-Control"] == "no-store"
    for address in page.tree.xpath("//@src | //link/@href"):
        assert address.startswith("/assets/")
    assert not page.tree.xpath("//@style | //style | //script[not(@src)] | //@onclick")


def test_the_style_of_the_pages_is_kept_for_ever_and_names_nobody_else(stranger: Browser) -> None:
    page = stranger.get("/nulle-part")
    [address] = page.tree.xpath("//link[@rel='stylesheet']/@href")
    sheet = stranger.client.get(address)

    assert sheet.status_code == 200
    assert "immutable" in sheet.headers["Cache-Control"]
    assert not re.search(r"url\(\s*['\"]?(https?:)?//", sheet.get_data(as_text=True))


def test_a_session_that_is_over_leads_to_the_sign_in_page_and_back(app: Flask) -> None:
    response = app.test_client().get("/accueil")

    assert (response.status_code, response.location) == (303, "/connexion?retour=/accueil")


def test_the_other_language_shows_the_same_list_and_never_an_address_that_only_a_form_has(
    stranger: Browser, browser: OpenBrowser
) -> None:
    listed = _other_language(stranger.get("/lieux?ou=Nulle-Part&rayon=50"))
    clerk = browser(Role.VENUE)
    sent = clerk.post("/guichet/encaisser/verifier", {"code": ""})

    assert listed == "/lieux?ou=Nulle-Part&rayon=50&langue=en"
    assert _other_language(stranger.get(listed)) == "/lieux?ou=Nulle-Part&rayon=50&langue=fr"
    assert _other_language(sent) == "/accueil?langue=en"


def _other_language(page: Sight) -> str:
    [address] = page.tree.xpath("//footer//a[@hreflang]/@href")
    return str(address)
