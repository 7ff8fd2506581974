"""Killed at any moment: what was acknowledged is there, nothing is half done, and a key had one effect."""

import os
import signal
from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from threading import Event
from uuid import uuid4

import pytest
from sqlalchemy import text

from tests.journeys.clients import Answer, Client
from tests.journeys.conftest import Installation
from tests.journeys.crowd import REDEMPTIONS, Crowd, basket
from tests.world import Shop

CLIENTS, VOUCHERS, RIVALS = 6, 150, 2
KILL_AFTER = 30

Blow = Callable[[Installation], None]


@dataclass
class Stream:
    """Venues that take vouchers, each voucher shown by two rivals, each of whom asks until he is answered."""

    crowd: Crowd
    shops: Sequence[Shop]
    clients: Sequence[Client]
    codes: Sequence[str]
    before: Counter[str]
    answers: dict[str, tuple[int, str, Answer]] = field(default_factory=dict)
    is_under_way: Event = field(default_factory=Event)

    def flow(self, number: int) -> None:
        """Serve one counter from the first voucher to the last."""
        for code in self.codes[number // RIVALS :: CLIENTS // RIVALS]:
            key = str(uuid4())
            answer = self.clients[number].insist(REDEMPTIONS, basket(self.shops[number], [code]), key=key)
            self.answers[key] = number, code, answer
            if len(self.answers) >= KILL_AFTER:
                self.is_under_way.set()

    def taken(self) -> list[Answer]:
        """Return the answers that acknowledged a voucher."""
        return [answer for _, _, answer in self.answers.values() if answer.status == 201]

    def away(self) -> list[Answer]:
        """Return the answers that told somebody to come back later."""
        return [answer for client in self.clients for answer in client.away]

    def again(self) -> list[tuple[Answer, Answer]]:
        """Send every acknowledged request once more: return what was said then and now."""
        acknowledged = [(key, *rest) for key, rest in self.answers.items() if rest[2].status == 201]
        return [
            (then, self.clients[number].insist(REDEMPTIONS, basket(self.shops[number], [code]), key=key))
            for key, number, code, then in acknowledged
        ]


@pytest.fixture(scope="module")
def shops(installation: Installation) -> list[Shop]:
    """Give six counters of a campaign."""
    installation.crowd.open_campaign()
    return installation.crowd.shops(CLIENTS)


@pytest.fixture
def stream(installation: Installation, shops: list[Shop]) -> Stream:
    """Give people at these counters, and a new pile of vouchers."""
    crowd = installation.crowd
    clients = [crowd.as_client(shop.clerk) for shop in shops]
    return Stream(crowd, shops, clients, crowd.codes(VOUCHERS // 10), _kept(crowd))


def _kill_a_process(installation: Installation) -> None:
    installation.served.kill_a_process_that_answers()


def _kill_the_service(installation: Installation) -> None:
    installation.served.kill()
    installation.served.start()


def _kill_the_postmaster(installation: Installation) -> None:
    # Nobody here starts it again: the service does, which is never restarted.
    os.kill(installation.cluster.pid or 0, signal.SIGKILL)
    installation.database.engine.dispose()


@pytest.mark.parametrize("blow", [_kill_a_process, _kill_the_service, _kill_the_postmaster])
def test_nothing_acknowledged_is_lost_and_nothing_is_half_done(
    installation: Installation, stream: Stream, blow: Blow
) -> None:
    with ThreadPoolExecutor(CLIENTS) as pool:
        counters = [pool.submit(stream.flow, number) for number in range(CLIENTS)]
        assert stream.is_under_way.wait(timeout=60)
        blow(installation)
        when_struck = len(stream.answers)
        for counter in counters:
            counter.result(timeout=120)

    assert when_struck < VOUCHERS * RIVALS
    assert stream.away() or blow is not _kill_the_postmaster
    # Six connections may all be held by the process that lives: then nobody notices that the other is gone.
    noticed = stream.away() or any(client.troubles for client in stream.clients)
    assert noticed or blow is _kill_a_process
    _assert_whoever_was_turned_away_was_told_when_to_come_back(stream)
    _assert_each_key_had_one_effect(stream)
    assert installation.crowd.findings() == []


def _assert_whoever_was_turned_away_was_told_when_to_come_back(stream: Stream) -> None:
    for answer in stream.away():
        assert answer.refusal == (503, "database-is-away")
        assert answer.headers["content-type"] == "application/problem+json"
        assert int(answer.headers["retry-after"]) > 0


def _assert_each_key_had_one_effect(stream: Stream) -> None:
    taken = stream.taken()
    ids = [item["redemption_id"] for answer in taken for item in answer.said["items"]]
    refused = [answer.refusal for _, _, answer in stream.answers.values() if answer.status != 201]
    assert len(ids) == len(set(ids)) == VOUCHERS
    assert refused == [(409, "voucher-is-spent")] * (RIVALS - 1) * VOUCHERS
    kept = _kept(stream.crowd) - stream.before
    assert kept == Counter(ids) + Counter({"entry": VOUCHERS, "key": VOUCHERS})
    for then, now in stream.again():
        assert (now.status, now.body, now.headers["idempotent-replayed"]) == (201, then.body, "true")


def _kept(crowd: Crowd) -> Counter[str]:
    """Name each redemption that the books have, and count their entries and the keys that had an effect."""
    with crowd.database.transaction() as session:
        found = session.scalars(
            text("""
            SELECT id::text FROM redemption
            UNION ALL SELECT 'entry' FROM entry WHERE kind = 'redeem'
            UNION ALL SELECT 'key' FROM idempotency""")
        )
        return Counter(found)
