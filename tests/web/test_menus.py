"""The menu: short in a row, long under headings; it says where the reader is, and leads to each of his pages once."""

import pytest

from tests.api.town import Town
from tests.web.browsers import Browser, Sight
from tests.web.conftest import OpenBrowser
from voucher_service.kernel.actor import Role

_BAR = "//nav[@class='menu']/div"
_FOLD = "//nav[@class='menu']/details"


def _links(page: Sight, within: str) -> dict[str, str]:
    return {one.text_content(): one.get("href") for one in page.tree.xpath(f"{within}//a")}


def _current(page: Sight, within: str) -> list[tuple[str, str]]:
    marked = page.tree.xpath(f"{within}//a[@aria-current]")
    return [(one.text_content(), one.get("aria-current")) for one in marked]


def test_a_long_menu_is_read_in_two_steps_and_says_where_one_is(browser: OpenBrowser) -> None:
    page = browser(Role.FINANCE).get("/blocages")

    headings = page.tree.xpath(f"{_BAR}/ul[1]/li")
    assert [one.text_content().strip() for one in headings] == [
        "Tableau de bord",
        "Campagnes et financeurs",
        "Lieux et carnets",
        "Payer",
        "Fin et clôture",
        "Actes refusés",
    ]
    assert _current(page, _BAR) == [("Payer", "true"), ("Paiements bloqués", "page")]
    assert "Coordonnées bancaires" in _links(page, f"{_BAR}/ul[@aria-label='Payer']")


def test_a_long_menu_folded_away_leads_to_all_its_pages_at_once(browser: OpenBrowser) -> None:
    reader = browser(Role.FINANCE)
    page = reader.get("/clotures")

    links = _links(page, _FOLD)
    assert len(links) == 19
    assert page.words(f"{_FOLD}/summary") == "Menu Clôtures"
    assert page.tree.xpath(f"{_FOLD}//ul[@aria-labelledby='menu-4']//a")
    assert _current(page, _FOLD) == [("Clôtures", "page")]
    assert {words: reader.get(url).status for words, url in links.items()} == dict.fromkeys(links, 200)


def test_a_page_without_a_place_of_its_own_belongs_to_its_subject(browser: OpenBrowser) -> None:
    page = browser(Role.FINANCE).get("/lots/preparer")

    assert _current(page, _BAR) == [("Payer", "true"), ("Lots de paiement", "true")]


def test_pages_of_a_campaign_belong_to_the_work_that_they_serve(town: Town, browser: OpenBrowser) -> None:
    finance, found = browser(Role.FINANCE), {}
    for name in ("compte-payeur", "restitutions", "restitutions/repartir", "cloture", "fin-de-validite"):
        page = finance.get(f"/campagnes/{town.world.series}/{name}")
        found[name] = [words for words, how in _current(page, _FOLD) if how == "true"]

    assert found == {
        "compte-payeur": ["Lots de paiement"],
        "restitutions": ["Restitutions"],
        "restitutions/repartir": ["Restitutions"],
        "cloture": ["Clôtures"],
        "fin-de-validite": ["Fin de validité"],
    }


@pytest.mark.parametrize("role", [Role.VENUE, Role.PRESCRIBER])
def test_a_short_menu_is_one_row(role: Role, browser: OpenBrowser) -> None:
    page = browser(role, is_referent=True).get("/accueil")

    assert len(page.tree.xpath(f"{_BAR}/ul")) == 1
    assert _links(page, _BAR) == _links(page, _FOLD)
    assert [how for _words, how in _current(page, _BAR)] == ["page"]


def test_a_stranger_has_no_menu(stranger: Browser) -> None:
    assert stranger.get("/").tree.xpath("//nav[@class='menu']") == []


def test_the_plan_of_the_site_lists_a_long_menu_under_its_headings(browser: OpenBrowser) -> None:
    page = browser(Role.FINANCE).get("/plan")

    assert [one.text_content() for one in page.tree.xpath("//main//h3")][:2] == [
        "Tableau de bord",
        "Campagnes et financeurs",
    ]
    assert set(_links(page, _FOLD)) <= set(page.links())
