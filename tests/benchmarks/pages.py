"""Pages: how long each page takes that somebody reaches by its links, in a campaign of 200 000 vouchers."""

import math
import statistics
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field
from http import HTTPStatus
from http.client import HTTPConnection

from tests.benchmarks import pilot, server
from tests.benchmarks.pilot import Pilot
from tests.benchmarks.results import Row
from tests.benchmarks.room import Effort
from tests.browser.crawling import crawl
from voucher_service.kernel.actor import Role

NAMES = ("pages-p95",)
_VOUCHERS = 200_000
_TIMES = 20
_SIGN_IN = "/connexion"
_TRIED_FIRST = 3
_MOST_TURNS = 5


@dataclass(frozen=True, slots=True)
class Answer:
    """What came of a request."""

    status: int
    headers: dict[str, str]
    body: bytes

    def text(self) -> str:
        """Return the page."""
        return self.body.decode()


@dataclass(frozen=True, slots=True)
class Reader:
    """One client, with somebody's cookie, that asks one thing after the other."""

    connection: HTTPConnection
    cookie: str = ""

    def get(self, path: str, /) -> Answer:
        """Open a page, and go where one is sent."""
        answer = self.ask(path)
        for _ in range(_MOST_TURNS):
            if answer.status == HTTPStatus.SEE_OTHER:
                answer = self.ask(answer.headers["location"])
        return answer

    def ask(self, path: str) -> Answer:
        """Send one request."""
        self.connection.request("GET", path, headers={"Cookie": self.cookie, "Accept-Language": "fr"})
        response = self.connection.getresponse()
        headers = {name.lower(): value for name, value in response.getheaders()}
        return Answer(response.status, headers, response.read())


@dataclass(frozen=True, slots=True)
class Timed:
    """A page, and how long each opening of it took, in milliseconds."""

    name: str
    path: str
    ms: list[float] = field(default_factory=list)

    @property
    def p95(self) -> float:
        """What 19 openings of 20 do not exceed."""
        return sorted(self.ms)[math.ceil(len(self.ms) * 0.95) - 1]


def measure(_wanted: frozenset[str], effort: Effort) -> Iterator[Row]:
    """Open every page of every role; each is printed, the slowest is the figure."""
    with pilot.opened(vouchers=effort.of(_VOUCHERS)) as played, server.service() as port:
        floor = _timed(_reader(port), "account.entry", _SIGN_IN)
        pages = sorted(_pages(played, port), key=lambda page: -page.p95)
        for page in pages:
            print(
                f"{page.p95:8.1f} ms at p95 {statistics.median(page.ms):8.1f} at p50  {page.name} {page.path}"
            )
        yield Row(*NAMES, pages[0].p95, "ms", floor.p95, f"the sign-in page; slowest: {pages[0].name}")


def _pages(played: Pilot, port: int) -> Iterator[Timed]:
    for role in (None, *Role):
        reader = _reader(port, "" if role is None else f"session={played.signed_in(role)}")
        with closing(reader.connection):
            met = crawl(reader, "/" if role is None else "/accueil")
            for broken in met.broken:
                print(f"      not measured: {role or 'public'} {broken}")
            for name, path in met.found.items():
                if role is None or not name.startswith("public."):
                    yield _timed(reader, f"{role or 'public'} {name}", path)


def _timed(reader: Reader, name: str, path: str) -> Timed:
    timed = Timed(name, path)
    for turn in range(-_TRIED_FIRST, _TIMES):
        started = time.perf_counter()
        reader.ask(path)
        if turn >= 0:
            timed.ms.append((time.perf_counter() - started) * 1000)
    return timed


def _reader(port: int, cookie: str = "") -> Reader:
    return Reader(HTTPConnection("127.0.0.1", port, timeout=60), cookie)
