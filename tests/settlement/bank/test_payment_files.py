"""Tests of one debit booked for all the payments of a file, and of what details it before or after."""

from functools import partial

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.settlement.bank.told import credit, day, fee, notice
from tests.settlement.camt import detail, entry
from tests.settlement.office import Scene
from tests.settlement.pain002 import answer, said
from tests.world import NOW
from voucher_service.settlement.bank import balances, queue, resolving, suggestions
from voucher_service.settlement.bank.hearing import Heard
from voucher_service.settlement.bank.lines import BankLine
from voucher_service.settlement.bank.resolutions import Meaning
from voucher_service.settlement.bank.resolving import LineDoesNotFit, LineGoesTheOtherWay
from voucher_service.settlement.matching import Doubt
from voucher_service.settlement.outcomes import Fate, PaymentOutcome

FIRST, SECOND = "PN-2026-R1-1", "PN-2026-R1-2"
NAMED = "<Btch><PmtInfId>PN-2026-R1</PmtInfId><NbOfTxs>2</NbOfTxs></Btch>"


@pytest.fixture
def sent(scene: Scene) -> Scene:
    """Give a file of two payments, of 20 € and of 10 €, that the bank was sent."""
    scene.office.earned(scene.shop, scene.serials[:2])
    scene.office.earned(scene.other, scene.serials[2:3])
    scene.office.export(scene.office.approved())
    return scene


def whole(amount: str = "30.00", *, reference: str = "LOT-1", details: str = NAMED, extra: str = "") -> str:
    return entry(amount, reference=reference, details=details, extra=extra)


def paid(session: Session) -> dict[str, int]:
    rows = session.scalars(select(PaymentOutcome).where(PaymentOutcome.fate == Fate.PAID))
    return {one.reference: one.amount_cents for one in rows}


def doubts(heard: Heard) -> list[Doubt]:
    return [*heard.waiting.values()]


def both(**named: str) -> list[str]:
    """Write the two payments one by one."""
    prefix = named.get("prefix", "N")
    return [
        entry("20.00", reference=f"{prefix}-1", end_to_end=FIRST),
        entry("10.00", reference=f"{prefix}-2", end_to_end=SECOND),
    ]


@pytest.mark.parametrize(
    "debit",
    [
        whole(),
        whole(details="<Btch><MsgId>PN-2026-R1</MsgId></Btch>"),
        whole(details="<Btch><MsgId>PN-2026-R1</MsgId><PmtInfId>B-77</PmtInfId></Btch>"),
        whole(details="<TxDtls><Refs><MsgId>BANK-1</MsgId><PmtInfId>PN-2026-R1</PmtInfId></Refs></TxDtls>"),
        whole(details=detail("PN-2026-R1")),
        whole(details=detail("NOTPROVIDED", more="<RmtInf><Ustrd>VIR SEPA PN-2026-R1 2 OP</Ustrd></RmtInf>")),
        whole(details=f"{NAMED}{detail(FIRST)}{detail(SECOND)}"),
        whole(details=f"{NAMED}{detail(FIRST, amount='20.00')}{detail('NOTPROVIDED')}"),
    ],
)
def test_one_debit_for_a_file_pays_all_of_its_payments(sent: Scene, session: Session, debit: str) -> None:
    heard = sent.office.listen(day(debit))

    assert (heard.count(Meaning.FILE), doubts(heard)) == (1, [])
    assert paid(session) == {f"LOT-1/{FIRST}": 2_000, f"LOT-1/{SECOND}": 1_000}
    assert sent.office.world.balance("bank") == -7_000
    assert sent.office.findings() == []


def test_details_inside_the_debit_are_payments_one_by_one(sent: Scene, session: Session) -> None:
    inside = f"{NAMED}{detail(FIRST, amount='20.00')}{detail(SECOND, amount='10.00')}"

    heard = sent.office.listen(day(whole(details=inside)))

    assert heard.count(Meaning.PAYMENT) == 2
    assert paid(session) == {"LOT-1/1": 2_000, "LOT-1/2": 1_000}
    assert sent.office.findings() == []


