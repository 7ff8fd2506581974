from typing import Any

from tests.settlement.camt import entry
from tests.settlement.office import Scene
from tests.world import TODAY, outcome_of
from voucher_service.kernel.actor import Actor
from voucher_service.kernel.keyset import Order
from voucher_service.settlement import paid_redemptions, payments
from voucher_service.settlement.paid_redemptions import PaidRedemption
from voucher_service.settlement.payments import FollowedPayment, PaymentIsUnknown, Stage


def _listed(scene: Scene, by: Actor, **wish: Any) -> list[FollowedPayment]:
    return list(scene.office.world.do(lambda s: payments.search(s, by=by, **wish)))


def _read(scene: Scene, reference: str, by: Actor) -> FollowedPayment:
    found: FollowedPayment = scene.office.world.do(lambda s: payments.get(s, reference=reference, by=by))
    return found


def _opened(scene: Scene, reference: str, by: Actor, **wish: Any) -> list[PaidRedemption]:
    return list(
        scene.office.world.do(lambda s: paid_redemptions.search(s, reference=reference, by=by, **wish))
    )


def _stages(scene: Scene, by: Actor) -> list[Stage]:
    """Return the stages under which payments are found, one for each payment."""
    return [stage for stage in Stage for _ in _listed(scene, by, stage=stage)]


def test_a_payment_opens_on_its_redemptions_and_their_sum_is_its_amount(scene: Scene) -> None:
    scene.office.earned(scene.shop, scene.serials[:3])
    scene.office.earned(scene.other, scene.serials[3:4])
    scene.office.freeze()
    clerk = scene.shop.clerk

    [payment] = _listed(scene, clerk)
    inside = _opened(scene, payment.reference, clerk)

    assert (payment.amount_cents, payment.redemptions, payment.cut_off_on) == (3_000, 3, TODAY)
    assert [one.serial for one in inside] == scene.serials[:3]
    assert {one.venue for one in inside} == {scene.shop.venue.name}
    assert sum(one.face_cents for one in inside) == payment.amount_cents


def test_a_payment_says_how_far_it_has_come(scene: Scene) -> None:
    office, clerk = scene.office, scene.shop.clerk
    office.earned(scene.shop, scene.serials[:1])
    run = office.freeze()
    [payment] = _listed(scene, clerk)
    seen, found = [payment.stage], [_stages(scene, clerk)]
    office.approve(run)
    seen.append(_read(scene, payment.reference, clerk).stage)
    found.append(_stages(scene, clerk))
    office.hear(entry("10.00", end_to_end=payment.reference))
    seen.append(_read(scene, payment.reference, clerk).stage)
    found.append(_stages(scene, clerk))
    office.hear(entry("10.00", side="CRDT", reference="BACK", end_to_end=payment.reference))
    seen.append(_read(scene, payment.reference, clerk).stage)
    found.append(_stages(scene, clerk))

    assert seen == [Stage.FROZEN, Stage.APPROVED, Stage.PAID, Stage.RETURNED]
    assert found == [[stage] for stage in seen]


def test_a_redemption_that_was_given_back_after_the_freeze_is_shown_as_such(scene: Scene) -> None:
    [taken] = scene.office.earned(scene.shop, scene.serials[:1])
    scene.office.freeze()
    scene.office.reverse(taken)
    [payment] = _listed(scene, scene.shop.clerk)

    [inside] = _opened(scene, payment.reference, scene.shop.clerk)

    assert inside.reversed_on == TODAY


def test_payments_are_read_a_page_at_a_time_the_newest_first(scene: Scene) -> None:
    for serial in scene.serials[:3]:
        scene.office.earned(scene.shop, [serial])
        scene.office.freeze()
    every = _listed(scene, scene.shop.clerk)

    [first] = _listed(scene, scene.shop.clerk, limit=1)
    rest = _listed(scene, scene.shop.clerk, after=(first.frozen_at, first.reference))

    assert len(every) == 3
    assert [first, *rest] == every
    assert _listed(scene, scene.shop.clerk, order=Order.OLDEST) == every[::-1]
    assert _listed(scene, scene.shop.clerk, words=first.reference[-5:]) == [first]


def test_redemptions_of_a_payment_are_read_a_page_at_a_time(scene: Scene) -> None:
    scene.office.earned(scene.shop, scene.serials[:4])
    scene.office.freeze()
    [payment] = _listed(scene, scene.shop.clerk)

    [one, two] = _opened(scene, payment.reference, scene.shop.clerk, limit=2)
    rest = _opened(scene, payment.reference, scene.shop.clerk, after=(two.served_on, two.serial))

    assert [row.serial for row in (one, two, *rest)] == scene.serials[:4]


def test_a_payment_to_another_operator_is_unknown(scene: Scene) -> None:
    scene.office.earned(scene.shop, scene.serials[:1])
    scene.office.freeze()
    [payment] = _listed(scene, scene.office.clerk)
    other = scene.other.clerk

    assert _listed(scene, other) == []
    assert outcome_of(lambda: _read(scene, payment.reference, other)) is PaymentIsUnknown
    assert outcome_of(lambda: _opened(scene, payment.reference, other)) is PaymentIsUnknown
    assert _listed(scene, scene.office.clerk, operator_id=scene.other.clerk.organisation_id) == []
