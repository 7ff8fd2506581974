"""Ordering: how long a payment order of 5 000 payments takes to write."""

import time
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime

from lxml import etree

from tests.benchmarks.results import Row
from tests.benchmarks.room import Effort
from voucher_service.kernel.money import Cents
from voucher_service.settlement.sepa import Party, Payment, PaymentOrder, encode

NAMES = ("pain001-5000",)
_PAYMENTS = 5_000
_TRIES = 3
_DEBTOR = Party("Métropole fictive", "FR7630006000011234567890189", "AGRIFRPPXXX", "44306184100047")
_CREDITOR = Party("Médiathèque & Cie", "FR7630001007941234567890185", "BDFEFRPPCCT", "21690266800013")


def measure(_wanted: frozenset[str], effort: Effort) -> Iterator[Row]:
    """Write one order, and have lxml copy it: no writer does less than read and write the same bytes."""
    order = _order(effort.of(_PAYMENTS))
    written = encode(order)
    floor = _best(lambda: etree.tostring(etree.fromstring(written)))
    yield Row(*NAMES, _best(lambda: encode(order)), "s", floor, "lxml parses and writes the same bytes")


def _order(payments: int) -> PaymentOrder:
    listed = (
        Payment(f"PN-2026-R3-{number}", Cents(number), _CREDITOR, "Pass numérique: lot n° 3")
        for number in range(1, payments + 1)
    )
    return PaymentOrder(
        "PN-2026-R3", datetime(2026, 11, 23, tzinfo=UTC), date(2026, 11, 24), _DEBTOR, tuple(listed)
    )


def _best(act: Callable[[], object]) -> float:
    seconds = []
    for _ in range(_TRIES):
        started = time.perf_counter()
        act()
        seconds.append(time.perf_counter() - started)
    return min(seconds)
