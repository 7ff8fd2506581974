"""Expiry: how long it takes for 500 000 vouchers to expire, a few hundred booklets in each transaction."""

import time
from collections.abc import Iterator
from functools import partial
from typing import Any

from tests.benchmarks import room
from tests.benchmarks.results import BenchmarkError, Row
from tests.benchmarks.room import Effort
from tests.expiring import AFTER_USE
from tests.world import NOW, World
from voucher_service.ledger import accounts
from voucher_service.vouchers import expiry
from voucher_service.vouchers.expiry import Stage

EXPIRY = "expiry-500000"
NAMES = (EXPIRY,)
_BOOKLETS, _BATCH = 50_000, 10_000
_COPY_AND_EMPTY = (
    """
UPDATE bench.account AS held SET balance = emptied.balance, version = emptied.version
FROM public.account AS emptied
WHERE (held.campaign_id, held.address) = (emptied.campaign_id, emptied.address) AND held.version <> emptied.version""",
    """
INSERT INTO bench.transfer SELECT transfer.* FROM public.transfer
JOIN public.entry ON entry.campaign_id = transfer.campaign_id AND entry.no = transfer.entry_no
WHERE entry.kind = 'expire'""",
    "INSERT INTO bench.expired_booklet SELECT * FROM public.expired_booklet",
)


def measure(wanted: frozenset[str], effort: Effort) -> Iterator[Row]:
    """Let 500 000 active vouchers of the stock expire."""
    if EXPIRY in wanted:
        yield _expiry(effort.of(_BOOKLETS))


def _expiry(booklets: int) -> Row:
    with room.empty_books("bench_expiry") as books:
        given = books.world
        campaign = given.campaign()
        cents = booklets * campaign.booklet_size * campaign.face_cents
        given.funds(cents)
        for first in range(0, booklets, _BATCH):
            numbers = given.produced(min(_BATCH, booklets - first))
            given.activate([numbers[0], numbers[-1]])
        room.mirror(books.owner, ("account", "transfer", "expired_booklet"))
        room.run(books.owner, "INSERT INTO bench.account SELECT * FROM public.account")
        room.settle(books.owner)
        started = time.perf_counter()
        _expire(given)
        seconds = time.perf_counter() - started
        if given.balance(accounts.EXPIRED) != cents:
            raise BenchmarkError("not everything expired")
        floor = room.run(books.owner, *_COPY_AND_EMPTY)
        return Row(EXPIRY, seconds, "s", floor, "the same UPDATE and INSERTs, plain")


def _expire(given: World) -> None:
    through = 0
    while True:
        said: dict[str, Any] = {"stage": Stage.STOCK, "today": AFTER_USE, "at": NOW, "by": given.finance}
        step = given.do(partial(expiry.expire, series=given.series, after=through, **said))
        if step.is_last:
            return
        through = step.through
