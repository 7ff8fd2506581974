"""Every page that someone reaches is looked at by axe-core, at three widths and in two languages."""

from collections.abc import Callable
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import BrowserContext, Page

from tests.browser.crawling import crawl
from tests.browser.stage import WIDTHS, Stage, sign_in
from voucher_service.kernel.actor import Role

_RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}


def _findings(page: Page, axe: Axe) -> list[str]:
    said: Any = axe.run(page, options=_RULES).response
    return [
        f"{one['id']} {node['target']} {node['html'][:120]}"
        for one in said["violations"]
        for node in one["nodes"]
    ]


def _overflows(page: Page) -> bool:
    return bool(
        page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth + 1")
    )


@pytest.mark.parametrize("role", [None, *Role], ids=lambda role: str(role or "stranger"))
def test_no_page_has_a_barrier_that_a_machine_can_see(
    role: Role | None, stage: Stage, window: Callable[..., BrowserContext]
) -> None:
    context, axe, wrong = window(), Axe(), []
    page = context.new_page()
    if role is not None:
        sign_in(page, stage.person(role))
    met = crawl(context.request, "/" if role is None else "/accueil")
    assert met.broken == []
    assert len(met.found) > 4

    for name, path in met.found.items():
        for language in ("fr", "en"):
            page.goto(f"{path}{'&' if '?' in path else '?'}langue={language}")
            for width in WIDTHS:
                page.set_viewport_size({"width": width, "height": 800})
                where = f"{name} {path} {language} {width}"
                wrong += [f"{where}: {finding}" for finding in _findings(page, axe)]
                wrong += [f"{where}: wider than the screen"] if _overflows(page) else []

    assert wrong == []
