"""The demonstration on its stage, and a browser; tests that need them say so where Chromium is missing."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from tests.browser import stage as staging
from tests.browser.office import Office
from tests.browser.stage import Stage
from tests.browser.watch import Watch
from voucher_service.kernel.actor import Role

SignedIn = Callable[..., Page]


# For this package only: as long as the browser is there, an event loop runs in the process, and no worker could.
@pytest.fixture(scope="package")
def chromium() -> Iterator[Browser]:
    """Give Chromium."""
    if staging.CHROMIUM is None:
        if os.environ.get("REQUIRE_BROWSER"):
            pytest.fail("Chromium is required here and is not installed")
        pytest.skip("Chromium is not installed: the pages are not tried in a browser")
    with staging.chromium() as browser:
        yield browser


@pytest.fixture(scope="package")
def stage(
    chromium: Browser, demonstration: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Stage]:
    """Give the demonstration, served; one for all tests of a process."""
    assert chromium.is_connected()
    with staging.set_up(tmp_path_factory.mktemp("stage"), demonstration) as served:
        yield served


@pytest.fixture(scope="package")
def office(stage: Stage) -> Iterator[Office]:
    """Give what happens behind the journeys."""
    office = Office(stage)
    yield office
    office.line.hang_up()


@pytest.fixture
def window(chromium: Browser, stage: Stage) -> Iterator[Callable[..., BrowserContext]]:
    """Give a way to open windows, watched, and closed at the end."""
    opened: list[BrowserContext] = []
    watch = Watch(stage.base)

    def open_one(**details: object) -> BrowserContext:
        opened.append(staging.visit(chromium, stage, **details))  # type: ignore[arg-type]
        watch.over(opened[-1])
        return opened[-1]

    yield open_one
    for context in opened:
        context.close()
    assert watch.seen == []


@pytest.fixture
def signed_in(stage: Stage, window: Callable[..., BrowserContext]) -> SignedIn:
    """Give a way to sign someone in: ``signed_in(Role.VENUE, width=320)`` is a page at his home."""

    def of(role: Role, *, number: int = 0, **details: object) -> Page:
        page = window(**details).new_page()
        staging.come_in(page, stage, stage.person(role, number))
        return page

    return of
