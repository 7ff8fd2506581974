"""Screenshots: every page, and those between a form and its act, at three widths: ``make screenshots``."""

import tempfile
from pathlib import Path

from playwright.sync_api import Page

from tests.browser import stage as staging
from tests.browser.checks import checks
from tests.browser.crawling import crawl
from tests.browser.stage import WIDTHS
from voucher_service.kernel.actor import Role

FOLDER = Path("var/screenshots")


def take(folder: Path) -> int:
    """Write a picture of each page that each role reaches, at each width; return how many there are."""
    folder.mkdir(parents=True, exist_ok=True)
    taken = 0
    with (
        tempfile.TemporaryDirectory() as place,
        staging.chromium() as browser,
        staging.set_up(Path(place)) as stage,
    ):
        for role in (None, *Role):
            context = staging.visit(browser, stage)
            page = context.new_page()
            if role is not None:
                staging.sign_in(page, stage.person(role))
            for name, path in crawl(context.request, "/" if role is None else "/accueil").found.items():
                if role is None or not name.startswith("public."):
                    page.goto(path)
                    taken += _picture(page, folder / f"{role or 'public'}-{name}")
            for check in (one for one in checks() if one.role is role):
                check.open(page)
                taken += _picture(page, folder / f"{role}-check-{check.name}")
            context.close()
    return taken


def _picture(page: Page, place: Path) -> int:
    """Take the page that is open at each width; return how many that are."""
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 800})
        page.screenshot(path=f"{place}-{width}.png", full_page=True)
    return len(WIDTHS)


if __name__ == "__main__":
    print(f"{take(FOLDER)} pictures in {FOLDER}/")  # noqa: T201 -- a program that says what it did
