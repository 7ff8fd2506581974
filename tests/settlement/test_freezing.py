"""Tests of what a payment run takes, and of what it leaves out."""

from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from tests import bank_accounts
from tests.races import overtaken, together
from tests.settlement.camt import entry
from tests.settlement.office import Scene, opened
from tests.world import IBANS, NOW, TODAY, World
from voucher_service.funding.deposits import MoneyIsShort
from voucher_service.identity import organisations
from voucher_service.identity.organisations import OrganisationKind
from voucher_service.kernel.database import Database
from voucher_service.ledger import accounts, journal
from voucher_service.network import operators, venues
from voucher_service.network.operators import LegalForm
from voucher_service.settlement import exclusions, runs
from voucher_service.settlement.exclusions import LeftOut
from voucher_service.settlement.freezing import NothingIsDue
from voucher_service.settlement.paying_accounts import PayingAccountIsMissing
from voucher_service.settlement.runs import PaymentRun, RunLine
from voucher_service.vouchers.reversal import RedemptionIsFrozen


def left_out(session: Session, run: PaymentRun) -> list[tuple[int, LeftOut, int, int]]:
    found = exclusions.of_run(session, campaign_id=run.campaign_id, run=run.no)
    return [(one.venue_no, one.reason, one.amount_cents, one.claim_cents) for one in found]


def taken(session: Session, run: PaymentRun) -> set[UUID]:
    mine = (RunLine.campaign_id == run.campaign_id) & (RunLine.run_no == run.no)
    return set(session.scalars(select(RunLine.redemption_id).where(mine)))


def test_what_venues_earned_moves_to_the_run_one_payment_for_each_operator(
    scene: Scene, session: Session
) -> None:
    first = scene.office.earned(scene.shop, scene.serials[:3])
    second = scene.office.earned(scene.other, scene.serials[3:4])

    run = scene.office.freeze()

    assert (run.no, run.payments, run.redemptions, run.total_cents) == (1, 2, 4, 4_000)
    assert taken(session, run) == {*first, *second}
    paid = {payment.operator_id: payment for payment in runs.payments(session, run)}
    assert paid[scene.shop.clerk.organisation_id].amount_cents == 3_000
    assert paid[scene.other.clerk.organisation_id].amount_cents == 1_000
    assert sorted(payment.end_to_end_id for payment in paid.values()) == ["PN-2026-R1-1", "PN-2026-R1-2"]
    assert scene.office.world.balance(accounts.run(1)) == 4_000
    assert scene.office.world.balance(accounts.due(scene.shop.venue.no)) == 0
    assert scene.office.findings() == []


def test_two_venues_of_one_operator_are_one_payment_and_two_transfers(scene: Scene, session: Session) -> None:
    branch = scene.office.world.do(
        lambda s: venues.register(
            s,
            profile=replace(scene.shop.venue.profile, name="Annexe fictive"),
            operator_id=scene.shop.clerk.organisation_id,
            at=NOW,
            by=scene.office.world.operator,
        )
    )
    scene.office.world.accredit(branch)
    scene.office.earned(scene.shop, scene.serials[:2])
    scene.office.earned(replace(scene.shop, venue=branch), scene.serials[2:3])

    run = scene.office.freeze()

    assert [payment.amount_cents for payment in runs.payments(session, run)] == [3_000]
    moves = journal.moves(session, campaign_id=run.campaign_id, entry_no=run.entry_no)
    assert {move.debit for move in moves} == {accounts.due(scene.shop.venue.no), accounts.due(branch.no)}
    assert {move.credit for move in moves} == {accounts.run(1)}


def test_what_was_served_after_the_cut_off_waits_for_the_next_run(scene: Scene) -> None:
    office = scene.office
    office.earned(scene.shop, scene.serials[:1], served_on=TODAY - timedelta(days=1))
    office.earned(scene.shop, scene.serials[1:3])

    first = office.freeze(cut_off_on=TODAY - timedelta(days=1))
    second = office.freeze()

    assert (first.total_cents, second.total_cents) == (1_000, 2_000)


def test_a_late_entry_for_an_earlier_day_is_in_the_next_run(scene: Scene) -> None:
    office = scene.office
    office.earned(scene.shop, scene.serials[:1])
    office.freeze()
    office.earned(scene.shop, scene.serials[1:2], served_on=TODAY - timedelta(days=5))

    assert office.freeze().total_cents == 1_000


