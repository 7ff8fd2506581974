"""Numbers that people read — batches, booklets, runs, redemptions' entries — given by several writers at once."""

from functools import partial

import pytest
from sqlalchemy import text

from tests.races import together
from tests.settlement.office import Scene, opened
from tests.world import World
from voucher_service.kernel.database import Database
from voucher_service.reports import findings
from voucher_service.settlement.freezing import NothingIsDue

WRITERS, ROUNDS = 4, 5


@pytest.fixture
def scene(committed: World) -> Scene:
    """Give an office that pays, and vouchers in hand."""
    return opened(committed, booklets=WRITERS * ROUNDS // 10)


def _column(database: Database, query: str) -> list[int]:
    with database.transaction() as session:
        return list(session.scalars(text(query)))


def _assert_nothing_is_found(database: Database) -> None:
    with database.transaction() as session:
        assert findings.findings(session) == []


def test_four_producers_at_once_number_batches_and_booklets_without_a_gap(
    committed: World, database: Database
) -> None:
    committed.campaign()

    for _ in range(ROUNDS):
        outcomes = together(committed, [lambda world: world.produced(2)] * WRITERS)
        assert all(isinstance(outcome, list) for outcome in outcomes), outcomes

    made = WRITERS * ROUNDS
    assert _column(database, "SELECT no FROM batch ORDER BY no") == list(range(1, made + 1))
    assert _column(database, "SELECT ordinal FROM booklet ORDER BY ordinal") == list(range(1, 2 * made + 1))
    _assert_nothing_is_found(database)


def test_four_who_freeze_at_once_number_their_runs_without_a_gap_and_pay_everything_once(
    scene: Scene, database: Database
) -> None:
    serials = iter(scene.serials)

    def pay(serial: str, world: World) -> None:
        office = scene.office.within(world)
        office.earned(scene.shop, [serial])
        office.freeze()

    for _ in range(ROUNDS):
        shown = [next(serials) for _ in range(WRITERS)]
        outcomes = together(scene.office.world, [partial(pay, one) for one in shown])
        assert set(outcomes) <= {None, NothingIsDue}, outcomes

    runs = _column(database, "SELECT no FROM payment_run ORDER BY no")
    assert runs == list(range(1, len(runs) + 1))
    assert len(runs) >= ROUNDS
    assert _column(database, "SELECT count(*) FROM run_line") == [WRITERS * ROUNDS]
    _assert_nothing_is_found(database)
