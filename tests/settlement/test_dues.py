from datetime import timedelta
from typing import Any

from sqlalchemy import text

from tests.settlement.camt import entry
from tests.settlement.office import Scene
from tests.world import TODAY, outcome_of
from voucher_service.kernel.actor import Actor
from voucher_service.network.operators import OperatorIsUnknown
from voucher_service.settlement import dues
from voucher_service.settlement.dues import Due


def _dues(scene: Scene, by: Actor | None = None) -> list[Due]:
    clerk = scene.shop.clerk
    asked: Any = scene.office.world.do(
        lambda s: dues.of_operator(s, operator_id=clerk.organisation_id, by=by or clerk)
    )
    return list(asked)


def _cents(scene: Scene) -> tuple[int, ...]:
    [due] = _dues(scene)
    return due.due_cents, due.frozen_cents, due.approved_cents, due.paid_cents, due.claim_cents


def test_an_operator_that_took_nothing_is_owed_nothing(scene: Scene) -> None:
    assert _dues(scene) == []


def test_what_is_earned_is_promised_by_a_day(scene: Scene) -> None:
    scene.office.earned(scene.shop, scene.serials[:3])

    [due] = _dues(scene)

    assert (due.series, due.vouchers, due.due_cents, due.awaited_cents) == ("PN-2026", 3, 3_000, 3_000)
    assert due.pay_by is not None
    assert due.pay_by > TODAY
    assert due.last_cut_off_on is None


def test_euros_go_from_due_to_frozen_to_approved_to_paid_each_counted_once(scene: Scene) -> None:
    office, seen = scene.office, []
    office.earned(scene.shop, scene.serials[:2])
    office.earned(scene.other, scene.serials[2:3])
    seen.append(_cents(scene))
    run = office.freeze()
    office.earned(scene.shop, scene.serials[3:4])
    seen.append(_cents(scene))
    office.approve(run)
    seen.append(_cents(scene))
    mine = next(p for p in _references(scene) if p[1] == 2_000)[0]
    office.hear(entry("20.00", end_to_end=mine))
    seen.append(_cents(scene))

    assert seen == [
        (2_000, 0, 0, 0, 0),
        (1_000, 2_000, 0, 0, 0),
        (1_000, 0, 2_000, 0, 0),
        (1_000, 0, 0, 2_000, 0),
    ]
    assert _dues(scene)[0].last_cut_off_on == TODAY


def test_a_payment_that_came_back_is_due_again(scene: Scene) -> None:
    office = scene.office
    office.earned(scene.shop, scene.serials[:2])
    office.approved()
    [(reference, _)] = _references(scene)
    office.hear(entry("20.00", end_to_end=reference))
    office.hear(entry("20.00", side="CRDT", reference="BACK", end_to_end=reference))

    assert _cents(scene) == (2_000, 0, 0, 0, 0)


def test_what_was_given_back_is_no_longer_due_and_is_a_claim_once_it_was_frozen(scene: Scene) -> None:
    office = scene.office
    early, late = office.earned(scene.shop, scene.serials[:2])
    office.reverse(early, by=scene.shop.clerk)
    before = _cents(scene)
    office.freeze()
    office.reverse(late)

    assert (before, _cents(scene)) == ((1_000, 0, 0, 0, 0), (0, 1_000, 0, 0, 1_000))


def test_the_promise_is_the_earliest_one(scene: Scene) -> None:
    office = scene.office
    office.earned(scene.shop, scene.serials[:1], today=TODAY + timedelta(days=2), served_on=TODAY)
    office.earned(scene.shop, scene.serials[1:2])
    [late_first] = _dues(scene)

    office.world.redeem(scene.serials[2:3], scene.shop, today=TODAY + timedelta(days=5), served_on=TODAY)

    assert _dues(scene)[0].pay_by == late_first.pay_by


def test_nobody_reads_what_another_operator_is_owed(scene: Scene) -> None:
    assert outcome_of(lambda: _dues(scene, scene.other.clerk)) is OperatorIsUnknown


def _references(scene: Scene) -> list[tuple[str, int]]:
    rows: Any = scene.office.world.do(
        lambda s: s.execute(text("SELECT end_to_end_id, amount_cents FROM run_payment ORDER BY 1")).all()
    )
    return [(row[0], row[1]) for row in rows]
