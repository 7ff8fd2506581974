"""At the counter: three papers by keyboard alone, a square shown to a camera, and a code that is not good."""

from pathlib import Path
from time import monotonic

from playwright.sync_api import Browser, Page, expect

from tests.browser import stage as staging
from tests.browser.conftest import SignedIn
from tests.browser.hands import press, show, tab_to
from tests.browser.office import Office
from tests.browser.stage import Stage
from tests.journeys.web.film import FAKE_CAMERA, film
from voucher_service.kernel.actor import Role
from voucher_service.vouchers.code import QR_PREFIX

_LONGEST_SECONDS = 10


def _counter(page: Page) -> Page:
    page.get_by_role("link", name="Encaisser").first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Encaisser")
    return page


def test_three_papers_are_taken_by_keyboard_alone_in_ten_seconds(signed_in: SignedIn, office: Office) -> None:
    codes, page = office.in_hand().codes[:3], _counter(signed_in(Role.VENUE))
    field = page.get_by_label("Code du pass")
    expect(field).to_be_focused()
    began = monotonic()

    for code in codes:
        page.keyboard.type(code)
        page.keyboard.press("Enter")
        expect(field).to_have_value("")
        expect(field).to_be_focused()
    tab_to(page, page.get_by_role("group", name="Service", exact=True).get_by_role("radio").first)
    page.keyboard.press("Space")
    tab_to(page, page.get_by_role("group", name="Durée", exact=True).get_by_role("radio").first)
    page.keyboard.press("Space")
    press(page, page.get_by_role("button", name="Encaisser 30,00 €"))
    expect(page.get_by_role("status")).to_contain_text("30,00 € encaissés")
    seconds = monotonic() - began

    assert seconds <= _LONGEST_SECONDS
    expect(field).to_be_focused()
    show(page, codes[0])
    expect(page.get_by_role("status").first).to_contain_text("Refusé")
    expect(page.get_by_role("status").first).to_contain_text("a déjà servi")


def test_papers_are_taken_without_scripts(signed_in: SignedIn, office: Office) -> None:
    codes, page = office.in_hand().codes[:3], _counter(signed_in(Role.VENUE, scripts=False))

    for code in codes:
        show(page, code.lower())
        expect(page.get_by_label("Code du pass")).to_have_value("")
    page.get_by_role("group", name="Service", exact=True).get_by_role("radio").first.check()
    page.get_by_label("30 minutes").check()
    page.get_by_role("button", name="Encaisser 30,00 €").click()

    expect(page.get_by_role("status")).to_contain_text("30,00 € encaissés")
    expect(page.get_by_label("30 minutes")).to_be_checked()


def test_a_square_held_before_the_camera_is_read_and_taken(
    chromium: Browser, stage: Stage, office: Office, tmp_path: Path
) -> None:
    seen = film(f"{QR_PREFIX}{office.in_hand().codes[0].replace(' ', '')}", tmp_path / "square.y4m")
    flags = (*FAKE_CAMERA, f"--use-file-for-fake-video-capture={seen}")
    with staging.another(chromium, *flags) as browser:
        page = staging.visit(browser, stage).new_page()
        staging.sign_in(page, stage.person(Role.VENUE))
        _counter(page).get_by_role("button", name="Scanner avec la caméra").click()

        expect(page.get_by_role("heading", name="Sur le comptoir")).to_be_visible(timeout=20_000)
        page.get_by_role("group", name="Service", exact=True).get_by_role("radio").first.check()
        page.get_by_label("1 heure", exact=True).check()
        page.get_by_role("button", name="Encaisser 10,00 €").click()

        expect(page.get_by_role("status").first).to_contain_text("10,00 € encaissés")
