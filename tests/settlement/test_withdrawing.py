"""Tests of payments taken out of a run before it leaves, and of runs that are cancelled."""

import pytest
from sqlalchemy.orm import Session

from tests.races import overtaken, together
from tests.settlement.camt import entry
from tests.settlement.office import Scene, opened
from tests.world import NOW, TODAY, World
from voucher_service.kernel.database import Database
from voucher_service.ledger import accounts
from voucher_service.settlement import changes, progress, runs
from voucher_service.settlement.approval import RunApproval, RunContentDiffers, RunIsNotApproved
from voucher_service.settlement.changes import Cause, RunChange, RunIsCancelled
from voucher_service.settlement.claims import repayments
from voucher_service.settlement.progress import State
from voucher_service.settlement.runs import PaymentRun, RunPaymentIsUnknown
from voucher_service.settlement.withdrawing import (
    PaymentIsRepaid,
    PaymentIsWithdrawn,
    RunHasLeft,
)
from voucher_service.vouchers.reversal import RedemptionIsFrozen, Reversal


@pytest.fixture
def run(scene: Scene) -> PaymentRun:
    """Give a run of two payments: of three and of one redemption."""
    return _frozen(scene)


def _frozen(scene: Scene) -> PaymentRun:
    scene.office.earned(scene.shop, scene.serials[:3])
    scene.office.earned(scene.other, scene.serials[3:4])
    return scene.office.freeze()


def test_a_payment_taken_out_is_due_again_and_the_rest_of_the_run_stays(
    scene: Scene, run: PaymentRun, session: Session
) -> None:
    [three] = [one for one in runs.payments(session, run) if one.amount_cents == 3_000]

    change = scene.office.withdraw(three.end_to_end_id, Cause.WRONG_ACCOUNT)

    assert (change.payments, change.redemptions, change.total_cents) == (1, 1, 1_000)
    assert scene.office.world.balance(accounts.due(scene.shop.venue.no)) == 3_000
    assert scene.office.world.balance(accounts.run(1)) == 1_000
    assert [one.amount_cents for one in runs.staying(session, run)] == [1_000]
    assert scene.office.freeze().total_cents == 3_000
    assert scene.office.findings() == []


def test_a_payment_is_taken_out_once(scene: Scene, run: PaymentRun) -> None:
    scene.office.withdraw("PN-2026-R1-1")

    with pytest.raises(PaymentIsWithdrawn):
        scene.office.withdraw("PN-2026-R1-1")
    with pytest.raises(RunPaymentIsUnknown):
        scene.office.withdraw("PN-2026-R1-3")


def test_a_run_that_nobody_wants_to_approve_is_cancelled_and_all_of_it_is_due_again(
    scene: Scene, run: PaymentRun, session: Session
) -> None:
    scene.office.withdraw("PN-2026-R1-1")

    scene.office.cancel(run)

    assert progress.of_run(session, run).state is State.CANCELLED
    assert scene.office.world.balance(accounts.run(1)) == 0
    for act in (scene.office.cancel, scene.office.approve, scene.office.export):
        with pytest.raises(RunIsCancelled):
            act(run)
    assert scene.office.freeze().total_cents == run.total_cents
    assert scene.office.findings() == []


def test_nothing_is_taken_out_of_a_run_that_has_left(scene: Scene, run: PaymentRun) -> None:
    scene.office.approve(run)
    scene.office.export(run)

    with pytest.raises(RunHasLeft):
        scene.office.withdraw("PN-2026-R1-1")
    with pytest.raises(RunHasLeft):
        scene.office.cancel(run)


def test_nothing_is_taken_out_of_a_run_of_which_the_bank_told_something(
    scene: Scene, run: PaymentRun
) -> None:
    scene.office.approve(run)
    [amount] = [f"{one.amount_cents // 100}.00" for one in _payments(scene, run) if one.no == 1]
    scene.office.hear(entry(amount, reference="A", end_to_end="PN-2026-R1-1"))

    with pytest.raises(RunHasLeft):
        scene.office.withdraw("PN-2026-R1-2")


def test_what_was_given_back_after_the_freeze_owes_nothing_once_its_payment_is_taken_out(
    scene: Scene,
) -> None:
    office = scene.office
    [given_back, _kept] = office.earned(scene.shop, scene.serials[:2])
    office.freeze()
    office.reverse(given_back)
    assert office.world.balance(accounts.due(scene.shop.venue.no)) == -1_000

    office.withdraw("PN-2026-R1-1", Cause.REVERSAL)

    assert office.world.balance(accounts.due(scene.shop.venue.no)) == 1_000
    assert office.freeze().total_cents == 1_000
    assert office.findings() == []


def test_what_a_venue_repaid_already_is_not_taken_out(scene: Scene) -> None:
    office, operator_id = scene.office, scene.shop.clerk.organisation_id
    [given_back, _kept] = office.earned(scene.shop, scene.serials[:2])
    run = office.freeze()
    office.reverse(given_back)
    office.world.do(
        lambda s: repayments.repay(
            s,
            series=run.series,
            operator_id=operator_id,
            amount_cents=1_000,
            reference="VIR-1",
            repaid_on=TODAY,
            at=NOW,
            by=office.head,
        )
    )

    with pytest.raises(PaymentIsRepaid):
        office.withdraw("PN-2026-R1-1")
    with pytest.raises(PaymentIsRepaid):
        office.cancel(run)
    assert office.findings() == []


