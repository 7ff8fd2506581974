"""Redeeming: how many vouchers the service takes over HTTP, and what each costs.

Two floors: the same SQL sent by pgbench (all that Python, Flask and HTTP cost is above it), and a bare
Flask route with one UPDATE under the same server (all that the rules and the books cost is above it).
"""

from collections.abc import Iterator
from dataclasses import dataclass

from tests.benchmarks import bare, inside, load, server
from tests.benchmarks.counters import PATH, VENUES, Counters, opened
from tests.benchmarks.load import Load
from tests.benchmarks.rehearsal import rehearse
from tests.benchmarks.replay import CLIENTS, replay
from tests.benchmarks.results import BenchmarkError, Row
from tests.benchmarks.room import Effort


@dataclass(frozen=True, slots=True)
class Case:
    """What is sent: vouchers per basket, venues, and more baskets per second than any machine takes."""

    of: int
    venues: int
    per_second: int
    rehearsed_per_second: int


MANY, ONE, PYTHON = "redemption", "redemption-one-venue", "redemption-python-ms"
CASES = {
    MANY: Case(of=1, venues=VENUES, per_second=2_500, rehearsed_per_second=300),
    ONE: Case(of=1, venues=1, per_second=2_500, rehearsed_per_second=300),
    "basket-of-20": Case(of=20, venues=VENUES, per_second=700, rehearsed_per_second=96),
}
NAMES = (*CASES, PYTHON)
_BARE_PER_SECOND = 20_000
_IN_PROCESS = 1_000
_PGBENCH, _BARE = "the same SQL by pgbench", "a bare Flask route, one UPDATE"


@dataclass(frozen=True, slots=True)
class _Floor:
    """What bounds a case: baskets per second of pgbench, and the bare route under the same load."""

    pgbench: float
    bare: Load


def measure(wanted: frozenset[str], effort: Effort) -> Iterator[Row]:
    """Open a town, and measure each case that is wanted in it."""
    cases = {name: case for name, case in CASES.items() if name in wanted and _can_be_loaded(name)}
    with opened(vouchers=_needed(cases, effort.seconds) + _IN_PROCESS) as town:
        bare.fill(town.owner, purses=_BARE_PER_SECOND * effort.seconds * 2 + _IN_PROCESS)
        if PYTHON in wanted:
            yield _python(town)
        floors = _floors(town, cases, effort.seconds)
        yield from _loaded(town, cases, floors, effort.seconds)


def _can_be_loaded(name: str) -> bool:
    if not load.is_installed():
        print(f"{name}: wrk is not installed: apt-get install wrk")
    return load.is_installed()


def _needed(cases: dict[str, Case], seconds: int) -> int:
    # Once for the load, a fifth for warming up, and what is rehearsed.
    each = (
        case.of * (case.per_second * (seconds + _warming(seconds)) + case.rehearsed_per_second * seconds)
        for case in cases.values()
    )
    return sum(each)


def _warming(seconds: int) -> int:
    return max(1, seconds // 5)


def _python(town: Counters) -> Row:
    floor = inside.cost_ms(bare.app, bare.PATH, bare.requests(_IN_PROCESS))
    cost = inside.cost_ms(town.app, PATH, town.baskets(_IN_PROCESS))
    return Row(PYTHON, cost, "ms", floor, _BARE)


def _floors(town: Counters, cases: dict[str, Case], seconds: int) -> dict[str, _Floor]:
    if not cases:
        return {}
    with server.bare_route() as port:
        for lasting in (_warming(seconds), seconds):
            floor = load.drive(port, bare.PATH, bare.requests(_BARE_PER_SECOND * lasting), seconds=lasting)
    return {name: _Floor(_replayed(town, case, seconds), floor) for name, case in cases.items()}


def _replayed(town: Counters, case: Case, seconds: int) -> float:
    many = case.rehearsed_per_second * seconds // CLIENTS * CLIENTS
    acts = rehearse(town, town.baskets(many, of=case.of, venues=case.venues))
    before = town.taken()
    rate = replay(town.owner, acts, options=town.state.database.options)
    if town.taken() - before != many * case.of:
        raise BenchmarkError(f"pgbench took {town.taken() - before} vouchers of {many * case.of}")
    return rate


def _loaded(town: Counters, cases: dict[str, Case], floors: dict[str, _Floor], seconds: int) -> Iterator[Row]:
    if not cases:
        return
    rates: dict[str, float] = {}
    with server.service() as port:
        for name, case in cases.items():
            _drive(town, case, port, _warming(seconds))
            load = _drive(town, case, port, seconds)
            rates[name] = load.rate
            yield from _rows(name, case, load, floors[name])
    if rates.keys() >= {MANY, ONE}:
        yield Row(f"{ONE}-to-many", rates[ONE], "vouchers/s", rates[MANY], f"{VENUES} venues")


def _drive(town: Counters, case: Case, port: int, seconds: int) -> Load:
    requests = town.baskets(case.per_second * seconds, of=case.of, venues=case.venues)
    before = town.taken()
    done = load.drive(port, PATH, requests, seconds=seconds)
    answered = (done.answers - done.not_2xx) * case.of
    if town.taken() - before < answered:
        raise BenchmarkError(f"{answered} vouchers were said to be taken, {town.taken() - before} are")
    return done


def _rows(name: str, case: Case, load: Load, floor: _Floor) -> Iterator[Row]:
    rate = load.rate * case.of
    yield Row(name, rate, "vouchers/s", floor.pgbench * case.of, _PGBENCH)
    yield Row(f"{name}-to-bare", rate, "vouchers/s", floor.bare.rate * case.of, _BARE)
    yield Row(f"{name}-p50", load.p50_ms, "ms", floor.bare.p50_ms, _BARE)
    yield Row(f"{name}-p99", load.p99_ms, "ms", floor.bare.p99_ms, _BARE)
    yield Row(f"{name}-not-2xx", load.not_2xx + load.broken, "answers")
