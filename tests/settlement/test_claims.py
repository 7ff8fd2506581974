"""Tests of claims: what venues owe back is repaid, collected by a titre, or given up by two people; once."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from threading import Barrier
from typing import Any
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.settlement.office import Office, Scene, opened
from tests.world import NOW, TODAY, Shop, World, in_database, outcome_of
from voucher_service.funding.terms import DueOn, KeyPart, MoneySide
from voucher_service.identity.separation import DutiesAreIncompatible
from voucher_service.kernel.actor import Actor
from voucher_service.kernel.database import Database
from voucher_service.kernel.keys import Keyring
from voucher_service.settlement.claims import owed, repayments, revenue_orders, write_offs
from voucher_service.settlement.claims.ending import ClaimSettlement
from voucher_service.settlement.claims.owed import Claim, Debt, NothingIsClaimed
from voucher_service.settlement.claims.repayments import ReferenceIsTaken, RepaymentDiffers
from voucher_service.settlement.claims.revenue_orders import RevenueOrder, TitreIsNotExpected, TitreIsTaken
from voucher_service.settlement.claims.write_offs import (
    ProposalIsOutdated,
    ProposalIsUnknown,
    WriteOffProposal,
)
from voucher_service.settlement.runs import PaymentRun


@dataclass
class Desk:
    """The office, and what it does about claims."""

    office: Office
    shop: Shop
    run: PaymentRun

    @property
    def operator_id(self) -> UUID:
        return self.shop.clerk.organisation_id

    def do(self, verb: Any, by: Actor | None = None, **said: Any) -> Any:
        by = by or self.office.clerk
        return self.office.world.do(lambda s: verb(s, **said, by=by))

    def search(self, by: Actor | None = None) -> list[Claim]:
        found: list[Claim] = self.do(owed.search, by, series="PN-2026")
        return found

    def debts(self) -> list[Debt]:
        found: list[Debt] = self.do(owed.debts, series="PN-2026")
        return found

    def repay(self, cents: int, reference: str = "VIR-1") -> ClaimSettlement:
        said: dict[str, Any] = {"amount_cents": cents, "reference": reference, "repaid_on": TODAY, "at": NOW}
        done: ClaimSettlement = self.do(
            repayments.repay, series="PN-2026", operator_id=self.operator_id, **said
        )
        return done

    def order(self, number: str = "T-12") -> RevenueOrder:
        said: dict[str, Any] = {"number": number, "exercice": 2026, "issued_on": TODAY, "at": NOW}
        done: RevenueOrder = self.do(
            revenue_orders.order, series="PN-2026", operator_id=self.operator_id, **said
        )
        return done

    def propose(self) -> WriteOffProposal:
        said: dict[str, Any] = {"act": "Décision 2026-7", "reason": "Association dissoute", "at": NOW}
        done: WriteOffProposal = self.do(
            write_offs.propose, series="PN-2026", operator_id=self.operator_id, **said
        )
        return done

    def approve(self, proposal_id: UUID, by: Actor | None = None) -> ClaimSettlement:
        done: ClaimSettlement = self.do(
            write_offs.approve, by or self.office.head, proposal_id=proposal_id, on=TODAY, at=NOW
        )
        return done


def indebted(world: World, claims: int = 2, **terms: Any) -> Desk:
    """Give an office whose first venue owes some vouchers of a frozen run back."""
    scene: Scene = opened(world, **terms)
    taken = scene.office.earned(scene.shop, scene.serials[:4])
    run = scene.office.freeze()
    for redemption_id in taken[:claims]:
        scene.office.reverse(redemption_id)
    return Desk(scene.office, scene.shop, run)


@pytest.fixture
def desk(given: World) -> Desk:
    """Give an office to whom a venue owes twenty euros."""
    return indebted(given)


def test_what_was_given_back_after_the_freeze_is_owed_voucher_by_voucher(desk: Desk) -> None:
    [debt] = desk.debts()

    assert (debt.claims, debt.cents, debt.ordered_cents, debt.since_on) == (2, 2_000, 0, TODAY)
    assert [(claim.face_cents, claim.run) for claim in desk.search()] == [(1_000, 1), (1_000, 1)]
    assert desk.search(by=desk.shop.clerk) == desk.search()


def test_a_venue_reads_its_own_debts_only(desk: Desk) -> None:
    assert desk.search(by=desk.office.world.shop().clerk) == []


def test_a_debt_repaid_is_in_the_books_and_no_longer_owed(desk: Desk) -> None:
    before = desk.office.world.balance("bank")

    desk.repay(2_000)

    assert desk.office.world.balance("bank") == before - 2_000
    assert desk.office.world.balance(f"venue/{desk.shop.venue.no}/due") == 0
    assert desk.search() == []
    assert desk.office.findings() == []


def test_the_same_repayment_again_changes_nothing_and_another_of_its_name_is_refused(desk: Desk) -> None:
    first = desk.repay(1_000)

    assert desk.repay(1_000).id == first.id
    assert len(desk.search()) == 1
    assert outcome_of(lambda: desk.repay(2_000)) is ReferenceIsTaken


@pytest.mark.parametrize("cents", [1, 999, 1_500, 3_000])
def test_an_amount_that_is_not_of_whole_vouchers_is_refused(cents: int, desk: Desk) -> None:
    assert outcome_of(lambda: desk.repay(cents)) is RepaymentDiffers
    assert len(desk.search()) == 2


def test_nothing_is_repaid_where_nothing_is_owed(desk: Desk) -> None:
    desk.repay(2_000)

    assert outcome_of(lambda: desk.repay(1_000, "VIR-2")) is NothingIsClaimed


def test_a_claim_that_was_repaid_is_not_shown_in_the_next_run(desk: Desk) -> None:
    desk.repay(2_000)
    world = desk.office.world
    world.redeem([f"PN-2026-000001-{place:02d}" for place in (5, 6)], desk.shop)

    run = desk.office.freeze()

    assert run.total_cents == 2_000
    assert desk.office.findings() == []


def test_two_people_give_a_debt_up_and_the_loss_is_in_the_books_once(desk: Desk) -> None:
    proposal = desk.propose()

    first, again = desk.approve(proposal.id), desk.approve(proposal.id)

    assert first.id == again.id
    assert desk.office.world.balance("loss") == -2_000
    assert desk.office.world.balance(f"venue/{desk.shop.venue.no}/due") == 0
    assert desk.office.world.do(write_offs.waiting) == []
    assert desk.office.findings() == []


def test_who_proposes_to_give_a_debt_up_does_not_approve_it(desk: Desk) -> None:
    proposal = desk.propose()

    assert outcome_of(lambda: desk.approve(proposal.id, desk.office.clerk)) is DutiesAreIncompatible
    assert len(desk.search()) == 2
    assert [one.id for one in desk.office.world.do(write_offs.waiting)] == [proposal.id]


def test_a_proposal_whose_claims_were_repaid_meanwhile_is_refused(desk: Desk) -> None:
    proposal = desk.propose()
    desk.repay(1_000)

    assert outcome_of(lambda: desk.approve(proposal.id)) is ProposalIsOutdated
    assert outcome_of(lambda: desk.approve(UUID(int=1))) is ProposalIsUnknown


def test_an_accountant_collects_by_a_titre_that_names_each_claim_once(given: World) -> None:
    desk = indebted(given, money_side=MoneySide.COMMITMENT)

    titre = desk.order()

    assert titre.amount_cents == 2_000
    assert [claim.titre for claim in desk.search()] == ["T-12", "T-12"]
    assert desk.debts()[0].ordered_cents == 2_000
    assert outcome_of(lambda: desk.order("T-13")) is NothingIsClaimed
    assert outcome_of(desk.order) is TitreIsTaken
    before = desk.office.world.balance("commitment")
    desk.repay(2_000, "T-12")
    assert desk.office.world.balance("commitment") == before - 2_000
    assert desk.office.findings() == []


def test_a_campaign_that_pays_itself_issues_no_titre(desk: Desk) -> None:
    assert outcome_of(desk.order) is TitreIsNotExpected


def test_a_reversed_redemption_whose_payment_is_refused_is_no_claim(given: World) -> None:
    desk = indebted(given)
    assert len(desk.search()) == 2

    desk.office.cancel(desk.run)

    assert desk.search() == []
    assert desk.office.findings() == []


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    share=st.integers(1, 7),
    claims=st.integers(1, 4),
    repaid=st.lists(st.integers(1, 4), min_size=1, max_size=3),
)
def test_each_funder_finds_its_part_of_what_was_repaid_or_lost(
    share: int, claims: int, repaid: list[int], workspace: Any, keyring: Keyring
) -> None:
    key = (KeyPart("etat", 0, share, DueOn.USED), KeyPart("metropole", 1, 3, DueOn.BOUGHT))
    database = workspace.clean()
    workspace.is_clean = False
    try:
        desk = indebted(in_database(database, keyring), claims, key=key)
        for number, vouchers in enumerate(repaid):
            outcome_of(partial(desk.repay, vouchers * 1_000, f"V{number}"))
        if desk.search():
            desk.approve(desk.propose().id)
        assert desk.search() == []
        assert desk.office.findings() == []
    finally:
        database.engine.dispose()


def test_a_debt_that_is_repaid_and_given_up_at_the_same_moment_ends_once(
    database: Database, keyring: Keyring
) -> None:
    desk = indebted(in_database(database, keyring))
    proposal, start = desk.propose(), Barrier(4)

    def act(number: int) -> Any:
        start.wait()
        if number % 2:
            return outcome_of(lambda: desk.approve(proposal.id))
        return outcome_of(lambda: desk.repay(2_000, f"VIR-{number}"))

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(act, range(4)))

    assert desk.search() == []
    assert desk.office.world.balance(f"venue/{desk.shop.venue.no}/due") == 0
    assert desk.office.findings() == []
