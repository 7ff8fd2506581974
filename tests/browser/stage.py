"""Stage: a small demonstration, played and served, and the people that it left accounts for."""

import json
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from tests.demo import played
from tests.journeys.served import Served, address, free_port
from voucher_service.kernel.actor import Role

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
WIDTHS = (320, 768, 1280)
_LONGEST_WAIT_SECONDS = 65
_QUIET = (
    *("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
)


@dataclass(frozen=True)
class Person:
    """Someone invented, who can sign in."""

    email: str
    name: str
    role: Role
    password: str
    secret: str | None


@dataclass(frozen=True)
class Stage:
    """The demonstration, served."""

    base: str
    folder: Path
    people: tuple[Person, ...]
    cookies: dict[str, Any] = field(default_factory=dict)
    """Those of who signed in before, by e-mail."""

    def person(self, role: Role, number: int = 0) -> Person:
        """Return the first person of this role, or a later one."""
        return [one for one in self.people if one.role is role][number]


@contextmanager
def set_up(folder: Path, demonstration: Path | None = None) -> Iterator[Stage]:
    """Serve, in a folder, a copy of a demonstration that was played, or one that is played for it."""
    if demonstration is None:
        played.play(folder)
    else:
        # As it is, with its owners: the server's data belong to who may run it.
        subprocess.run(["cp", "-a", f"{demonstration}/.", str(folder)], check=True)
    home = folder / "demo" / "service"
    port = free_port()
    service = Served(port, {"VAR_DIR": str(home), "DEMO": "1"}, folder / "serve.log")
    try:
        service.start()
        yield Stage(address(port), home, _people(home))
    finally:
        service.stop()


@contextmanager
def chromium(*flags: str) -> Iterator[Browser]:
    """Start the browser."""
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=CHROMIUM, args=[*_QUIET, *flags])
        try:
            yield browser
        finally:
            browser.close()


@contextmanager
def another(beside: Browser, *flags: str) -> Iterator[Browser]:
    """Start one more browser, with flags of its own, beside the one that is there."""
    browser = beside.browser_type.launch(executable_path=CHROMIUM, args=[*_QUIET, *flags])
    try:
        yield browser
    finally:
        browser.close()


def visit(
    browser: Browser,
    stage: Stage,
    *,
    width: int = 1280,
    language: str = "fr",
    dark: bool = False,
    scripts: bool = True,
) -> BrowserContext:
    """Open a window that speaks a language, with or without scripts."""
    context = browser.new_context(
        base_url=stage.base,
        viewport={"width": width, "height": 800},
        locale={"fr": "fr-FR", "en": "en-GB"}[language],
        color_scheme="dark" if dark else "light",
        reduced_motion="reduce",
        java_script_enabled=scripts,
    )
    context.set_default_timeout(15_000)
    return context


def sign_in(page: Page, person: Person) -> None:
    """Sign in as people do: e-mail, password, and the code of the telephone where there is one."""
    page.goto("/connexion")
    page.locator("input#f-email").fill(person.email)
    page.locator("input#f-password").fill(person.password)
    page.locator("main form:has(input#f-password) button[type=submit]").first.click()
    if "/connexion/code" in page.url:
        shown = page.locator("main strong.mono")
        # A code is good once: the page shows one that was not used yet, as soon as there is one.
        for _ in range(_LONGEST_WAIT_SECONDS):
            if shown.count():
                break
            page.wait_for_timeout(1_000)
            page.reload()
        page.locator("input[name=code]").fill(shown.inner_text())
        page.locator("main form button[type=submit]").first.click()


def come_in(page: Page, stage: Stage, person: Person) -> None:
    """Be at one's home: by the session of an earlier window, which saves a code, or by signing in."""
    if person.email in stage.cookies:
        page.context.add_cookies(stage.cookies[person.email])
        page.goto("/accueil")
    if person.email not in stage.cookies or "/connexion" in page.url:
        sign_in(page, person)
        stage.cookies[person.email] = page.context.cookies()


def _people(home: Path) -> tuple[Person, ...]:
    known = json.loads((home / "accounts.json").read_text("utf-8"))
    return tuple(
        Person(one["email"], one["name"], Role(one["role"]), one["password"], one["secret"]) for one in known
    )
