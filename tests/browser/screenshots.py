"""Screenshots: every page at three widths, to be looked at: ``make screenshots``."""

import tempfile
from pathlib import Path

from tests.browser import stage as staging
from tests.browser.crawling import crawl
from tests.browser.stage import WIDTHS
from voucher_service.kernel.actor import Role

FOLDER = Path("var/screenshots")


def take(folder: Path) -> int:
    """Write a picture of each page that each role reaches, at each width; return how many there are."""
    folder.mkdir(parents=True, exist_ok=True)
    taken: set[Path] = set()
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
                for width in WIDTHS:
                    picture = folder / f"{role or 'public'}-{name}-{width}.png"
                    if name.startswith("public.") and role is not None:
                        continue
                    page.set_viewport_size({"width": width, "height": 800})
                    page.goto(path)
                    page.screenshot(path=picture, full_page=True)
                    taken.add(picture)
            context.close()
    return len(taken)


if __name__ == "__main__":
    print(f"{take(FOLDER)} pictures in {FOLDER}/")  # noqa: T201 -- a program that says what it did
