"""Tests of what a run would hold: a preview and the freeze after it say the same."""

from functools import partial
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tests.settlement.camt import entry
from tests.settlement.office import Scene, opened
from tests.world import NOW, World
from voucher_service.funding import campaigns
from voucher_service.ledger.journal import Entry
from voucher_service.network import holds
from voucher_service.settlement import exclusions, runs
from voucher_service.settlement.exclusions import LeftOut
from voucher_service.settlement.freezing import NothingIsDue
from voucher_service.settlement.runs import PaymentRun, RunLine, RunPayment


def frozen_as(session: Session, run: PaymentRun) -> tuple[Any, Any]:
    payments = {
        (one.operator_id, one.amount_cents, one.claim_cents, one.is_first)
        for one in runs.payments(session, run)
    }
    left_out = {
        (one.venue_no, one.operator_id, one.reason, one.redemptions, one.amount_cents, one.claim_cents)
        for one in exclusions.of_run(session, campaign_id=run.campaign_id, run=run.no)
    }
    return payments, left_out


def hold(scene: Scene, operator_id: Any) -> None:
    scene.office.world.do(
        lambda s: holds.place(
            s, operator_id=operator_id, cause=holds.Cause.ENQUIRY, at=NOW, by=scene.office.clerk
        )
    )


def lift(scene: Scene, operator_id: Any) -> None:
    world = scene.office.world
    for placed in world.do(lambda s: list(holds.open_of(s, operator_id=operator_id))):
        world.do(partial(holds.lift, hold_id=placed.id, reason="Vérifié", at=NOW, by=scene.office.head))


def test_a_preview_says_what_the_freeze_then_takes(scene: Scene, session: Session) -> None:
    office, world = scene.office, scene.office.world
    held, small = world.shop(), world.shop()
    office.earned(scene.shop, scene.serials[:3])
    office.earned(scene.other, scene.serials[3:5])
    office.earned(held, scene.serials[5:7])
    office.earned(small, scene.serials[7:8])
    hold(scene, held.clerk.organisation_id)

    seen = office.look(minimum_cents=2_000)
    run = office.freeze(minimum_cents=2_000)

    payments, left_out = frozen_as(session, run)
    assert payments == {
        (one.operator_id, one.amount_cents, one.claim_cents, one.is_first) for one in seen.payments
    }
    assert left_out == {
        (one.venue_no, one.operator_id, one.reason, one.redemptions, one.amount_cents, one.claim_cents)
        for one in seen.left_out
    }
    assert (seen.total_cents, seen.redemptions) == (run.total_cents, run.redemptions) == (5_000, 5)
    assert {one.reason for one in seen.left_out} == {LeftOut.HOLD, LeftOut.UNDER_MINIMUM}


def test_a_preview_writes_nothing(scene: Scene, session: Session) -> None:
    scene.office.earned(scene.shop, scene.serials[:3])
    before = session.scalar(select(func.count()).select_from(Entry))

    scene.office.look()

    assert session.scalar(select(func.count()).select_from(Entry)) == before
    for table in (PaymentRun, RunPayment, RunLine, exclusions.RunExclusion):
        assert session.scalar(select(func.count()).select_from(table)) == 0


def test_a_preview_without_an_account_or_without_the_money_says_so(given: World) -> None:
    scene = opened(given)
    scene.office.earned(scene.shop, scene.serials[:3])

    seen = scene.office.look()

    assert (seen.has_account, seen.is_covered, seen.approvals_needed) == (True, True, 1)
    assert not runs_are_covered(scene, more_cents=10_000_000)


def runs_are_covered(scene: Scene, *, more_cents: int) -> bool:
    return bool(
        scene.office.world.do(
            lambda s: runs.is_covered(s, campaigns.get(s, scene.office.world.series), more_cents=more_cents)
        )
    )


def test_who_earned_less_than_the_campaigns_least_payment_waits_for_more(given: World) -> None:
    scene = opened(given, minimum_payment_cents=2_000)
    office = scene.office
    office.earned(scene.shop, scene.serials[:1])

    with pytest.raises(NothingIsDue) as refused:
        office.freeze()
    office.earned(scene.shop, scene.serials[1:2])

    assert refused.value.left_out == {"under-minimum": 1}
    assert office.freeze().total_cents == 2_000


def test_the_last_run_of_a_campaign_pays_any_amount(given: World) -> None:
    scene = opened(given, minimum_payment_cents=2_000)
    scene.office.earned(scene.shop, scene.serials[:1])

    assert scene.office.look(is_last=True).total_cents == 1_000
    run = scene.office.freeze(is_last=True)

    assert (run.total_cents, run.is_last, run.minimum_cents) == (1_000, True, 2_000)


def test_a_run_may_be_asked_for_another_least_payment_than_the_campaigns(given: World) -> None:
    scene = opened(given, minimum_payment_cents=2_000)
    scene.office.earned(scene.shop, scene.serials[:1])

    assert scene.office.freeze(minimum_cents=0).total_cents == 1_000


def test_who_is_held_is_left_out_and_paid_once_the_hold_is_lifted(scene: Scene) -> None:
    office = scene.office
    office.earned(scene.shop, scene.serials[:1])
    hold(scene, scene.shop.clerk.organisation_id)
    [excluded] = office.look().left_out

    lift(scene, scene.shop.clerk.organisation_id)

    assert (excluded.reason, excluded.venue) == (LeftOut.HOLD, scene.shop.venue.name)
    assert office.freeze().total_cents == 1_000


def test_the_first_payment_on_an_account_is_flagged_until_one_was_paid_there_and_stayed(
    scene: Scene, session: Session
) -> None:
    office = scene.office

    def is_first(serial: str) -> list[bool]:
        office.earned(scene.shop, [serial])
        return [one.is_first for one in runs.payments(session, office.approved())]

    before = is_first(scene.serials[0])
    not_heard_of = is_first(scene.serials[1])
    office.hear(entry("10.00", reference="A", end_to_end="PN-2026-R2-1"))
    paid = is_first(scene.serials[2])
    office.hear(entry("10.00", side="CRDT", reference="B", end_to_end="PN-2026-R2-1"))
    lift(scene, scene.shop.clerk.organisation_id)
    came_back = is_first(scene.serials[3])

    assert (before, not_heard_of, paid, came_back) == ([True], [True], [False], [True])
