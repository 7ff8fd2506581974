"""Every page that someone reaches is looked at by axe-core, at three widths and in two languages."""

from collections.abc import Callable
from importlib.resources import files
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page

from tests.browser.crawling import crawl
from tests.browser.stage import WIDTHS, Stage, sign_in
from voucher_service.kernel.actor import Role

AXE = (files("axe_playwright_python") / "axe.min.js").read_text("utf-8")
_LOOK = """async () => (await axe.run(document, {resultTypes: ['violations'],
    runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']}))
    .violations.flatMap(one => one.nodes.map(node => `${one.id} ${node.target} ${node.html.slice(0, 120)}`))"""
_OVERFLOWS = "() => document.documentElement.scrollWidth > document.documentElement.clientWidth + 1"
_TWICE_AS_LARGE = 640  # what is left of 1280 pixels on a screen that shows everything twice as large
# The same for everybody who is signed in: looked at with one role's eyes.
_SHARED = ("public.", "places.", "letter.", "own.", "password.", "factor.", "account.")


def _barriers(page: Page, path: str) -> list[str]:
    """Look at one page at each width."""
    found: list[str] = []
    page.goto(path)
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 800})
        said: Any = page.evaluate(_LOOK)
        found += [f"{path} {width}: {barrier}" for barrier in said]
        found += [f"{path} {width}: wider than the screen"] if page.evaluate(_OVERFLOWS) else []
    page.set_viewport_size({"width": _TWICE_AS_LARGE, "height": 400})
    return found + ([f"{path} at 200 %: wider than the screen"] if page.evaluate(_OVERFLOWS) else [])


@pytest.mark.parametrize("role", [None, *Role], ids=lambda role: str(role or "stranger"))
def test_no_page_has_a_barrier_that_a_machine_can_see(
    role: Role | None, stage: Stage, window: Callable[..., BrowserContext]
) -> None:
    context = window()
    context.add_init_script(AXE)
    page = context.new_page()
    if role is not None:
        sign_in(page, stage.person(role))
    met = crawl(context.request, "/" if role is None else "/accueil")
    assert met.broken == []
    assert len(met.found) > 4
    mine = [
        path for name, path in met.found.items() if role in (None, Role.VENUE) or not name.startswith(_SHARED)
    ]

    wrong = [
        barrier
        for language in ("fr", "en")
        for path in mine
        for barrier in _barriers(page, f"{path}{'&' if '?' in path else '?'}langue={language}")
    ]

    assert wrong == []