def test_what_was_given_back_is_not_paid(scene: Scene, session: Session) -> None:
    [given_back, kept] = scene.office.earned(scene.shop, scene.serials[:2])
    scene.office.reverse(given_back, by=scene.shop.clerk)

    run = scene.office.freeze()

    assert taken(session, run) == {kept}


def test_what_is_frozen_is_not_frozen_again(scene: Scene) -> None:
    scene.office.earned(scene.shop, scene.serials[:1])
    scene.office.freeze()

    with pytest.raises(NothingIsDue):
        scene.office.freeze()


def test_a_campaign_without_an_account_to_pay_from_freezes_nothing(given: World) -> None:
    given.campaign()
    office = opened(replace(given, series="PN-2027")).office
    bare = office.within(given)

    with pytest.raises(PayingAccountIsMissing):
        bare.freeze()


def test_an_operator_without_bank_details_is_left_out_and_paid_once_they_are_known(
    scene: Scene, session: Session
) -> None:
    office, world = scene.office, scene.office.world
    payee = world.do(
        lambda s: organisations.found(
            s,
            name="Commune fictive",
            siret="21340172201787",
            kind=OrganisationKind.VENUE_OPERATOR,
            at=NOW,
            by=world.operator,
        )
    )
    world.do(
        lambda s: operators.enrol(
            s, organisation_id=payee.id, legal_form=LegalForm.COMPANY, at=NOW, by=world.operator
        )
    )
    venue = world.do(
        lambda s: venues.register(
            s,
            profile=replace(scene.shop.venue.profile, name="Annexe fictive"),
            operator_id=payee.id,
            at=NOW,
            by=world.operator,
        )
    )
    world.accredit(venue)
    shop = replace(scene.shop, venue=venue, clerk=replace(scene.shop.clerk, organisation_id=payee.id))
    office.earned(shop, scene.serials[:2])
    office.earned(scene.other, scene.serials[2:3])

    first = office.freeze()
    world.do(
        lambda s: bank_accounts.paid_on(
            s, operator_id=payee.id, iban=IBANS[2], holder="Commune fictive", at=NOW, by=world.operator
        )
    )
    second = office.freeze()

    assert left_out(session, first) == [(venue.no, LeftOut.NO_BANK_DETAILS, 2_000, 0)]
    assert (first.total_cents, second.total_cents) == (1_000, 2_000)
    assert left_out(session, second) == []


@pytest.mark.parametrize(
    ("form", "reason"),
    [(LegalForm.PUBLIC, LeftOut.NO_CASHING_ACT), (LegalForm.UNKNOWN, LeftOut.NO_LEGAL_FORM)],
)
def test_an_operator_that_may_not_cash_any_more_is_left_out(
    scene: Scene, session: Session, form: LegalForm, reason: LeftOut
) -> None:
    scene.office.earned(scene.shop, scene.serials[:1])
    scene.office.earned(scene.other, scene.serials[1:2])
    payee = scene.shop.clerk.organisation_id
    operators.correct(
        session, operator_id=payee, legal_form=form, version=1, at=NOW, by=scene.office.world.operator
    )

    run = scene.office.freeze()

    assert left_out(session, run) == [(scene.shop.venue.no, reason, 1_000, 0)]


def test_where_nobody_can_be_paid_the_refusal_says_why(scene: Scene, session: Session) -> None:
    scene.office.earned(scene.shop, scene.serials[:1])
    payee = scene.shop.clerk.organisation_id
    operators.correct(
        session,
        operator_id=payee,
        legal_form=LegalForm.UNKNOWN,
        version=1,
        at=NOW,
        by=scene.office.world.operator,
    )

    with pytest.raises(NothingIsDue) as refused:
        scene.office.freeze()

    assert refused.value.left_out == {"no-legal-form": 1}


def test_a_frozen_redemption_is_reversed_by_finance_only_and_becomes_a_claim(
    scene: Scene, session: Session
) -> None:
    office = scene.office
    [redemption_id, _] = office.earned(scene.shop, scene.serials[:2])
    office.freeze()

    with pytest.raises(RedemptionIsFrozen) as refused:
        office.reverse(redemption_id, by=scene.shop.clerk)
    given_back = office.reverse(redemption_id)

    assert refused.value.run == 1
    assert given_back.is_claim
    assert office.world.balance(accounts.due(scene.shop.venue.no)) == -1_000
    assert office.world.balance(accounts.run(1)) == 2_000
    assert office.findings() == []


