"""Every page that someone reaches is looked at by axe-core, at three widths and in two languages.

So it is with the eyes of whoever may do most on it; the others who reach the page look once, where it is narrowest.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from importlib.resources import files
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from tests.browser import stage as staging
from tests.browser.crawling import Crawl, crawl
from tests.browser.stage import WIDTHS, Stage, come_in
from voucher_service.kernel.actor import Role

AXE = (files("axe_playwright_python") / "axe.min.js").read_text("utf-8")
_LOOK = """async (left_out) => (await axe.run(document, {resultTypes: ['violations'], preload: false,
    rules: Object.fromEntries(left_out.map(rule => [rule, {enabled: false}])),
    runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']}))
    .violations.flatMap(one => one.nodes.map(node => `${one.id} ${node.target} ${node.html.slice(0, 120)}`))"""
# Six sevenths of the time go to contrasts. No colour depends on the language, nor on the width (`test_styles` holds
# that), so they are measured in French, where a page is widest and its menus are open, with one role's eyes; at each
# width and in each language by `make soak`.
_CONTRAST = ["color-contrast"]
_MEASURED_AT = WIDTHS[-1:]
_OVERFLOWS = "() => document.documentElement.scrollWidth > document.documentElement.clientWidth + 1"
_TWICE_AS_LARGE = 640  # what is left of 1280 pixels on a screen that shows everything twice as large
# The same for everybody who is signed in: looked at with one role's eyes.
_SHARED = ("public.", "places.", "letter.", "own.", "password.", "factor.", "account.")

_WHO_MAY_MOST = (None, Role.OPERATOR, Role.FINANCE, Role.PRESCRIBER, Role.VENUE, Role.AUDITOR, Role.FUNDER)
Reached = Mapping[Role | None, Crawl]


@pytest.fixture(scope="package")
def reached(chromium: Browser, stage: Stage) -> Reached:
    """Give the pages that a stranger reaches, and somebody of each role."""
    return {role: _reached(chromium, stage, role) for role in _WHO_MAY_MOST}


def _reached(chromium: Browser, stage: Stage, role: Role | None) -> Crawl:
    with staging.visit(chromium, stage) as context:
        if role is not None:
            come_in(context.new_page(), stage, stage.person(role))
        return crawl(context.request, "/" if role is None else "/accueil")


def _looks(
    reached: Reached, role: Role | None, measured: Mapping[str, Sequence[int]]
) -> Iterator[tuple[str, Sequence[int], Sequence[int]]]:
    """Say which pages this role looks at, at which widths, and at which of them contrasts are measured."""
    for name, path in reached[role].found.items():
        if name.startswith(_SHARED) and role not in {None, Role.VENUE}:
            continue
        first = next(other for other in _WHO_MAY_MOST if name in reached[other].found)
        in_language = f"{path}{'&' if '?' in path else '?'}langue="
        if role is first:
            yield from ((in_language + language, WIDTHS, widths) for language, widths in measured.items())
        else:
            yield f"{in_language}fr", WIDTHS[:1], ()


def _barriers(page: Page, path: str, widths: Sequence[int], measured_at: Sequence[int]) -> list[str]:
    """Look at one page at these widths; it must fit into every width."""
    answer = page.goto(path)
    found = [] if answer and answer.ok else [f"{path}: the page is gone"]
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 800})
        left_out = [] if width in measured_at else _CONTRAST
        said: Any = page.evaluate(_LOOK, left_out) if width in widths else []
        found += [f"{path} {width}: {barrier}" for barrier in said]
        found += [f"{path} {width}: wider than the screen"] if page.evaluate(_OVERFLOWS) else []
    page.set_viewport_size({"width": _TWICE_AS_LARGE, "height": 400})
    return found + ([f"{path} at 200 %: wider than the screen"] if page.evaluate(_OVERFLOWS) else [])


def _all_barriers(
    role: Role | None,
    stage: Stage,
    reached: Reached,
    context: BrowserContext,
    measured: Mapping[str, Sequence[int]],
) -> list[str]:
    assert reached[role].broken == []
    assert len(reached[role].found) > 4
    context.add_init_script(AXE)
    page = context.new_page()
    if role is not None:
        come_in(page, stage, stage.person(role))
    looks = _looks(reached, role, measured)
    return [barrier for looked_at in looks for barrier in _barriers(page, *looked_at)]


_each_role = pytest.mark.parametrize("role", [None, *Role], ids=lambda role: str(role or "stranger"))


@_each_role
def test_no_page_has_a_barrier_that_a_machine_can_see(
    role: Role | None, stage: Stage, reached: Reached, window: Callable[..., BrowserContext]
) -> None:
    assert _all_barriers(role, stage, reached, window(), {"fr": _MEASURED_AT, "en": ()}) == []


@pytest.mark.soak
@_each_role
def test_no_page_has_a_contrast_too_low_at_any_width_in_any_language(
    role: Role | None, stage: Stage, reached: Reached, window: Callable[..., BrowserContext]
) -> None:
    assert _all_barriers(role, stage, reached, window(), {"fr": WIDTHS, "en": WIDTHS}) == []
