"""At the prescriber's desk: a booklet is handed over in three screens, and a lost one is replaced in one act."""

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Frame, Page, expect

from tests.browser import stage as staging
from tests.browser.conftest import SignedIn
from tests.browser.hands import codes_on, plain, press, show, tab_to
from tests.browser.office import Office
from tests.browser.stage import Stage
from tests.journeys.web.film import FAKE_CAMERA, film_of_bars
from voucher_service.kernel.actor import Role

_SCREENS = 3
_HANDED = "C'est fait : vous pouvez donner le carnet."


def _count_screens(page: Page) -> list[str]:
    """Count the screens from now on: each address that the window comes to."""
    screens: list[str] = []

    def keep(frame: Frame) -> None:
        screens.append(frame.url)

    page.on("framenavigated", keep)
    return screens


def _expect_screen(page: Page, heading: str) -> None:
    expect(page.get_by_role("heading", level=1)).to_have_text(heading)


def _letter(page: Page) -> bytes:
    """Open the letter as the link does, in a tab of its own, and read it."""
    link = page.get_by_role("link", name="Imprimer la lettre")
    assert link.get_attribute("target") == "_blank"
    answer = page.request.get(link.get_attribute("href") or "")
    assert answer.headers["content-type"] == "application/pdf"
    return answer.body()


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
def test_a_booklet_is_handed_over_in_three_screens_and_the_handover_can_be_undone(
    scripts: bool, signed_in: SignedIn, office: Office
) -> None:
    number, page = office.in_cupboard().number, signed_in(Role.PRESCRIBER, scripts=scripts)
    _expect_screen(page, "Mes carnets")
    screens = _count_screens(page)
    page.get_by_role("main").get_by_role("link", name="Remettre un carnet").click()

    page.get_by_label("Numéro du carnet").fill(number)
    page.keyboard.press("Enter")
    _expect_screen(page, "La personne")
    page.get_by_role("group", name="Son besoin").get_by_label("Apprendre les bases").check()
    page.get_by_role("button", name="Continuer").click()
    _expect_screen(page, "Vérifiez avant de remettre")
    expect(page.get_by_role("main")).to_contain_text("Apprendre les bases")
    assert len(screens) == _SCREENS
    page.get_by_role("button", name="Remettre ce carnet").click()

    expect(page.get_by_role("status").filter(has_text=_HANDED)).to_contain_text(number)
    assert len(screens) == _SCREENS + 1
    assert _letter(page).startswith(b"%PDF-")
    page.get_by_role("link", name="annuler cette remise").click()
    page.get_by_role("button", name="Annuler cette remise").click()
    expect(page.get_by_role("status")).to_contain_text("de nouveau dans votre placard")


def test_a_letter_opens_in_a_tab_of_its_own(signed_in: SignedIn, office: Office) -> None:
    office.in_hand()
    page = signed_in(Role.PRESCRIBER)
    page.get_by_role("link", name="Remises", exact=True).click()
    page.get_by_role("table").get_by_role("link").first.click()

    with page.context.expect_event("response", lambda answer: "/lettre" in answer.url) as opened:
        page.get_by_role("link", name="Imprimer la lettre").click()

    assert opened.value.headers["content-type"] == "application/pdf"


def test_signing_in_and_handing_over_take_no_mouse(
    stage: Stage, window: Callable[..., BrowserContext], office: Office
) -> None:
    number, worker, page = office.in_cupboard().number, stage.person(Role.PRESCRIBER), window().new_page()
    page.goto("/connexion")
    tab_to(page, page.get_by_label("Adresse électronique"))
    page.keyboard.type(worker.email)
    page.keyboard.press("Tab")
    page.keyboard.type(worker.password)
    page.keyboard.press("Enter")

    press(page, page.get_by_role("link", name="Remettre un carnet").last)
    expect(page.get_by_label("Numéro du carnet")).to_be_focused()
    page.keyboard.type(number)
    page.keyboard.press("Enter")
    tab_to(page, page.get_by_role("group", name="Son âge").get_by_role("radio", checked=True))
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Remettre ce carnet")).to_be_focused()
    page.keyboard.press("Enter")

    expect(page.get_by_role("status").filter(has_text=_HANDED)).to_be_focused()
    press(page, page.get_by_role("link", name="Remettre un carnet à quelqu'un d'autre"))
    expect(page.get_by_label("Numéro du carnet")).to_be_focused()


def test_a_lost_booklet_is_replaced_in_one_act_the_old_paper_is_refused_and_the_new_one_is_good(
    signed_in: SignedIn, office: Office, tmp_path: Path
) -> None:
    lost, desk = office.in_hand(), signed_in(Role.PRESCRIBER)
    desk.get_by_role("link", name="Carnet perdu, volé ou abîmé").click()
    desk.get_by_label("Numéro du carnet").fill(lost.number)
    desk.get_by_label("Perdu").check()
    desk.get_by_role("button", name="Continuer").click()
    expect(desk.get_by_role("main")).to_contain_text("10 pass, soit 100,00 €")
    desk.get_by_label("De nouveaux pass, imprimés ici").check()
    desk.get_by_role("button", name="Remplacer ce carnet").click()
    expect(desk.get_by_role("status")).to_contain_text("les anciens pass ne valent plus rien")
    with desk.expect_download() as sheet:
        desk.get_by_role("button", name="Imprimer les nouveaux pass").click()
    sheet.value.save_as(tmp_path / "sheet.pdf")
    new = codes_on(tmp_path / "sheet.pdf")

    counter = signed_in(Role.VENUE)
    counter.get_by_role("link", name="Encaisser").first.click()
    show(counter, lost.codes[0])
    expect(counter.get_by_role("status").first).to_contain_text("remplacé")
    expect(counter.get_by_role("heading", name="Sur le comptoir")).to_have_count(0)
    show(counter, new[0])
    expect(counter.get_by_role("heading", name="Sur le comptoir")).to_be_visible()
    assert len(set(new)) == len(lost.codes)
    assert not set(new) & {plain(one) for one in lost.codes}


def test_the_bars_of_a_cover_held_before_the_camera_are_read_and_the_booklet_handed_over(
    chromium: Browser, stage: Stage, office: Office, tmp_path: Path
) -> None:
    number = office.in_cupboard().number
    flags = (
        *FAKE_CAMERA,
        f"--use-file-for-fake-video-capture={film_of_bars(number, tmp_path / 'cover.y4m')}",
    )
    with staging.another(chromium, *flags) as browser:
        page = staging.visit(browser, stage).new_page()
        staging.sign_in(page, stage.person(Role.PRESCRIBER))
        page.get_by_role("main").get_by_role("link", name="Remettre un carnet").click()
        page.get_by_role("button", name="Scanner avec la caméra").click()

        expect(page.get_by_role("heading", level=1)).to_have_text("La personne", timeout=20_000)
        page.get_by_role("group", name="Son besoin").get_by_label("Apprendre les bases").check()
        page.get_by_role("button", name="Continuer").click()
        expect(page.get_by_role("main")).to_contain_text(number)
        page.get_by_role("button", name="Remettre ce carnet").click()
        expect(page.get_by_role("main")).to_contain_text(_HANDED)
