"""Tests of what a file of the bank leads to."""

from datetime import date

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tests.races import together
from tests.settlement.camt import entry, statement
from tests.settlement.office import IBAN, Scene, opened
from tests.settlement.other_bank import open_bank
from tests.world import TODAY, World
from voucher_service.kernel.database import Database
from voucher_service.ledger import accounts
from voucher_service.ledger.journal import Entry
from voucher_service.settlement import progress, runs
from voucher_service.settlement.bank.own_accounts import StatementIsOfAnotherAccount
from voucher_service.settlement.matching import Doubt, Matching
from voucher_service.settlement.outcomes import PaymentOutcome
from voucher_service.settlement.progress import State
from voucher_service.vouchers.reversal import RedemptionIsFrozen


def entries(session: Session) -> int:
    return session.execute(select(func.count()).select_from(Entry)).scalar_one()


def doubts(found: Matching) -> list[Doubt]:
    return [one.doubt for one in found.unmatched]


@pytest.fixture
def paid(scene: Scene) -> Scene:
    """Give a run of one payment of 20 € that the bank executed."""
    scene.office.earned(scene.shop, scene.serials[:2])
    scene.office.approved()
    scene.office.hear(entry("20.00", end_to_end="PN-2026-R1-1"))
    return scene


def test_what_the_bank_booked_leaves_the_run_and_the_campaigns_money(paid: Scene, session: Session) -> None:
    world = paid.office.world

    assert world.balance(accounts.run(1)) == 0
    assert world.balance("bank") == -(10_000 - 2_000)
    assert world.balance(accounts.due(paid.shop.venue.no)) == 0
    run = runs.get(session, series=world.series, run=1)
    assert progress.of_run(session, run).state is State.PAID
    [followed] = progress.of_payments(session, run)
    assert (followed.paid_on, followed.returned_on) == (date(2026, 11, 24), None)
    assert paid.office.findings() == []


def test_the_same_statement_again_changes_nothing(paid: Scene, session: Session) -> None:
    before = entries(session)

    found = paid.office.hear(entry("20.00", end_to_end="PN-2026-R1-1"))

    assert (found.known, found.matched, found.unmatched) == (1, [], [])
    assert entries(session) == before


def test_a_payment_that_comes_back_is_owed_again_and_paid_once_more(paid: Scene, session: Session) -> None:
    back = entry("20.00", side="CRDT", reference="REF-2", end_to_end="PN-2026-R1-1")
    office, due = paid.office, accounts.due(paid.shop.venue.no)

    office.hear(back)
    after_return = (office.world.balance(due), office.world.balance("bank"))
    again = office.hear(back)
    office.lift(paid.shop)
    second = office.approved()
    office.hear(entry("20.00", reference="REF-3", end_to_end="PN-2026-R2-1"))

    assert after_return == (2_000, -10_000)
    assert again.known == 1
    assert (second.redemptions, second.total_cents) == (2, 2_000)
    assert office.world.balance(due) == 0
    assert office.world.balance("bank") == -8_000
    first = runs.get(session, series=office.world.series, run=1)
    states = [one.state for one in progress.of_runs(session, [first, second])]
    assert states == [State.RETURNED, State.PAID]
    assert office.findings() == []


def test_once_its_payment_came_back_a_redemption_is_the_venues_to_reverse_until_the_next_run(
    scene: Scene,
) -> None:
    office = scene.office
    [first, second] = office.earned(scene.shop, scene.serials[:2])
    office.approved()
    office.hear(entry("20.00", end_to_end="PN-2026-R1-1"))
    office.hear(entry("20.00", side="CRDT", reference="REF-2", end_to_end="PN-2026-R1-1"))

    given_back = office.reverse(first, by=scene.shop.clerk)
    office.lift(scene.shop)
    run = office.freeze()

    assert not given_back.is_claim
    assert run.total_cents == 1_000
    with pytest.raises(RedemptionIsFrozen):
        office.reverse(second, by=scene.shop.clerk)
    assert office.findings() == []


def test_a_return_settles_the_claim_on_what_had_been_reversed_meanwhile(scene: Scene) -> None:
    office = scene.office
    [claimed, _] = office.earned(scene.shop, scene.serials[:2])
    office.approved()
    office.hear(entry("20.00", end_to_end="PN-2026-R1-1"))
    office.reverse(claimed)
    office.hear(entry("20.00", side="CRDT", reference="REF-2", end_to_end="PN-2026-R1-1"))

    office.lift(scene.shop)

    assert office.world.balance(accounts.due(scene.shop.venue.no)) == 1_000
    assert office.freeze().total_cents == 1_000
    assert office.findings() == []


def test_a_bank_that_is_not_ours_sends_a_payment_back_and_it_is_owed_again(scene: Scene) -> None:
    office = scene.office
    office.earned(scene.shop, scene.serials[:3])
    run = office.approved()
    back = {"behaviour": "return-later", "parameters": {"days": 2, "end_to_end_id": "PN-2026-R1-1"}}

    with open_bank(on=TODAY) as bank:
        bank.open_account("OPERATOR", IBAN, balance_cents=10_000, **back)
        bank.take(office.export(run))
        bank.until(date(2026, 6, 18))
        files = bank.statements("OPERATOR")

    matched = [one for data in files for one in office.confirm(data).matched]
    assert [one.booked.reason for one in matched] == [None, "AC04"]
    assert [office.confirm(data).known for data in files if b"<Ntry>" in data] == [1, 1]
    assert office.world.balance(accounts.due(scene.shop.venue.no)) == 3_000
    assert office.findings() == []


