"""Many venues at many counters, served by two processes, show the same vouchers at the same moment."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import count, cycle
from threading import Barrier

import pytest
from sqlalchemy import text

from tests.journeys.clients import Answer, Client
from tests.journeys.crowd import REDEMPTIONS, Crowd, basket
from tests.journeys.served import Served
from tests.world import Shop

CLIENTS, VOUCHERS, ALONE = 64, 500, 36
LARGEST = 20

Basket = Sequence[str]


class Rivals:
    """Clients at counters who show vouchers as fast as they can."""

    def __init__(self, crowd: Crowd, clients: int, venues: int = 8) -> None:
        self.crowd = crowd
        self.shops = [shop for shop, _ in zip(cycle(crowd.shops(venues)), range(clients), strict=False)]
        self.clients = [crowd.as_client(shop.clerk) for shop in self.shops]

    def walk(self, way: Callable[[int], Iterable[Basket]]) -> list[Answer]:
        """Have each client show the baskets of his way, all at the same time, and return every answer."""
        ready = Barrier(len(self.clients))

        def walk(number: int, client: Client, shop: Shop) -> list[Answer]:
            ready.wait(timeout=30)
            return [client.post(REDEMPTIONS, basket(shop, codes, mode="each")) for codes in way(number)]

        with ThreadPoolExecutor(len(self.clients)) as pool:
            walked = pool.map(walk, count(), self.clients, self.shops)
            return [answer for answers in walked for answer in answers]


@pytest.fixture
def rivals(crowd: Crowd) -> Rivals:
    """Give sixty-four clients at eight venues."""
    crowd.open_campaign()
    return Rivals(crowd, CLIENTS)


def _taken(answers: Iterable[Answer]) -> Iterator[str]:
    for answer in answers:
        if answer.status == 201:
            yield from (item["serial"] for item in answer.said["items"] if item["redemption_id"])


def _refused(answers: Iterable[Answer]) -> Counter[str]:
    """Count the codes for which anything but a voucher taken was said."""
    said = [answer.said for answer in answers]
    reasons = [item["reason"] for one in said for item in one.get("items", ()) if item["reason"]]
    return Counter(str(one["code"]) for one in reasons + [one for one in said if "code" in one])


def test_sixty_four_clients_in_two_processes_take_five_hundred_vouchers_once_each(
    rivals: Rivals, served: Served
) -> None:
    # All 64 clients walk the same way at the same time; sorted, codes are in no order of papers. Each of the
    # first 36 vouchers is shown alone by all of them; the others lie in baskets, each shown by 8 clients of 8
    # venues. These 2 500 requests fit the everyday run. The soak has the whole square: each voucher alone, by all.
    codes = sorted(rivals.crowd.codes(VOUCHERS // 10))
    alone, rest = [[one] for one in codes[:ALONE]], codes[ALONE:]
    baskets = [rest[at : at + LARGEST] for at in range(0, len(rest), LARGEST)]

    answers = rivals.walk(lambda _: alone)
    answers += rivals.walk(lambda number: baskets[number // 8 :: 8])

    assert len(served.answering()) == 2
    assert len(answers) == CLIENTS * len(alone) + 8 * len(baskets)
    _assert_each_was_taken_once(rivals.crowd, answers)


@pytest.mark.soak
def test_sixty_four_clients_show_each_of_five_hundred_vouchers_alone(rivals: Rivals) -> None:
    codes = rivals.crowd.codes(VOUCHERS // 10)

    answers = rivals.walk(lambda _: ([one] for one in codes))

    assert Counter(answer.status for answer in answers) == {201: VOUCHERS, 409: (CLIENTS - 1) * VOUCHERS}
    _assert_each_was_taken_once(rivals.crowd, answers)


def test_eight_simultaneous_redemptions_overspend_none_of_sixty_vouchers(crowd: Crowd) -> None:
    crowd.open_campaign()
    few = Rivals(crowd, 8)
    codes = crowd.codes(6)

    answers = few.walk(lambda _: ([code] for code in codes))

    assert Counter(answer.status for answer in answers) == {201: 60, 409: 7 * 60}
    assert _stored_and_summed(crowd) == [(0, 0)] * 60
    assert crowd.findings() == []


def _assert_each_was_taken_once(crowd: Crowd, answers: Sequence[Answer]) -> None:
    taken = list(_taken(answers))
    assert len(taken) == len(set(taken)) == VOUCHERS == crowd.count("redemption")
    assert {answer.status for answer in answers} == {201, 409}
    assert set(_refused(answers)) <= {"voucher-is-spent", "basket-is-refused"}
    assert crowd.findings() == []


def _stored_and_summed(crowd: Crowd) -> list[tuple[int, int]]:
    """Read each voucher's stored balance, and the sum of its lines."""
    with crowd.database.transaction() as session:
        found = session.execute(
            text("""
            SELECT account.balance, sum(CASE WHEN credit = address THEN amount ELSE -amount END)
            FROM account JOIN transfer ON transfer.campaign_id = account.campaign_id
                 AND address IN (debit, credit)
            WHERE address LIKE 'voucher/%' GROUP BY account.campaign_id, address, account.balance
            """)
        )
        return [(int(stored), int(summed)) for stored, summed in found]
