"""Auditing: the audit's benchmark beside its floor, which is to add up every account once."""

import time
from collections.abc import Iterator

from tests.benchmarks import audit, room
from tests.benchmarks.results import BenchmarkError, Row
from tests.benchmarks.room import Effort

NAMES = ("audit-1000000",)
_ADD_UP = """
SELECT count(*) FROM (
    SELECT campaign_id, address, colour, sum(amount) FROM (
        SELECT campaign_id, debit AS address, colour, -amount AS amount FROM transfer
        UNION ALL SELECT campaign_id, credit, colour, amount FROM transfer) AS moved
    GROUP BY campaign_id, address, colour) AS held"""


def measure(_wanted: frozenset[str], effort: Effort) -> Iterator[Row]:
    """Audit a million transfers; raises ``BenchmarkError`` where the books are not true."""
    with room.empty_books("bench_audit") as books:
        audit.build(books.database, books.place.keys, vouchers=effort.of(audit.VOUCHERS))
        room.settle(books.owner)
        floor = room.run(books.owner, _ADD_UP)
        started = time.perf_counter()
        examined = audit.measure(books.database)
        seconds = time.perf_counter() - started
        found = sum(len(one.findings) for one in examined)
        if found:
            raise BenchmarkError(f"the audit has {found} findings: these books are not true")
        yield Row(*NAMES, seconds, "s", floor, "adding up every account, once")
