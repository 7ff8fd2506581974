"""What anybody reads without an account: the pass in plain words, where to use it, and the statements."""

from typing import Any

import pytest

from tests.api.town import SERIES, Town
from tests.web.browsers import Browser, Sight
from tests.world import NOW
from voucher_service.network.vocabulary import Condition, Modality, Service, Welcome
from voucher_service.vouchers.printing import style

_HERE: dict[str, Any] = {"latitude": 43.610, "longitude": 3.880}
_SOUTH: dict[str, Any] = {"latitude": 43.565, "longitude": 3.900, "commune": "Lattes", "postcode": "34970"}
_STATEMENTS = {
    "/": "Apprendre le numérique près de chez soi",
    "/aide": "Aide",
    "/accessibilite": "Déclaration d’accessibilité",
    "/donnees-personnelles": "Données personnelles",
    "/plan": "Plan du site",
    "/lieux": "Trouver un lieu",
    "/lettre": "La lettre du carnet",
}


def _names(page: Sight) -> list[str]:
    return [one.text_content().strip() for one in page.tree.xpath("//ol[@class='places__list']//h3/a")]


@pytest.fixture
def places(town: Town) -> Town:
    """Give a town with three venues, of which two take the campaign's passes."""
    town.world.shop(
        name="Médiathèque centrale",
        opening_hours="Mo-Fr 09:00-12:00,14:00-17:30",
        phone="+33467000001",
        services=(Service.PROCEDURES,),
        modalities=(Modality.INDIVIDUAL,),
        conditions=(Condition.FREE,),
        welcomes=(Welcome.DEAFNESS,),
        accessibility_url="https://acceslibre.example.org/1",
        **_HERE,
    )
    town.world.shop(name="Espace du Sud", services=(Service.LEISURE,), **_SOUTH)
    town.world.shop(name="Bientôt accrédité", accredited=False, **_HERE)
    return town


@pytest.mark.parametrize(("path", "title"), _STATEMENTS.items(), ids=_STATEMENTS)
def test_everybody_reads_it_in_both_languages(path: str, title: str, town: Town, stranger: Browser) -> None:
    french, english = stranger.get(f"{path}?langue=fr"), stranger.get(f"{path}?langue=en")

    assert (french.status, french.title) == (200, title)
    assert english.title not in {title, ""}
    assert [len(page.tree.xpath("//h1")) for page in (french, english)] == [1, 1]


def test_the_nearest_venue_comes_first_with_its_hours_and_phone(places: Town, stranger: Browser) -> None:
    page = stranger.get("/lieux?ou=montpellier")

    assert _names(page) == ["Médiathèque centrale", "Espace du Sud"]
    assert "Du lundi au vendredi : de 9 h à midi et de 14 h à 17 h 30" in page.text
    assert page.tree.xpath("//a[@href='tel:+33467000001']")[0].text.replace("\xa0", " ") == "04 67 00 00 01"
    assert "à 5,3 km" in page.text


@pytest.mark.parametrize("where", ["34970", "LATTES", "43.565, 3.900", "Lattes (34970)"])
def test_a_place_is_named_as_people_name_it(where: str, places: Town, stranger: Browser) -> None:
    assert _names(stranger.get("/lieux", query_string={"ou": where}))[0] == "Espace du Sud"


def test_what_is_asked_stands_in_the_address_and_in_the_form(places: Town, stranger: Browser) -> None:
    page = stranger.get("/lieux?ou=Montpellier&service=leisure-and-creation&rayon=10")

    assert _names(page) == ["Espace du Sud"]
    assert page.value("ou") == "Montpellier"
    assert page.tree.xpath("//select[@name='service']/option[@selected]/@value") == ["leisure-and-creation"]
    assert _names(stranger.get("/lieux?ou=Montpellier&rayon=5")) == ["Médiathèque centrale"]
    assert _names(stranger.get("/lieux?aide=individual&acces=free")) == ["Médiathèque centrale"]


def test_venues_that_do_not_take_the_pass_are_shown_on_demand_only(places: Town, stranger: Browser) -> None:
    assert "Bientôt accrédité" not in _names(stranger.get("/lieux"))
    assert "Bientôt accrédité" not in _names(stranger.get(f"/lieux?campagne={SERIES}"))
    assert _names(stranger.get("/lieux?campagne=PN-2031")) == []
    assert "Bientôt accrédité" in _names(stranger.get("/lieux?campagne=toutes"))


def test_a_place_that_nobody_knows_is_said_to_be_unknown(places: Town, stranger: Browser) -> None:
    page = stranger.get("/lieux?ou=Nulle-Part")

    assert page.status == 200
    assert "Nous ne connaissons pas « Nulle-Part »" in page.text
    assert _names(page) == []


def test_a_name_of_two_communes_asks_which(places: Town, stranger: Browser) -> None:
    places.world.shop(name="Ailleurs", commune="Lattes-le-Haut", postcode="30999")

    page = stranger.get("/lieux?ou=lat")

    assert [one for one in page.links() if one.startswith("Lattes")] == [
        "Lattes (34970)",
        "Lattes-le-Haut (30999)",
    ]


def test_the_list_goes_on_page_after_page(places: Town, stranger: Browser) -> None:
    for number in range(11):
        places.world.shop(name=f"Annexe {number:02d}", **(_HERE | {"latitude": 43.62 + number / 1000}))
    seen: list[str] = []
    page = stranger.get("/lieux?ou=43.61, 3.88")
    while True:
        seen += _names(page)
        following = page.tree.xpath("//a[@rel='next']/@href")
        if not following:
            break
        page = stranger.get(following[0])

    assert len(seen) == len(set(seen)) == 13
    assert seen[0] == "Médiathèque centrale"
    assert _names(stranger.get(page.links()["Page précédente"]))[0] == "Médiathèque centrale"
    saved = stranger.client.get(page.links()["Enregistrer cette liste pour un tableur (CSV)"])
    assert [line.split(";")[0] for line in saved.get_data(as_text=True).splitlines()[1:]] == seen


