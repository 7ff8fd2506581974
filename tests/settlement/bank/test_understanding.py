"""Tests of what movements of the account are understood to be, without anybody's help."""

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.settlement.bank.told import credit, day, fee, notice
from tests.settlement.camt import detail, entry
from tests.settlement.office import Scene
from tests.world import NOW, TODAY
from voucher_service.funding import deposits, pledges
from voucher_service.funding.deposits import Deposit
from voucher_service.funding.pledges import PledgeKind
from voucher_service.ledger import accounts
from voucher_service.settlement.bank import charges
from voucher_service.settlement.bank.lines import BankLine
from voucher_service.settlement.bank.resolutions import BankResolution, Meaning
from voucher_service.settlement.claims import repayments
from voucher_service.settlement.matching import Doubt


def meanings(session: Session) -> list[Meaning]:
    return list(session.scalars(select(BankResolution.meaning).order_by(BankResolution.line_no)))


def received(session: Session) -> list[tuple[str, str | None, int]]:
    rows = session.execute(
        select(Deposit.reference, Deposit.funder, Deposit.amount_cents).order_by(Deposit.at)
    )
    return [(row[0], row[1], row[2]) for row in rows]


@pytest.fixture
def ordered(scene: Scene) -> Scene:
    """Give an approved payment of 20 €, and a pledge of 500 € that is waited for."""
    scene.office.earned(scene.shop, scene.serials[:2])
    scene.office.approved()
    world = scene.office.world
    world.do(
        lambda s: pledges.pledge(
            s,
            series=world.series,
            funder="metropole",
            kind=PledgeKind.PLEDGE,
            amount_cents=50_000,
            reference="CONV-2026-077",
            dated_on=TODAY,
            at=NOW,
            by=world.finance,
        )
    )
    return scene


def test_a_notice_and_a_statement_that_tell_of_one_movement_count_it_once(
    ordered: Scene, session: Session
) -> None:
    told = entry("20.00", reference="N-1", end_to_end="PN-2026-R1-1")
    booked = entry("20.00", reference="S-1", end_to_end="PN-2026-R1-1")

    first = ordered.office.listen(notice(told))
    second = ordered.office.listen(day(booked))
    third = ordered.office.listen(notice(told, number="NOTICE-2"))

    assert (len(first.matching.matched), second.known, third.known) == (1, 1, 1)
    assert len(session.scalars(select(BankLine)).all()) == 1
    assert ordered.office.world.balance("bank") == -8_000
    assert ordered.office.findings() == []


def test_two_movements_that_are_alike_stay_two_whoever_tells_of_them(
    ordered: Scene, session: Session
) -> None:
    twice = [entry("20.00", reference=f"N-{no}", end_to_end="PN-2026-R1-1") for no in (1, 2)]
    again = [entry("20.00", reference=f"S-{no}", end_to_end="PN-2026-R1-1") for no in (1, 2)]

    ordered.office.listen(notice(*twice))
    heard = ordered.office.listen(day(*again))

    assert len(session.scalars(select(BankLine)).all()) == 2
    assert [*heard.waiting.values()] == [Doubt.PAID_ALREADY]
    assert (heard.known, ordered.office.world.balance("bank")) == (1, -8_000)


def test_one_movement_on_two_statements_is_one(ordered: Scene, session: Session) -> None:
    line = entry("20.00", reference="S-1", end_to_end="PN-2026-R1-1")

    ordered.office.listen(day(line))
    heard = ordered.office.listen(day(line, number="STMT-2"))

    assert (heard.is_new, heard.known) == (True, 1)
    assert len(session.scalars(select(BankLine)).all()) == 1


def test_a_payment_named_in_the_words_alone_is_known_when_its_amount_agrees(ordered: Scene) -> None:
    words = "<RmtInf><Ustrd>VIR SEPA PN-2026-R1-1 PASS NUMERIQUE</Ustrd></RmtInf>"

    wrong = ordered.office.listen(
        day(entry("19.00", reference="A", details=detail("NOTPROVIDED", more=words)), number="A")
    )
    right = ordered.office.listen(
        day(entry("20.00", reference="B", details=detail("NOTPROVIDED", more=words)), number="B")
    )

    assert [*wrong.waiting.values()] == [Doubt.UNKNOWN]
    assert len(right.matching.matched) == 1
    assert ordered.office.findings() == []


@pytest.mark.parametrize(
    "line",
    [
        credit("500.00", said="Solde convention CONV-2026-077"),
        credit("500.00", name="MÉTROPOLE"),
        credit("500.00", end_to_end="CONV-2026-077"),
    ],
)
def test_a_funders_money_is_recognised_by_its_pledge_or_its_name(
    ordered: Scene, session: Session, line: str
) -> None:
    heard = ordered.office.listen(day(line))
    again = ordered.office.listen(day(line, number="STMT-2"))

    assert (heard.count(Meaning.DEPOSIT), again.known) == (1, 1)
    assert ("VIR-1", "metropole", 50_000) in received(session)
    assert ordered.office.world.balance(accounts.pledged("metropole")) == 0
    assert ordered.office.findings() == []


def test_a_funders_account_is_remembered_from_the_deposit_before(ordered: Scene, session: Session) -> None:
    iban = "FR1420041010050500013M02606"
    ordered.office.listen(day(credit("100.00", name="Metropole", iban=iban)))

    heard = ordered.office.listen(
        day(credit("50.00", reference="VIR-2", name="TRESORERIE", iban=iban), number="2")
    )

    assert heard.count(Meaning.DEPOSIT) == 1
    assert ("VIR-2", "metropole", 5_000) in received(session)