def test_the_same_debit_again_changes_nothing(sent: Scene, session: Session) -> None:
    sent.office.listen(day(whole()))

    again = sent.office.listen(day(whole(), number="STMT-2"))
    by_notice = sent.office.listen(notice(whole(reference="AVIS-1"), number="NOTICE-1"))

    assert (again.known, doubts(by_notice)) == (1, [])
    assert len(paid(session)) == 2
    assert sent.office.world.balance("bank") == -7_000
    assert sent.office.findings() == []


@pytest.mark.parametrize("amount", ["29.99", "30.01", "20.00"])
def test_a_debit_that_is_not_the_sum_waits_and_posts_nothing(
    sent: Scene, session: Session, amount: str
) -> None:
    heard = sent.office.listen(day(whole(amount)))

    assert doubts(heard) == [Doubt.AMOUNT_DIFFERS]
    assert paid(session) == {}
    [waiting] = queue.search(session, asked=queue.Asked())
    assert waiting.doubt is Doubt.AMOUNT_DIFFERS
    assert sent.office.world.balance("bank") == -10_000


def test_what_the_bank_refused_is_not_in_the_sum_whenever_it_says_so(sent: Scene, session: Session) -> None:
    early = sent.office.listen(day(whole("20.00")))
    refusal = sent.office.listen(answer(said(SECOND, "RJCT", "AC04")))

    assert doubts(early) == [Doubt.AMOUNT_DIFFERS]
    assert refusal.count(Meaning.FILE) == 1
    assert paid(session) == {f"LOT-1/{FIRST}": 2_000}
    assert sent.office.findings() == []


def test_a_payment_told_by_itself_on_a_statement_is_not_in_the_sum(sent: Scene, session: Session) -> None:
    apart = entry("20.00", reference="SEUL", end_to_end=FIRST)

    heard = sent.office.listen(day(whole("10.00"), apart))

    assert (heard.count(Meaning.FILE), heard.count(Meaning.PAYMENT), doubts(heard)) == (1, 1, [])
    assert paid(session) == {"SEUL": 2_000, f"LOT-1/{SECOND}": 1_000}
    assert sent.office.findings() == []


def test_a_notice_before_details_the_debit_and_counts_once(sent: Scene, session: Session) -> None:
    sent.office.listen(notice(*both()))

    heard = sent.office.listen(day(whole()))

    assert (heard.count(Meaning.FILE), doubts(heard)) == (1, [])
    assert paid(session) == {"N-1": 2_000, "N-2": 1_000}
    assert sent.office.world.balance("bank") == -7_000
    assert queue.waiting(session).movements == 0
    assert sent.office.findings() == []


def test_a_notice_of_a_part_before_leaves_the_rest_to_the_debit(sent: Scene, session: Session) -> None:
    sent.office.listen(notice(both()[0]))

    sent.office.listen(day(whole()))

    assert paid(session) == {"N-1": 2_000, f"LOT-1/{SECOND}": 1_000}
    assert sent.office.findings() == []


def test_a_notice_after_details_the_debit_and_counts_once(sent: Scene, session: Session) -> None:
    sent.office.listen(day(whole()))

    heard = sent.office.listen(notice(*both()))
    twice = sent.office.listen(notice(*both(), number="NOTICE-2"))

    assert (heard.count(Meaning.TOLD_AGAIN), doubts(heard)) == (2, [])
    assert twice.known == 2
    assert {*doubts(sent.office.listen(notice(*both(prefix="M"), number="NOTICE-3")))} == {Doubt.PAID_ALREADY}
    assert sent.office.world.balance("bank") == -7_000
    assert queue.waiting(session).movements == 2
    assert sent.office.findings() == []


def test_a_notice_of_the_sum_and_a_statement_of_the_payments_count_once(
    sent: Scene, session: Session
) -> None:
    sent.office.listen(notice(whole()))

    heard = sent.office.listen(day(*both()))

    assert (heard.count(Meaning.TOLD_AGAIN), doubts(heard)) == (2, [])
    assert sent.office.world.balance("bank") == -7_000
    assert sent.office.findings() == []


