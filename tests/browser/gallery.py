"""Gallery: the few pictures of the README, taken anew from a demonstration on invented places: ``make gallery``."""

import io
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Page

from tests.browser import stage as staging
from tests.browser.hands import show
from tests.browser.office import Office
from tests.browser.stage import Stage
from voucher_service.kernel.actor import Role

FOLDER = Path("docs/gallery")
_COLOURS = 128
_DOTS_PER_INCH = 75


def take(folder: Path) -> list[Path]:
    """Write each picture, small enough for a README, and name them."""
    folder.mkdir(parents=True, exist_ok=True)
    with (
        tempfile.TemporaryDirectory() as place,
        staging.chromium() as browser,
        staging.set_up(Path(place)) as stage,
    ):
        pictures = dict(_pages(browser, stage)) | dict(_papers(stage.folder.parent))
    for name, content in pictures.items():
        drawn = Image.open(io.BytesIO(content)).convert("RGB").quantize(_COLOURS)
        drawn.save(folder / f"{name}.png", optimize=True)
    return sorted(folder.glob("*.png"))


def _pages(browser: Browser, stage: Stage) -> Iterator[tuple[str, bytes]]:
    office = Office(stage)
    desk = _signed_in(browser, stage, Role.PRESCRIBER, width=1280)
    yield "home", desk.screenshot()
    yield "hand-over", _handing(_signed_in(browser, stage, Role.PRESCRIBER, width=768), office)
    yield "counter", _counter(_signed_in(browser, stage, Role.VENUE, width=768), office)
    team = _signed_in(browser, stage, Role.OPERATOR, width=1280)
    team.goto(f"/campagnes/{office.series}")
    yield "campaign", team.screenshot()
    office.line.hang_up()


def _signed_in(browser: Browser, stage: Stage, role: Role, *, width: int) -> Page:
    page = staging.visit(browser, stage, width=width).new_page()
    staging.sign_in(page, stage.person(role))
    return page


def _handing(page: Page, office: Office) -> bytes:
    """Stop before the last button of a handover."""
    page.get_by_role("link", name="Remettre un carnet").first.click()
    page.get_by_label("Numéro du carnet").fill(office.in_cupboard().number)
    page.keyboard.press("Enter")
    page.get_by_role("group", name="Son besoin").get_by_label("Apprendre les bases").check()
    page.get_by_role("button", name="Continuer").click()
    return page.screenshot()


def _counter(page: Page, office: Office) -> bytes:
    """Take three papers of one person."""
    page.get_by_role("link", name="Encaisser").first.click()
    for code in office.in_hand().codes[:3]:
        show(page, code)
    page.get_by_role("group", name="Service", exact=True).get_by_role("radio").first.check()
    page.get_by_label("1 heure", exact=True).check()
    page.get_by_role("button", name="Encaisser 30,00 €").click()
    return page.screenshot()


def _papers(folder: Path) -> Iterator[tuple[str, bytes]]:
    for name, page in (("booklets", 2), ("letter", 1)):
        drawn = folder / name
        pages = ["-f", str(page), "-l", str(page), "-r", str(_DOTS_PER_INCH), "-singlefile"]
        command = ["pdftoppm", "-png", *pages, f"{drawn}.pdf", str(drawn)]
        subprocess.run(command, check=True, timeout=60)
        yield name, drawn.with_suffix(".png").read_bytes()


if __name__ == "__main__":
    for picture in take(FOLDER):
        print(f"{picture} {picture.stat().st_size // 1024} kB")  # noqa: T201 -- a program that says what it did
