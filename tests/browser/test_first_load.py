"""What a page brings along on a first visit, and what no window may do."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Response

from tests.browser import stage as staging
from tests.browser.conftest import SignedIn
from tests.browser.stage import Stage
from tests.browser.watch import Watch
from voucher_service.kernel.actor import Role

_MOST_BYTES = 150_000


def _brought(page: Page, path: str) -> dict[str, int]:
    """Open a page as on a first visit, and weigh each answer with its headers, as it came over the wire."""
    answers: list[Response] = []

    def keep(answer: Response) -> None:
        answers.append(answer)

    page.on("response", keep)
    page.goto(path, wait_until="networkidle")
    sizes = {answer.url: answer.request.sizes() for answer in answers}
    return {url: size["responseBodySize"] + size["responseHeadersSize"] for url, size in sizes.items()}


@pytest.mark.parametrize("path", ["/", "/connexion", "/lieux", "/aide"])
def test_a_first_visit_weighs_little(path: str, window: Callable[..., BrowserContext]) -> None:
    brought = _brought(window().new_page(), path)

    assert len(brought) >= 3
    assert sum(brought.values()) <= _MOST_BYTES, brought


@pytest.mark.parametrize(
    ("role", "path"),
    [
        (Role.VENUE, "/guichet/encaisser"),
        (Role.PRESCRIBER, "/remettre"),
        (Role.PRESCRIBER, "/inventaire"),
    ],
)
def test_a_page_of_work_weighs_little_until_its_camera_is_asked_for(
    role: Role, path: str, stage: Stage, signed_in: SignedIn, window: Callable[..., BrowserContext]
) -> None:
    session = signed_in(role).context.cookies()
    context = window()
    context.add_cookies([{"name": one["name"], "value": one["value"], "url": stage.base} for one in session])
    brought = _brought(context.new_page(), path)

    assert any(path in url for url in brought)
    assert not [url for url in brought if url.endswith(".wasm")]
    assert sum(brought.values()) <= _MOST_BYTES, brought


@pytest.mark.parametrize(
    "act",
    [
        "document.body.insertAdjacentHTML('beforeend', '<p style=\"color: red\">')",
        "document.head.append(Object.assign(document.createElement('script'), {text: '1'}))",
        "document.body.append(Object.assign(new Image(), {src: 'https://elsewhere.invalid/picture.png'}))",
        "setTimeout(() => { throw new Error('a script fails') })",
    ],
    ids=["an inline style", "an inline script", "a picture from elsewhere", "a script that fails"],
)
def test_the_watch_over_windows_notices(act: str, chromium: Browser, stage: Stage) -> None:
    watch = Watch(stage.base)
    with staging.visit(chromium, stage) as context:
        watch.over(context)
        page = context.new_page()
        page.goto("/", wait_until="networkidle")
        assert watch.seen == []
        page.evaluate(act)
        page.evaluate("() => new Promise((done) => setTimeout(done))")  # what was put off comes first
        page.reload()

    assert watch.seen
