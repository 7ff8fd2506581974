"""Money: how long the statement of a day takes to hear, of 5 000 payments that are all on it."""

import time
from collections.abc import Callable, Iterator
from typing import TypeVar

from lxml import etree

from tests import world
from tests.benchmarks import room
from tests.benchmarks.results import BenchmarkError, Row
from tests.benchmarks.room import Effort
from tests.settlement.camt import entry, statement
from tests.settlement.office import IBAN, Office, opened

T = TypeVar("T")

NAMES = ("statement-5000",)
_PAYMENTS, _VENUES, _BOOKLET = 5_000, 100, 10


def measure(_wanted: frozenset[str], effort: Effort) -> Iterator[Row]:
    """Hear one statement of everything that was ordered; raises ``BenchmarkError`` where it is not all matched.

    A hundred venues are paid one voucher in each of fifty runs: the payments are what counts, not who is paid.
    """
    runs = max(1, effort.of(_PAYMENTS) // _VENUES)
    with room.empty_books("bench_money") as books:
        office = _ordered(books.world, runs)
        room.settle(books.owner)
        told = _statement(runs)
        floor, _ = _timed(lambda: etree.fromstring(told))
        seconds, heard = _timed(lambda: office.listen(told))
        if len(heard.matching.matched) != runs * _VENUES:
            raise BenchmarkError(f"{len(heard.matching.matched)} of {runs * _VENUES} payments were matched")
        if found := office.findings():
            raise BenchmarkError(f"the audit has {len(found)} findings: these books are not true")
        yield Row(*NAMES, seconds, "s", floor, "lxml parses the same bytes")


def _ordered(given: world.World, runs: int) -> Office:
    scene = opened(given, booklets=runs * _VENUES // _BOOKLET)
    shops = [scene.shop, scene.other, *(given.shop() for _ in range(_VENUES - 2))]
    serials = iter(scene.serials)
    for _ in range(runs):
        for shop in shops:
            given.redeem([next(serials)], shop)
        scene.office.approved()
    return scene.office


def _statement(runs: int) -> bytes:
    names = [f"PN-2026-R{run}-{number}" for run in range(1, runs + 1) for number in range(1, _VENUES + 1)]
    told = (entry("10.00", reference=f"B-{place}", end_to_end=name) for place, name in enumerate(names))
    return statement(*told, iban=IBAN)


def _timed(act: Callable[[], T]) -> tuple[float, T]:
    started = time.perf_counter()
    done = act()
    return time.perf_counter() - started, done
