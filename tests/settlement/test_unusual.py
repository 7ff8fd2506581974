"""A payment far above what its payee ever received is shown as unusual, and is paid all the same."""

from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from tests.settlement.camt import entry
from tests.settlement.office import Scene
from voucher_service.settlement import unusual
from voucher_service.settlement.runs import PaymentRun


@pytest.fixture
def paid(scene: Scene) -> PaymentRun:
    """Give a venue that received 20 € once."""
    scene.office.earned(scene.shop, scene.serials[:2])
    run = scene.office.approved()
    scene.office.hear(entry("20.00", reference="A", end_to_end="PN-2026-R1-1"))
    scene.office.world.today += timedelta(days=1)
    return run


@pytest.mark.parametrize(("passes", "from_cents", "found"), [(6, 0, {}), (7, 0, {1: 2_000}), (7, 7_001, {})])
def test_more_than_three_times_the_largest_before_is_unusual_from_a_least_amount_on(
    scene: Scene,
    session: Session,
    paid: PaymentRun,
    passes: int,
    from_cents: int,
    found: dict[int, int],
) -> None:
    scene.office.earned(scene.shop, scene.serials[2 : 2 + passes])

    [seen] = scene.office.look(unusual_from_cents=from_cents).payments
    run = scene.office.freeze()

    assert seen.is_unusual == bool(found)
    assert unusual.of_run(session, run, from_cents=from_cents) == found
    assert unusual.of_run(session, paid, from_cents=0) == {}
    assert scene.office.approve(run)


def test_a_first_payment_has_nothing_to_be_measured_against(scene: Scene, session: Session) -> None:
    scene.office.earned(scene.shop, scene.serials)

    run = scene.office.freeze()

    assert unusual.of_run(session, run, from_cents=0) == {}


def test_what_came_back_is_no_measure(scene: Scene, session: Session, paid: PaymentRun) -> None:
    scene.office.earned(scene.shop, scene.serials[2:9])
    again = scene.office.freeze()
    before = unusual.of_run(session, again, from_cents=0)

    scene.office.hear(entry("20.00", side="CRDT", reference="B", end_to_end="PN-2026-R1-1"), number="S-2")

    assert before == {1: 2_000}
    assert unusual.of_run(session, again, from_cents=0) == {}