def test_money_from_nobody_known_waits(ordered: Scene, session: Session) -> None:
    before = received(session)

    heard = ordered.office.listen(day(credit("33.00", name="Inconnu", said="don")))

    assert [*heard.waiting.values()] == [Doubt.UNKNOWN]
    assert received(session) == before
    assert ordered.office.findings() == []


def test_a_deposit_entered_by_hand_is_not_received_a_second_time(ordered: Scene, session: Session) -> None:
    ordered.office.world.deposit(50_000, reference="VIR-77")

    named = ordered.office.listen(day(credit("500.00", reference="VIR-77", name="Metropole")))

    assert named.count(Meaning.DEPOSIT) == 1
    assert len([one for one in received(session) if one[2] == 50_000]) == 1
    assert ordered.office.findings() == []


def test_a_deposit_that_looks_like_one_entered_by_hand_waits_for_a_person(ordered: Scene) -> None:
    ordered.office.world.deposit(50_000, reference="saisi à la main")
    line = credit("500.00", name="Metropole").replace("2026-11-24", TODAY.isoformat())

    heard = ordered.office.listen(day(line))

    assert [*heard.waiting.values()] == [Doubt.PERHAPS_ENTERED]


def test_a_fee_of_the_bank_is_owed_by_the_accounts_keeper_and_eats_no_funders_money(
    ordered: Scene, session: Session
) -> None:
    world = ordered.office.world
    before = world.balance(accounts.funds("metropole"))

    heard = ordered.office.listen(day(fee("3.50")))

    assert heard.count(Meaning.CHARGE) == 1
    assert (world.balance("bank"), world.balance(charges.ACCOUNT)) == (-9_650, -350)
    assert world.balance(accounts.funds("metropole")) == before
    assert ordered.office.findings() == []


@pytest.mark.parametrize("line", [fee("100.01"), fee("3.50", code="ESCT"), fee("3.50", side="CRDT")])
def test_a_large_fee_a_debit_without_the_code_and_a_credit_wait_for_a_person(
    ordered: Scene, line: str
) -> None:
    heard = ordered.office.listen(day(line))

    assert len(heard.waiting) == 1
    assert ordered.office.world.balance(charges.ACCOUNT) == 0


def test_what_the_money_does_not_cover_waits_until_a_deposit_explains_it(scene: Scene) -> None:
    office = scene.office
    office.earned(scene.shop, scene.serials)
    office.approved()
    office.listen(day(fee("10.00")))

    short = office.listen(day(entry("100.00", reference="P", end_to_end="PN-2026-R1-1"), number="2"))
    office.world.pledge(5_000)
    later = office.listen(day(credit("50.00", reference="D", name="Metropole"), number="3"))

    assert [*short.waiting.values()] == [Doubt.MONEY_IS_SHORT]
    assert {one.meaning for one in later.meant} == {Meaning.DEPOSIT, Meaning.PAYMENT}
    assert office.world.balance("bank") == -(10_000 - 1_000 - 10_000 + 5_000)
    assert office.findings() == []


def test_a_reference_that_the_bank_uses_again_for_other_money_waits(ordered: Scene) -> None:
    ordered.office.listen(day(credit("100.00", name="Metropole")))

    heard = ordered.office.listen(day(credit("90.00", name="Metropole"), number="2"))

    assert [*heard.waiting.values()] == [Doubt.REFERENCE_IS_TAKEN]


def test_a_refund_entered_by_hand_is_known_on_the_statement(ordered: Scene, session: Session) -> None:
    world = ordered.office.world
    world.deposit(50_000)
    world.do(
        lambda s: deposits.refund(
            s,
            series=world.series,
            funder="metropole",
            amount_cents=7_000,
            reference="REST-1",
            paid_on=TODAY,
            at=NOW,
            by=world.finance,
        )
    )
    details = detail("NOTPROVIDED", more="<RmtInf><Ustrd>restitution REST-1</Ustrd></RmtInf>")

    heard = ordered.office.listen(day(entry("70.00", reference="X", details=details)))

    assert heard.count(Meaning.REFUND) == 1
    assert ordered.office.findings() == []


def test_money_that_only_a_notice_tells_of_waits_for_the_statement(ordered: Scene) -> None:
    line = credit("500.00", name="Metropole")

    told = ordered.office.listen(notice(line))
    booked = ordered.office.listen(day(line))

    assert [*told.waiting.values()] == [Doubt.NOTICE_ONLY]
    assert booked.count(Meaning.DEPOSIT) == 1


def test_what_a_venue_gave_back_is_known_on_the_statement(ordered: Scene) -> None:
    office = ordered.office
    [taken] = office.earned(ordered.shop, ordered.serials[2:3])
    office.hear(entry("20.00", reference="A", end_to_end="PN-2026-R1-1"))
    office.approved()
    office.hear(entry("10.00", reference="B", end_to_end="PN-2026-R2-1"))
    office.reverse(taken)
    office.world.do(
        lambda s: repayments.repay(
            s,
            series=office.world.series,
            operator_id=ordered.shop.clerk.organisation_id,
            amount_cents=1_000,
            reference="REMB-12",
            repaid_on=TODAY,
            at=NOW,
            by=office.clerk,
        )
    )

    heard = office.listen(day(credit("10.00", said="remboursement REMB-12"), number="3"))

    assert heard.count(Meaning.REPAYMENT) == 1
    assert office.findings() == []
