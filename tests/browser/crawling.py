"""Crawling: every page that someone reaches by following links, one address for each."""

from collections import deque
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Protocol
from urllib.parse import urljoin, urlsplit

from lxml import html
from werkzeug.exceptions import HTTPException
from werkzeug.routing import MapAdapter

from voucher_service.app import contract_app, pages

_MOST = 600


class Read(Protocol):
    """What came."""

    @property
    def status(self) -> int:
        """The status that it came under."""

    @property
    def headers(self) -> dict[str, str]:
        """Its headers, names in small letters."""

    def text(self) -> str:
        """Return the page."""


class Reader(Protocol):
    """Somebody's browser, or a program with his cookies, that goes where it is sent."""

    def get(self, url: str, /) -> Read:
        """Open a page."""


@dataclass(frozen=True)
class Crawl:
    """The pages that were met, each with one address; and the addresses that lead nowhere."""

    found: dict[str, str] = field(default_factory=dict)
    broken: list[str] = field(default_factory=list)


def crawl(reader: Reader, start: str) -> Crawl:
    """Follow every link from a page on, one address for each page."""
    known, met = _routes(), Crawl()
    waiting, seen = deque([start]), {start}
    while waiting and len(seen) < _MOST:
        path = waiting.popleft()
        name = _name(known, path)
        if name is None or name in met.found:
            continue
        new = [there for there in _read(reader, name, path, met) if there not in seen]
        seen.update(new)
        waiting.extend(new)
    return met


def _read(reader: Reader, name: str, path: str, met: Crawl) -> list[str]:
    """Note a page, and return where it leads."""
    answer = reader.get(path)
    if answer.status != HTTPStatus.OK:
        met.broken.append(f"{path}: {answer.status}")
    elif "text/html" in answer.headers.get("content-type", ""):
        if not name.startswith("home."):
            met.found[name] = path
        return _links(answer.text(), path)
    return []


def _links(text: str, path: str) -> list[str]:
    links = [urlsplit(urljoin(path, link)) for link in html.fromstring(text).xpath("//a/@href")]
    # Another language is the same page.
    ours = [link for link in links if not link.netloc and "langue=" not in link.query]
    return [link.path + (f"?{link.query}" if link.query else "") for link in ours]


def _routes() -> MapAdapter:
    app = contract_app()
    for of_audience in pages():
        app.register_blueprint(of_audience)
    return app.url_map.bind("localhost")


def _name(known: MapAdapter, path: str) -> str | None:
    try:
        name = str(known.match(path.split("?", maxsplit=1)[0], method="GET")[0])
    except HTTPException:
        return None
    return None if name.startswith("api.") else name
