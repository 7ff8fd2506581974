"""Producing: how long a large batch takes and what memory it needs, and how long its activation takes."""

import re
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path

from tests.benchmarks import room
from tests.benchmarks.results import Row
from tests.benchmarks.room import Effort, Place

PRODUCTION, MEMORY, ACTIVATION = "production-100000", "production-100000-memory", "activation-100000"
NAMES = (PRODUCTION, ACTIVATION)
_BOOKLETS = 10_000
_TENTH = 10
_PRODUCED = ("booklet", "voucher", "account", "code", "booklet_move", "entry", "transfer")
_HIGH_WATER = re.compile(r"VmHWM:\s+(\d+) kB")
_KIB_IN_MIB = 1024
_COPY_AND_SPEND = (
    """
UPDATE bench.account AS held SET balance = filled.balance, version = filled.version
FROM public.account AS filled
WHERE (held.campaign_id, held.address) = (filled.campaign_id, filled.address) AND held.version <> filled.version""",
    """
INSERT INTO bench.transfer SELECT transfer.* FROM public.transfer
JOIN public.entry ON entry.campaign_id = transfer.campaign_id AND entry.no = transfer.entry_no
WHERE entry.kind = 'activate'""",
    "INSERT INTO bench.active_booklet SELECT * FROM public.active_booklet",
)


@dataclass(frozen=True, slots=True)
class Produced:
    """What a batch took: seconds, and MiB at its peak beyond what the process had before."""

    seconds: float
    grown_mib: float


def measure(wanted: frozenset[str], effort: Effort) -> Iterator[Row]:
    """Produce a batch of 100 000 vouchers, and activate one."""
    if PRODUCTION in wanted:
        small, _ = _batch(effort.of(_BOOKLETS) // _TENTH)
        large, floor = _batch(effort.of(_BOOKLETS))
        yield Row(PRODUCTION, large.seconds, "s", floor, "the same rows by INSERT ... SELECT")
        yield Row(MEMORY, large.grown_mib, "MiB", small.grown_mib, "a batch of a tenth")
    if ACTIVATION in wanted:
        yield _activation(effort.of(_BOOKLETS))


def _batch(booklets: int) -> tuple[Produced, float]:
    with room.empty_books("bench_production") as books:
        books.world.campaign()
        # A process of its own: its peak is the batch's, and nothing else's.
        with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
            produced = pool.submit(_produce, books.place, booklets).result()
        room.mirror(books.owner, _PRODUCED)
        copies = (f"INSERT INTO bench.{table} SELECT * FROM public.{table}" for table in _PRODUCED)
        return produced, room.run(books.owner, *copies)


def _produce(place: Place, booklets: int) -> Produced:
    with place.opened() as given:
        before, started = _high_water_mib(), time.perf_counter()
        given.produced(booklets)
        return Produced(time.perf_counter() - started, _high_water_mib() - before)


def _high_water_mib() -> float:
    found = _HIGH_WATER.search(Path("/proc/self/status").read_text(encoding="ascii"))
    return int(found[1]) / _KIB_IN_MIB if found else 0.0


def _activation(booklets: int) -> Row:
    with room.empty_books("bench_activation") as books:
        given = books.world
        campaign = given.campaign()
        numbers = given.produced(booklets)
        given.funds(booklets * campaign.booklet_size * campaign.face_cents)
        room.mirror(books.owner, ("account", "transfer", "active_booklet"))
        room.run(books.owner, "INSERT INTO bench.account SELECT * FROM public.account")
        room.settle(books.owner)
        started = time.perf_counter()
        given.activate([numbers[0], numbers[-1]])
        seconds = time.perf_counter() - started
        floor = room.run(books.owner, *_COPY_AND_SPEND)
        return Row(ACTIVATION, seconds, "s", floor, "the same UPDATE and INSERTs, plain")