def test_a_return_listed_before_its_payment_is_understood(scene: Scene) -> None:
    scene.office.earned(scene.shop, scene.serials[:1])
    scene.office.approved()

    found = scene.office.hear(
        entry("10.00", side="CRDT", reference="B", end_to_end="PN-2026-R1-1"),
        entry("10.00", reference="A", end_to_end="PN-2026-R1-1"),
    )

    assert len(found.matched) == 2
    assert scene.office.world.balance(accounts.due(scene.shop.venue.no)) == 1_000
    assert scene.office.findings() == []


@pytest.mark.parametrize(
    ("line", "doubt"),
    [
        (entry("20.00", reference="X", end_to_end="PN-2026-R9-9"), Doubt.UNKNOWN),
        (entry("20.00", reference="X", details=""), Doubt.UNKNOWN),
        (entry("20.00", reference="X", end_to_end="PN-2026-R1-1"), Doubt.PAID_ALREADY),
        (entry("20.00", reference="REF-1", end_to_end="PN-2026-R2-1"), Doubt.REFERENCE_IS_TAKEN),
        (entry("20.01", reference="X", end_to_end="PN-2026-R2-1"), Doubt.AMOUNT_DIFFERS),
        (entry("10.00", reference="X", end_to_end="PN-2026-R2-1"), Doubt.NOT_APPROVED),
        (entry("20.00", side="CRDT", reference="REF-1", end_to_end="PN-2026-R1-1"), Doubt.REFERENCE_IS_TAKEN),
        (entry("10.00", side="CRDT", reference="X", end_to_end="PN-2026-R3-1"), Doubt.NOT_PAID),
    ],
)
def test_a_line_that_does_not_fit_is_listed_and_nothing_is_written(
    paid: Scene, session: Session, line: str, doubt: Doubt
) -> None:
    paid.office.earned(paid.shop, paid.serials[2:3])
    paid.office.freeze()
    paid.office.earned(paid.shop, paid.serials[3:4])
    paid.office.approved()
    before = entries(session)

    found = paid.office.hear(line)

    assert doubts(found) == [doubt]
    assert (found.matched, found.known, entries(session)) == ([], 0, before)


def test_a_payment_that_comes_back_twice_is_listed(paid: Scene) -> None:
    paid.office.hear(entry("20.00", side="CRDT", reference="B", end_to_end="PN-2026-R1-1"))

    found = paid.office.hear(entry("20.00", side="CRDT", reference="C", end_to_end="PN-2026-R1-1"))

    assert doubts(found) == [Doubt.RETURNED_ALREADY]


def test_the_statement_of_another_account_confirms_nothing(scene: Scene) -> None:
    scene.office.earned(scene.shop, scene.serials[:1])
    scene.office.approved()

    with pytest.raises(StatementIsOfAnotherAccount) as refused:
        scene.office.confirm(statement(entry("10.00", end_to_end="PN-2026-R1-1")))

    assert refused.value.endings == ("0189",)


def test_payments_of_several_days_count_on_the_day_the_bank_booked_them(
    scene: Scene, session: Session
) -> None:
    scene.office.earned(scene.shop, scene.serials[:1])
    scene.office.earned(scene.other, scene.serials[1:2])
    scene.office.approved()
    later = entry("10.00", reference="B", end_to_end="PN-2026-R1-2").replace("11-24", "11-25")

    found = scene.office.hear(entry("10.00", reference="A", end_to_end="PN-2026-R1-1"), later)

    assert len(found.matched) == 2
    booked = session.execute(
        select(Entry.effective_on).where(Entry.kind == "pay").order_by(Entry.effective_on)
    )
    assert booked.scalars().all() == [date(2026, 11, 24), date(2026, 11, 25)]


def test_a_run_is_partly_paid_until_the_last_payment_left(scene: Scene, session: Session) -> None:
    scene.office.earned(scene.shop, scene.serials[:1])
    scene.office.earned(scene.other, scene.serials[1:2])
    run = scene.office.approved()

    scene.office.hear(entry("10.00", end_to_end="PN-2026-R1-2"))

    assert progress.of_run(session, run).state is State.PARTLY_PAID
    assert scene.office.world.balance(accounts.run(1)) == 1_000
    assert scene.office.findings() == []


def test_one_statement_sent_by_four_people_at_once_is_read_once(database: Database, committed: World) -> None:
    scene = opened(committed)
    scene.office.earned(scene.shop, scene.serials[:2])
    scene.office.approved()
    data = statement(entry("20.00", end_to_end="PN-2026-R1-1"), iban=IBAN)

    outcomes = together(committed, [lambda w: scene.office.within(w).confirm(data)] * 4)

    assert sorted(len(found.matched) for found in outcomes) == [0, 0, 0, 1]
    with database.transaction() as session:
        assert session.scalar(select(func.count()).select_from(PaymentOutcome)) == 1
    assert committed.balance("bank") == -8_000
    assert scene.office.findings() == []


def test_a_file_of_several_accounts_is_read_for_the_campaigns_own(scene: Scene) -> None:
    scene.office.earned(scene.shop, scene.serials[:1])
    scene.office.approved()
    own = statement(entry("10.00", end_to_end="PN-2026-R1-1"), iban=IBAN).decode()
    foreign = statement(entry("10.00", end_to_end="PN-2026-R1-1"), number="F").decode()
    both = own.replace("</Stmt>", "</Stmt>" + foreign[foreign.index("<Stmt>") : foreign.index("</Stmt>") + 7])

    found = scene.office.confirm(both.encode())

    assert [one.booked.iban for one in found.matched] == [IBAN]