def test_the_bank_and_the_books_agree_day_by_day(sent: Scene, session: Session) -> None:
    sides = [
        f'<Bal><Tp><CdOrPrtry><Cd>{code}</Cd></CdOrPrtry></Tp><Amt Ccy="EUR">{amount}</Amt>'
        "<CdtDbtInd>CRDT</CdtDbtInd><Dt><Dt>2026-11-24</Dt></Dt></Bal>"
        for code, amount in (("OPBD", "100.00"), ("CLBD", "70.00"))
    ]
    sent.office.listen(notice(*both()))

    sent.office.listen(day(*sides, whole()))

    [compared] = balances.compare(session)
    assert (compared.ledger_cents, compared.waiting_cents, compared.difference_cents) == (7_000, 0, 0)


@pytest.mark.parametrize("second", [[whole(reference="LOT-2")], both(prefix="S")])
def test_a_statement_that_debits_a_file_twice_waits_for_a_person(sent: Scene, second: list[str]) -> None:
    sent.office.listen(day(whole()))

    heard = sent.office.listen(day(*second, number="STMT-2"))

    assert {*doubts(heard)} == {Doubt.PAID_ALREADY}
    assert len(heard.waiting) == len(second)
    assert sent.office.world.balance("bank") == -7_000


def test_a_return_told_with_the_debit_or_after_it_reopens_one_due(sent: Scene, session: Session) -> None:
    back = entry("20.00", side="CRDT", reference="RET", end_to_end=FIRST)

    heard = sent.office.listen(day(back, whole()))

    assert (heard.count(Meaning.FILE), heard.count(Meaning.RETURN)) == (1, 1)
    assert sent.office.world.balance("bank") == -9_000
    assert sent.office.findings() == []


def test_a_debit_that_the_money_does_not_cover_waits_whole(sent: Scene, session: Session) -> None:
    sent.office.listen(day(fee("75.00")))

    heard = sent.office.listen(day(whole(), number="STMT-2"))
    sent.office.world.pledge(10_000)
    later = sent.office.listen(day(credit("100.00", reference="D", name="Metropole"), number="STMT-3"))

    assert doubts(heard) == [Doubt.MONEY_IS_SHORT]
    assert {one.meaning for one in later.meant} == {Meaning.DEPOSIT, Meaning.FILE}
    assert sent.office.findings() == []


def test_a_person_names_the_file_of_a_debit_that_names_none(sent: Scene, session: Session) -> None:
    heard = sent.office.listen(day(whole(details="<Btch><NbOfTxs>2</NbOfTxs></Btch>")))
    [line] = session.scalars(select(BankLine))
    [suggested] = suggestions.of_line(session, line)

    sent.office.world.do(
        partial(
            resolving.resolve,
            line=line.no,
            meaning=suggested.meaning,
            series=suggested.series,
            reference=suggested.reference,
            at=NOW,
            by=sent.office.clerk,
        )
    )

    assert doubts(heard) == [Doubt.UNKNOWN]
    assert (suggested.meaning, suggested.reference) == (Meaning.FILE, "PN-2026-R1")
    assert len(paid(session)) == 2
    assert sent.office.findings() == []


@pytest.mark.parametrize(
    ("told", "meaning", "refusal"),
    [
        (whole("29.00", details=""), Meaning.FILE, LineDoesNotFit),
        (whole(details=""), Meaning.TOLD_AGAIN, LineDoesNotFit),
        (credit("30.00"), Meaning.FILE, LineGoesTheOtherWay),
    ],
)
def test_a_person_cannot_say_it_of_what_does_not_fit(
    sent: Scene, session: Session, told: str, meaning: Meaning, refusal: type[Exception]
) -> None:
    sent.office.listen(day(told))
    [line] = session.scalars(select(BankLine))

    with pytest.raises(refusal):
        sent.office.world.do(
            partial(
                resolving.resolve,
                line=line.no,
                meaning=meaning,
                series="PN-2026",
                reference="PN-2026-R1",
                at=NOW,
                by=sent.office.clerk,
            )
        )
    assert paid(session) == {}
