"""Counters: venues take vouchers, several at once, and refuse those that are not good."""

from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import date
from itertools import cycle, islice
from typing import Any

from voucher_service.demo.client import Caller, RefusedError
from voucher_service.demo.display import Scene
from voucher_service.demo.papers import Booklet
from voucher_service.demo.script import Script

_SERVICES = ("administrative-procedures", "everyday-tools", "employment", "safe-use")
_VISITS = (1, 3, 2, 4)
_DAYS = 7


@dataclass(frozen=True, slots=True)
class Venue:
    """A venue, its operator, the account where that one is paid, and the person at its counter."""

    id: str
    name: str
    operator_id: str
    iban: str
    caller: Caller

    def take(
        self, codes: Sequence[str], *, service: str = _SERVICES[0], served_on: date | None = None
    ) -> Any:
        """Take a basket of vouchers for a service of one hour; raises ``RefusedError``."""
        return self.caller.post(
            "/redemptions",
            venue_id=self.id,
            codes=list(codes),
            service=service,
            minutes=60,
            delivered_by="employee",
            served_on=served_on.isoformat() if served_on else None,
        )


@dataclass(frozen=True, slots=True)
class Taken:
    """A voucher that a venue took."""

    redemption_id: str
    serial: str
    cents: int
    code: str
    venue: Venue


@dataclass(slots=True)
class Takings:
    """What came of the day at the counters of one campaign: what was taken, and what was refused and why."""

    taken: list[Taken] = field(default_factory=list)
    refused: Counter[str] = field(default_factory=Counter)

    def note(self, venue: Venue, codes: Sequence[str], basket: dict[str, Any]) -> None:
        """Write down a basket that was taken."""
        for code, item in zip(codes, basket["items"], strict=True):
            one = Taken(item["redemption_id"], item["serial"], item["face_cents"], code, venue)
            self.taken.append(one)

    def show(self, venue: Venue, code: str) -> None:
        """Show one code at a counter, today, and write down whether it was taken or why not."""
        try:
            self.note(venue, [code], venue.take([code]))
        except RefusedError as refused:
            self.refused[refused.code] += 1


def race(venues: Sequence[Venue], code: str, takings: Takings, *, clients: int) -> None:
    """Show one voucher at several counters at the same moment: one of them takes it."""
    with ThreadPoolExecutor(clients) as pool:
        shown = [pool.submit(takings.show, venue, code) for venue in islice(cycle(venues), clients)]
        for one in shown:
            one.result()


def open_all_day(
    script: Script, venues: Sequence[Venue], codes: Sequence[Sequence[str]], takings: Takings, scene: Scene
) -> None:
    """Take the vouchers of each person, who goes from venue to venue, while others are served elsewhere."""
    baskets = list(_baskets(codes))
    days, services = cycle(range(_DAYS)), cycle(_SERVICES)
    with ThreadPoolExecutor(script.scale.clients) as pool:
        served = [
            (venue, basket, pool.submit(venue.take, basket, service=next(services), served_on=day))
            for basket, venue, day in zip(baskets, cycle(venues), map(script.ago, days), strict=False)
        ]
        for venue, basket, answer in served:
            takings.note(venue, basket, answer.result())
            scene.step(len(basket))


def share_out(booklets: Sequence[Booklet], vouchers: int) -> list[tuple[str, ...]]:
    """Say which codes each person will have used once ``vouchers`` are used in all."""
    each, more = divmod(vouchers, len(booklets))
    return [booklet.codes[: each + (place < more)] for place, booklet in enumerate(booklets)]


def _baskets(codes: Sequence[Sequence[str]]) -> Iterator[Sequence[str]]:
    for own in codes:
        left = list(own)
        for size in cycle(_VISITS):
            if not left:
                break
            yield left[:size]
            left = left[size:]
