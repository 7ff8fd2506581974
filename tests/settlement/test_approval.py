"""Tests of the second person who answers for a run."""

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.races import together
from tests.settlement.office import Scene, opened
from tests.world import NOW, TODAY, World, outcome_of
from voucher_service.funding import campaigns, deposits
from voucher_service.funding.deposits import MoneyIsShort
from voucher_service.funding.terms import Terms
from voucher_service.identity.duties import RefusedDuty
from voucher_service.identity.fresh_proof import FreshProof, ProofIsNotFresh
from voucher_service.identity.organisations import OrganisationKind
from voucher_service.identity.separation import DutiesAreIncompatible
from voucher_service.kernel.actor import Role
from voucher_service.kernel.database import Database
from voucher_service.settlement import approval, progress
from voucher_service.settlement.approval import (
    RunApproval,
    RunContentDiffers,
    RunIsApproved,
    RunIsNotApproved,
    YouApprovedThisRun,
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
            proof=FreshProof(scene.office.head.user_id, NOW),
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


def test_who_approves_has_just_proved_to_be_there(scene: Scene, session: Session) -> None:
    scene.office.earned(scene.shop, scene.serials[:1])
    run, head = scene.office.freeze(), scene.office.head
    long_ago = FreshProof(head.user_id, NOW - timedelta(minutes=6))
    somebody_else = FreshProof(scene.office.clerk.user_id, NOW)
    later = FreshProof(head.user_id, NOW + timedelta(seconds=1))

    for proof in (long_ago, somebody_else, later):
        with pytest.raises(ProofIsNotFresh):
            approval.approve(
                session,
                series=run.series,
                run=run.no,
                content_hash=run.content_hash,
                proof=proof,
                at=NOW,
                by=head,
            )


def test_what_was_approved_and_changed_needs_approval_again(scene: Scene, session: Session) -> None:
    office = scene.office
    office.earned(scene.shop, scene.serials[:2])
    office.earned(scene.other, scene.serials[2:3])
    run = office.approved()

    office.withdraw("PN-2026-R1-1")

    assert progress.of_run(session, run).state is State.FROZEN
    assert [one.content_hash for one in approval.of_run(session, run)] == [run.content_hash]
    assert approval.in_force(session, run) == []
    with pytest.raises(RunIsNotApproved):
        office.export(run)
    with pytest.raises(RunContentDiffers):
        office.approve(run, content_hash=run.content_hash)
    office.approve(run)
    assert progress.of_run(session, run).state is State.APPROVED
    assert office.findings() == []


def test_a_large_run_needs_a_third_person_and_two_suffice_for_all_others(given: World) -> None:
    scene = opened(given, third_approval_cents=2_000)
    office, third = scene.office, given.person(Role.FINANCE, OrganisationKind.OPERATOR)
    office.earned(scene.shop, scene.serials[:1])
    small = office.approved()
    office.earned(scene.shop, scene.serials[1:3])
    large = office.freeze()

    office.approve(large)

    assert (small.approvals_needed, large.approvals_needed) == (1, 2)
    assert office.export(small)
    with pytest.raises(RunIsNotApproved):
        office.export(large)
    with pytest.raises(YouApprovedThisRun):
        office.approve(large)
    office.approve(large, by=third)
    assert office.export(large)
    assert office.findings() == []


def test_a_threshold_that_is_raised_later_spares_no_run_its_third_person(given: World) -> None:
    scene = opened(given, third_approval_cents=2_000)
    scene.office.earned(scene.shop, scene.serials[:2])
    run = scene.office.freeze()
    scene.office.approve(run)

    given.do(lambda s: _without_threshold(s, run.series))

    with pytest.raises(RunIsNotApproved):
        scene.office.export(run)


def _without_threshold(session: Session, series: str) -> None:
    campaign = campaigns.get(session, series)
    kept = {name: getattr(campaign, name) for name in Terms.__dataclass_fields__}
    terms = Terms(**kept | {"third_approval_cents": None})
    campaigns.amend(session, series=series, version=campaign.version, terms=terms)


def test_two_persons_approving_at_once_are_one_approval_where_one_is_needed(committed: World) -> None:
    scene = opened(committed)
    third = committed.person(Role.FINANCE, OrganisationKind.OPERATOR)
    scene.office.earned(scene.shop, scene.serials[:1])
    run = scene.office.freeze()

    outcomes = together(
        committed,
        [
            lambda w: scene.office.within(w).approve(run),
            lambda w: scene.office.within(w).approve(run, by=third),
        ],
    )

    assert sorted(isinstance(one, RunApproval) for one in outcomes) == [False, True]
    assert outcomes.count(RunIsApproved) == 1