@pytest.mark.parametrize("after", ["x", "0", "1|2", "9" * 40, "-1"])
def test_a_mangled_address_begins_the_list_again(after: str, places: Town, stranger: Browser) -> None:
    for where in ("", "Montpellier"):
        assert stranger.get("/lieux", query_string={"ou": where, "page": after}).status == 200


def test_every_point_of_the_map_leads_to_the_venue_of_its_number(places: Town, stranger: Browser) -> None:
    page = stranger.get("/lieux?ou=Montpellier")

    links = page.tree.xpath("//main//*[local-name()='svg']//*[local-name()='a']")
    assert [one.get("href") for one in links] == ["#lieu-1", "#lieu-2"]
    assert links[0].get("aria-label") == "1. Médiathèque centrale, Montpellier"
    assert [len(page.tree.xpath(f"//li[@id='lieu-{number}']")) for number in (1, 2)] == [1, 1]
    assert "Lattes" in page.words("//main//*[local-name()='svg']")


def test_a_venue_says_all_that_is_known_of_it(places: Town, stranger: Browser) -> None:
    address = stranger.get("/lieux?ou=Montpellier").links()["Médiathèque centrale"]

    page = stranger.get(address)

    assert page.title == "Médiathèque centrale"
    for words in (
        "Ce lieu prend les pass",
        "Aide aux démarches administratives",
        "Gratuit",
        "Surdité",
        "04 67 00 00 01",
    ):
        assert words in page.text
    [described] = page.tree.xpath("//a[@href='https://acceslibre.example.org/1']")
    assert described.get("rel") == "external noreferrer"
    assert _names(page) == ["Espace du Sud"]
    assert "Nous ne savons pas encore" in stranger.get(page.links()["Espace du Sud"]).text


def test_people_find_the_venues_that_are_equipped_for_them(places: Town, stranger: Browser) -> None:
    assert _names(stranger.get("/lieux?ou=Montpellier&accueil=deafness")) == ["Médiathèque centrale"]
    assert _names(stranger.get("/lieux?ou=Montpellier&accueil=visual-impairment")) == []


def test_a_venue_without_accreditation_says_so(places: Town, stranger: Browser) -> None:
    address = stranger.get("/lieux?campagne=toutes").links()["Bientôt accrédité"]

    assert "Ce lieu ne prend pas les pass" in stranger.get(address).text


def test_the_letter_is_a_page_with_the_venues_near_a_commune(places: Town, stranger: Browser) -> None:
    page = stranger.get(f"/lettre/{SERIES}?ou=Lattes")

    assert page.title == "Votre carnet de pass numérique"
    assert "Voici les lieux les plus près de Lattes." in page.text
    assert page.text.index("Espace du Sud") < page.text.index("Médiathèque centrale")
    assert stranger.get(f"/lettre/{SERIES}?langue=en").title == "Your booklet of digital passes"
    assert stranger.get("/lettre/PN-2031").status == 404


def test_the_letter_asks_which_commune_where_several_bear_its_name(places: Town, stranger: Browser) -> None:
    for name, postcode in (("Un", "34997"), ("Deux", "30997")):
        places.world.shop(name=name, commune="Bourg-Inventé", postcode=postcode)

    page = stranger.get(f"/lettre/{SERIES}?ou=bourg invente")
    assert "Plusieurs communes correspondent" in page.text
    chosen = stranger.get(page.links()["Bourg-Inventé (30997)"])
    assert "Voici les lieux les plus près de Bourg-Inventé." in chosen.text
    assert "Nous ne connaissons pas" in stranger.get(f"/lettre/{SERIES}?ou=Nulle-Part").text


def test_the_letter_is_printed_in_two_sizes(places: Town, stranger: Browser) -> None:
    usual = stranger.client.get(f"/lettre/{SERIES}/imprimer?ou=Lattes")
    large = stranger.client.get(f"/lettre/{SERIES}/imprimer?ou=Lattes&grand=1")

    assert (usual.content_type, usual.data[:5], large.data[:5]) == ("application/pdf", b"%PDF-", b"%PDF-")
    assert usual.data != large.data


def test_the_statement_says_that_nobody_audited_and_where_to_complain(town: Town, stranger: Browser) -> None:
    page = stranger.get("/accessibilite")

    assert "Non conforme : audit non réalisé" in page.text
    assert "Libre réponse 71120" in page.text
    for link in page.tree.xpath("//main//a[starts-with(@href, 'http')]"):
        assert "noreferrer" in link.get("rel")


def test_who_decides_of_the_data_is_named(town: Town, stranger: Browser) -> None:
    page = stranger.get("/donnees-personnelles")

    assert page.tree.xpath("//main//ul")[0].text_content().strip().startswith("Organisation")
    assert "effacées 2 ans après" in page.text


def test_the_help_says_whom_to_call(town: Town, stranger: Browser) -> None:
    world = town.world
    said: dict[str, Any] = {"text": "", "phone": "+33467000009", "version": 0}
    world.do(lambda s: style.change(s, series=SERIES, at=NOW, by=world.operator, **said))

    page = stranger.get("/aide")

    assert page.tree.xpath("//a[@href='tel:+33467000009']")
    assert "04 67 00 00 09" in page.text
    assert "04 67 00 00 09" in stranger.get(f"/lettre/{SERIES}").text
