"""Run the benchmarks: ``python -m tests.benchmarks [names]``, or ``make bench ARGS="redemption"``."""

import argparse
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from tests.benchmarks import (
    auditing,
    expiry,
    money,
    ordering,
    pages,
    printing,
    producing,
    redeeming,
    results,
    room,
)
from tests.benchmarks.results import Row
from tests.benchmarks.room import Effort


@dataclass(frozen=True, slots=True)
class Suite:
    """Benchmarks that share what they are measured on."""

    names: tuple[str, ...]
    measure: Callable[[frozenset[str], Effort], Iterator[Row]]


SUITES = tuple(
    Suite(each.NAMES, each.measure)
    for each in (redeeming, producing, expiry, printing, auditing, ordering, money, pages)
)
_EVERY = [name for suite in SUITES for name in suite.names]
_BUSY = 1.0


def main() -> None:
    """Measure what is asked for, or everything; print it, and write it to ``var/bench/results.json``."""
    asked = _arguments().parse_args()
    wanted = frozenset(asked.names or _EVERY)
    effort = Effort(asked.seconds, asked.share)
    rows: list[Row] = []
    with room.alone():
        busy = os.getloadavg()[0]
        for suite in SUITES:
            if wanted & set(suite.names):
                print(
                    f"measuring {', '.join(name for name in suite.names if name in wanted)} ...", flush=True
                )
                rows += suite.measure(wanted, effort)
        path = room.HOME / ("results.json" if effort.share == 1 else "trial.json")
        results.write(rows, path)
    results.show(
        rows, caption=f"{os.cpu_count()} cores, {asked.seconds} s under load, load {busy:.2f} before"
    )
    if busy > _BUSY:
        print("The machine was busy before the first measurement: these figures are too low.")
    print(path)


def _known(name: str) -> str:
    if name not in _EVERY:
        raise argparse.ArgumentTypeError(f"{name} is none of {', '.join(_EVERY)}")
    return name


def _arguments() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks", description=__doc__)
    parser.add_argument("names", nargs="*", type=_known, metavar="name", help=", ".join(_EVERY))
    parser.add_argument("--seconds", type=int, default=10, help="under load, per measurement (10)")
    parser.add_argument(
        "--share", type=float, default=1.0, help="of the rows: below 1 only tries the harness"
    )
    return parser


if __name__ == "__main__":
    main()
