"""Tests of the second person who answers for a run."""

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.races import together
from tests.settlement.office import Scene, opened
from tests.world import NOW, TODAY, World, outcome_of
from voucher_service.funding import deposits
from voucher_service.funding.deposits import MoneyIsShort
from voucher_service.identity.duties import RefusedDuty
from voucher_service.identity.separation import DutiesAreIncompatible
from voucher_service.kernel.database import Database
from voucher_service.settlement import approval, progress
from voucher_service.settlement.approval import (
    RunApproval,
    RunContentDiffers,
    RunIsApproved,
    RunIsNotApproved,
)
from voucher_service.settlement.progress import State
from voucher_service.settlement.runs import RunIsUnknown


def test_a_second_person_approves_what_the_first_one_froze(scene: Scene, session: Session) -> None:
    scene.office.earned(scene.shop, scene.serials[:1])
    run = scene.office.freeze()
    before = progress.of_run(session, run)

    scene.office.approve(run)

    after = progress.of_run(session, run)
    assert (before.state, after.state) == (State.FROZEN, State.APPROVED)
    assert (before.approved_by, after.approved_by) == (None, scene.office.head.user_id)
    assert approval.get(session, run).content_hash == run.content_hash


def test_who_froze_a_run_cannot_approve_it_and_the_attempt_is_remembered(
    database: Database, committed: World
) -> None:
    scene = opened(committed)
    scene.office.earned(scene.shop, scene.serials[:1])
    run = scene.office.freeze()

    assert outcome_of(lambda: scene.office.approve(run, by=scene.office.clerk)) is DutiesAreIncompatible

    with database.transaction() as session:
        [attempt] = session.scalars(select(RefusedDuty)).all()
        assert (attempt.actor_id, attempt.duty) == (scene.office.clerk.user_id, "approve-run")
        assert (attempt.subject, attempt.done) == ("run/PN-2026/1", "prepare-run")
        assert approval.find(session, run) is None


def test_what_is_approved_must_be_what_the_run_holds(scene: Scene) -> None:
    scene.office.earned(scene.shop, scene.serials[:1])
    run = scene.office.freeze()

    with pytest.raises(RunContentDiffers):
        scene.office.approve(run, content_hash=bytes(32))


def test_a_run_is_approved_once_even_by_two_people_at_once(database: Database, committed: World) -> None:
    scene = opened(committed)
    scene.office.earned(scene.shop, scene.serials[:1])
    run = scene.office.freeze()

    outcomes = together(committed, [lambda w: scene.office.within(w).approve(run)] * 4)

    assert sorted(isinstance(one, RunApproval) for one in outcomes) == [False, False, False, True]
    assert outcomes.count(RunIsApproved) == 3


def test_a_run_of_another_number_is_unknown(scene: Scene, session: Session) -> None:
    scene.office.earned(scene.shop, scene.serials[:1])
    run = scene.office.freeze()

    with pytest.raises(RunIsUnknown):
        approval.approve(
            session,
            series=run.series,
            run=7,
            content_hash=run.content_hash,
            at=NOW,
            by=scene.office.head,
        )


def test_nothing_is_exported_before_a_second_person_approved_it(scene: Scene) -> None:
    scene.office.earned(scene.shop, scene.serials[:1])
    run = scene.office.freeze()

    with pytest.raises(RunIsNotApproved):
        scene.office.export(run)


def test_two_runs_of_the_same_amount_have_different_hashes(scene: Scene) -> None:
    scene.office.earned(scene.shop, scene.serials[:1])
    first = scene.office.freeze()
    scene.office.earned(scene.shop, scene.serials[1:2])
    second = scene.office.freeze()

    assert first.total_cents == second.total_cents
    assert first.content_hash != second.content_hash
    assert len(first.content_hash) == 32


def test_a_run_that_the_money_does_not_cover_any_more_is_not_approved(scene: Scene, session: Session) -> None:
    office = scene.office
    earned = office.earned(scene.shop, scene.serials)
    run = office.freeze()
    for redemption_id in earned[:5]:
        office.reverse(redemption_id)
    office.world.void(serials=scene.serials[:5])
    deposits.refund(
        session,
        series=run.series,
        funder="metropole",
        amount_cents=5_000,
        reference="VIR-RETOUR",
        paid_on=TODAY,
        at=NOW,
        by=office.head,
    )

    with pytest.raises(MoneyIsShort) as refused:
        office.approve(run)

    assert refused.value.money_cents == 5_000