def test_each_change_names_what_is_left_by_a_hash_of_its_own(
    scene: Scene, run: PaymentRun, session: Session
) -> None:
    first = scene.office.withdraw("PN-2026-R1-1")
    second = scene.office.cancel(run)

    assert len({run.content_hash, first.content_hash, second.content_hash}) == 3
    assert [one.no for one in changes.of_run(session, run)] == [1, 2]
    assert changes.standing(session, run).content_hash == second.content_hash


def test_the_bank_cannot_pay_what_was_taken_out(scene: Scene, run: PaymentRun, session: Session) -> None:
    scene.office.withdraw("PN-2026-R1-1")
    scene.office.approve(run)
    [gone] = [one for one in runs.payments(session, run) if one.no == 1]

    found = scene.office.hear(
        entry(f"{gone.amount_cents // 100}.00", reference="A", end_to_end=gone.end_to_end_id)
    )

    assert [one.doubt.value for one in found.unmatched] == ["withdrawn"]
    assert scene.office.findings() == []


def test_a_change_that_waits_for_an_approval_voids_it(database: Database, committed: World) -> None:
    scene = opened(committed)
    run = _frozen(scene)

    late = overtaken(
        database,
        committed,
        first=lambda w: scene.office.within(w).approve(run),
        second=lambda w: scene.office.within(w).withdraw("PN-2026-R1-1"),
    )

    assert isinstance(late, RunChange)
    with database.transaction() as session:
        assert progress.of_run(session, run).state is State.FROZEN
    assert scene.office.findings() == []


def test_an_approval_that_waits_for_a_change_is_refused(database: Database, committed: World) -> None:
    scene = opened(committed)
    run = _frozen(scene)

    late = overtaken(
        database,
        committed,
        first=lambda w: scene.office.within(w).withdraw("PN-2026-R1-1"),
        second=lambda w: scene.office.within(w).approve(run, content_hash=run.content_hash),
    )

    assert late is RunContentDiffers
    assert scene.office.findings() == []


def test_a_change_that_waits_for_an_export_is_refused(database: Database, committed: World) -> None:
    scene = opened(committed)
    run = _frozen(scene)
    scene.office.approve(run)

    late = overtaken(
        database,
        committed,
        first=lambda w: scene.office.within(w).export(run),
        second=lambda w: scene.office.within(w).withdraw("PN-2026-R1-1"),
    )

    assert late is RunHasLeft


def test_an_export_that_waits_for_a_change_is_refused(database: Database, committed: World) -> None:
    scene = opened(committed)
    run = _frozen(scene)
    scene.office.approve(run)

    late = overtaken(
        database,
        committed,
        first=lambda w: scene.office.within(w).withdraw("PN-2026-R1-1"),
        second=lambda w: scene.office.within(w).export(run),
    )

    assert late is RunIsNotApproved


def test_a_statement_that_waits_for_a_change_pays_nothing_that_was_taken_out(
    database: Database, committed: World
) -> None:
    scene = opened(committed)
    run = _frozen(scene)
    scene.office.approve(run)
    [amount] = [f"{one.amount_cents // 100}.00" for one in _payments(scene, run) if one.no == 1]

    late = overtaken(
        database,
        committed,
        first=lambda w: scene.office.within(w).withdraw("PN-2026-R1-1"),
        second=lambda w: scene.office.within(w).hear(entry(amount, reference="A", end_to_end="PN-2026-R1-1")),
    )

    assert late.matched == []
    assert scene.office.findings() == []


def test_a_reversal_that_waits_for_a_change_finds_its_redemption_out_of_the_run(
    database: Database, committed: World
) -> None:
    scene = opened(committed)
    [redemption_id] = scene.office.earned(scene.shop, scene.serials[:1])
    run = scene.office.freeze()

    late = overtaken(
        database,
        committed,
        first=lambda w: scene.office.within(w).cancel(run),
        second=lambda w: scene.office.within(w).reverse(redemption_id, by=scene.shop.clerk),
    )

    assert isinstance(late, Reversal)
    assert not late.is_claim
    assert scene.office.findings() == []


def test_everything_at_once_on_one_run_leaves_the_books_true(database: Database, committed: World) -> None:
    scene = opened(committed, booklets=2)
    office = scene.office
    earned = [one for serial in scene.serials[:8] for one in office.earned(scene.shop, [serial])]
    office.earned(scene.other, scene.serials[8:12])
    run = office.freeze()

    outcomes = together(
        committed,
        [
            lambda w: office.within(w).approve(run),
            lambda w: office.within(w).withdraw("PN-2026-R1-1"),
            lambda w: office.within(w).export(run),
            lambda w: office.within(w).freeze(),
            lambda w: office.within(w).reverse(earned[0], by=scene.shop.clerk),
            lambda w: office.within(w).reverse(earned[1]),
            lambda w: office.within(w).cancel(run),
        ],
    )

    approved, withdrawn, exported = outcomes[:3]
    assert isinstance(approved, RunApproval) or approved in (RunContentDiffers, RunIsCancelled)
    assert isinstance(withdrawn, RunChange) or withdrawn in (PaymentIsWithdrawn, RunHasLeft)
    assert isinstance(exported, bytes) or exported in (RunIsNotApproved, RunIsCancelled)
    assert isinstance(outcomes[4], Reversal) or outcomes[4] is RedemptionIsFrozen
    assert office.findings() == []


def _payments(scene: Scene, run: PaymentRun) -> list[runs.RunPayment]:
    return list(scene.office.world.do(lambda s: runs.payments(s, run)))
