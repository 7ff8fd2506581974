"""Printing: how many vouchers a core puts on paper each second, and what memory a longer run needs."""

import re
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path

from tests import world
from tests.benchmarks import room
from tests.benchmarks.results import Row
from tests.benchmarks.room import Effort, Place
from tests.paper import samples
from tests.world import NOW
from voucher_service.kernel.database import Database
from voucher_service.paper import symbols
from voucher_service.vouchers.printing import runs
from voucher_service.vouchers.printing.formats import Format
from voucher_service.worker.printing import carry_out

PRINTING, MEMORY = "printing", "printing-memory"
NAMES = (PRINTING,)
_BOOKLETS = 1_000
_HIGH_WATER = re.compile(r"VmHWM:\s+(\d+) kB")
_KIB_IN_MIB = 1024


@dataclass(frozen=True, slots=True)
class Printed:
    """What a print run took: vouchers, seconds of one core, and MiB at its peak beyond what there was before."""

    vouchers: int
    seconds: float
    grown_mib: float


def measure(_wanted: frozenset[str], effort: Effort) -> Iterator[Row]:
    """Print two files of 500 booklets on strips, and one of them alone."""
    booklets = effort.of(_BOOKLETS)
    with room.empty_books("bench_printing") as books:
        books.world.campaign()
        books.world.produced(booklets)
        half, whole = _alone(books.place, booklets // 2), _alone(books.place, booklets)
    rate = whole.vouchers / whole.seconds
    yield Row(PRINTING, rate, "/s per core", _squares(whole.vouchers), "tracing the squares alone")
    yield Row(MEMORY, whole.grown_mib, "MiB", half.grown_mib, "a run of half as many booklets")


def _alone(place: Place, booklets: int) -> Printed:
    # A process of its own: its peak is the run's, and nothing else's.
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        return pool.submit(_print, place, booklets).result()


def _print(place: Place, booklets: int) -> Printed:
    database = Database(place.url, role=place.role)
    given = world.in_database(database, world.new_keyring(place.keys))
    with tempfile.TemporaryDirectory() as home:
        run = given.do(
            lambda s: runs.start(
                s,
                series=given.series,
                first_booklet=1,
                last_booklet=booklets,
                reason="Mesure",
                form=Format.A4_3,
                at=NOW,
                by=given.operator,
                keyring=given.keyring,
            )
        )
        before, started = _high_water_mib(), time.process_time()
        files = carry_out(database, given.keyring, run, Path(home))
        seconds = time.process_time() - started
        database.engine.dispose()
        return Printed(sum(file.vouchers for file in files), seconds, _high_water_mib() - before)


def _squares(count: int) -> float:
    started = time.process_time()
    for paper in samples.papers(count // 10):
        symbols.square(paper.qr_payload)
    return count / (time.process_time() - started)


def _high_water_mib() -> float:
    found = _HIGH_WATER.search(Path("/proc/self/status").read_text(encoding="ascii"))
    return int(found[1]) / _KIB_IN_MIB if found else 0.0