def test_an_operator_that_owes_as_much_as_it_earned_is_left_out(scene: Scene, session: Session) -> None:
    office = scene.office
    [claimed] = office.earned(scene.shop, scene.serials[:1])
    office.freeze()
    office.reverse(claimed)
    office.earned(scene.shop, scene.serials[:1])
    office.earned(scene.other, scene.serials[1:2])

    run = office.freeze()

    assert left_out(session, run) == [(scene.shop.venue.no, LeftOut.CLAIM, 1_000, 1_000)]
    assert run.total_cents == 1_000
    assert office.findings() == []


def test_an_operator_that_earned_more_than_it_owes_is_paid_what_is_left(
    scene: Scene, session: Session
) -> None:
    office = scene.office
    [claimed] = office.earned(scene.shop, scene.serials[:1])
    office.freeze()
    office.reverse(claimed)
    office.earned(scene.shop, scene.serials[:3])

    run = office.freeze()

    [payment] = runs.payments(session, run)
    assert (payment.amount_cents, payment.claim_cents, payment.net_cents) == (3_000, 1_000, 2_000)
    assert office.world.balance(accounts.due(scene.shop.venue.no)) == 0


def test_a_run_that_the_money_does_not_cover_is_refused(scene: Scene) -> None:
    office = scene.office
    earned = office.earned(scene.shop, scene.serials)
    run = office.approved()
    office.hear(_debit(run))
    for redemption_id in earned:
        office.reverse(redemption_id)
    office.earned(scene.other, scene.serials)

    with pytest.raises(MoneyIsShort) as refused:
        office.freeze()

    assert refused.value.money_cents == 0


def _debit(run: PaymentRun) -> str:
    return entry(f"{run.total_cents // 100}.00", end_to_end=f"PN-2026-R{run.no}-1")


def test_the_lines_of_a_run_are_never_changed(scene: Scene, session: Session) -> None:
    scene.office.earned(scene.shop, scene.serials[:1])
    scene.office.freeze()

    with pytest.raises(DBAPIError, match=r"permission denied|append-only"):
        session.execute(text("UPDATE run_line SET payment_no = 2"))


def test_a_freeze_that_waits_for_a_reversal_does_not_take_what_was_given_back(
    database: Database, committed: World
) -> None:
    scene = opened(committed)
    [given_back, kept] = scene.office.earned(scene.shop, scene.serials[:2])

    run = overtaken(
        database,
        committed,
        first=lambda w: scene.office.within(w).reverse(given_back, by=scene.shop.clerk),
        second=lambda w: scene.office.within(w).freeze(),
    )

    assert isinstance(run, PaymentRun)
    with database.transaction() as session:
        assert taken(session, run) == {kept}
    assert scene.office.findings() == []


def test_a_reversal_that_waits_for_a_freeze_is_refused(database: Database, committed: World) -> None:
    scene = opened(committed)
    [redemption_id] = scene.office.earned(scene.shop, scene.serials[:1])

    late = overtaken(
        database,
        committed,
        first=lambda w: scene.office.within(w).freeze(),
        second=lambda w: scene.office.within(w).reverse(redemption_id, by=scene.shop.clerk),
    )

    assert late is RedemptionIsFrozen
    assert scene.office.findings() == []


def test_freezing_and_reversing_at_once_each_redemption_is_in_the_run_or_given_back(
    database: Database, committed: World
) -> None:
    scene = opened(committed)
    redemptions = [one for serial in scene.serials for one in scene.office.earned(scene.shop, [serial])]

    [run, *reversals] = together(
        committed,
        [lambda w: scene.office.within(w).freeze()]
        + [
            lambda w, one=one: scene.office.within(w).reverse(one, by=scene.shop.clerk)  # type: ignore[misc]
            for one in redemptions
        ],
    )

    refused = {
        one for one, outcome in zip(redemptions, reversals, strict=True) if outcome is RedemptionIsFrozen
    }
    with database.transaction() as session:
        assert (taken(session, run) if isinstance(run, PaymentRun) else set()) == refused
    assert scene.office.findings() == []


def test_two_freezes_at_once_take_each_redemption_once(database: Database, committed: World) -> None:
    scene = opened(committed)
    earned = scene.office.earned(scene.shop, scene.serials)

    outcomes = together(committed, [lambda w: scene.office.within(w).freeze()] * 4)

    assert sorted(isinstance(outcome, PaymentRun) for outcome in outcomes) == [False, False, False, True]
    assert outcomes.count(NothingIsDue) == 3
    with database.transaction() as session:
        assert session.scalar(select(func.count()).select_from(RunLine)) == len(earned)
    assert scene.office.findings() == []
