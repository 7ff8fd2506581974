"""What came of a call: matched to deposits, or paid outside; what is due is aged from its deadline."""

from datetime import timedelta
from typing import Any

import pytest

from tests.books import findings_in
from tests.expiring import call, receive, schedule
from tests.races import together
from tests.world import TODAY, World, outcome_of, serials_of
from voucher_service.funding.pledges import AmountIsNotPositive
from voucher_service.funding.suspense import DepositIsUnknown
from voucher_service.settlement import call_receipts
from voucher_service.settlement.call_receipts import (
    CallIsPaidElsewhere,
    CallReceipt,
    DepositIsAnothers,
    DepositIsMatched,
    Due,
    LessIsDue,
    Standing,
)
from voucher_service.settlement.fund_calls import Basis, FundCall


def _called(world: World, cents: int = 10_000) -> FundCall:
    world.campaign()
    world.pledge(cents)
    schedule(world, [(TODAY, cents)])
    return call(world, Basis.INSTALMENTS, funder="metropole")


def _dues(world: World, days: int = 0, **wish: Any) -> list[Due]:
    today = TODAY + timedelta(days=days)
    return world.do(  # type: ignore[no-any-return]
        lambda s: call_receipts.search(s, today=today, by=world.finance, series=world.series, **wish)
    )


def test_a_deposit_answers_a_call_and_what_is_left_stays_due(given: World) -> None:
    made = _called(given)
    given.deposit(6_000, reference="VIR-1")

    receive(given, made, 6_000, deposit="VIR-1")

    [due] = _dues(given)
    assert (due.number, due.received_cents, due.due_cents, due.age) == ("PN-2026-AF1", 6_000, 4_000, "")
    assert findings_in(given) == []


def test_a_deposit_answers_calls_up_to_what_it_is(given: World) -> None:
    made = _called(given)
    given.deposit(6_000, reference="VIR-1")
    receive(given, made, 5_000, deposit="VIR-1")

    with pytest.raises(DepositIsMatched) as refused:
        receive(given, made, 1_001, deposit="VIR-1")
    assert refused.value.left_cents == 1_000
    [left] = given.do(lambda s: call_receipts.unmatched(s, campaign_id=made.campaign_id, funder="metropole"))
    assert (left.reference, left.left_cents) == ("VIR-1", 1_000)


def test_a_call_receives_no_more_than_it_asks_for(given: World) -> None:
    made = _called(given)
    given.deposit(20_000, reference="VIR-1")

    with pytest.raises(LessIsDue) as refused:
        receive(given, made, 10_001, deposit="VIR-1")
    assert refused.value.due_cents == 10_000


def test_money_of_another_funder_or_of_nobody_answers_no_call(given: World) -> None:
    made = _called(given)
    given.deposit(5_000, None, "VIR-INCONNU")

    assert outcome_of(lambda: receive(given, made, 1, deposit="VIR-INCONNU")) is DepositIsAnothers
    assert outcome_of(lambda: receive(given, made, 1, deposit="VIR-ABSENT")) is DepositIsUnknown
    assert outcome_of(lambda: receive(given, made, 0, deposit="VIR-INCONNU")) is AmountIsNotPositive


def test_what_is_paid_outside_the_campaign_has_a_reference_of_its_own(given: World) -> None:
    given.campaign()
    [booklet] = given.in_hand()
    given.redeem(serials_of(booklet)[:2], given.shop())
    made = call(given, outside=True)

    assert outcome_of(lambda: receive(given, made, 500)) is CallIsPaidElsewhere
    assert outcome_of(lambda: receive(given, made, 500, deposit="VIR-1")) is CallIsPaidElsewhere
    receive(given, made, 1_000, reference="MANDAT 2026-44")

    assert [due.due_cents for due in _dues(given, standing=Standing.SETTLED)] == [0]


@pytest.mark.parametrize(
    ("days", "age", "late"),
    [(30, "", 0), (31, "1-30", 1), (60, "1-30", 1), (61, "31-60", 1), (91, "61-90", 1), (121, "90+", 1)],
)
def test_what_is_due_is_aged_from_its_deadline(given: World, days: int, age: str, late: int) -> None:
    _called(given)

    assert [due.age for due in _dues(given, days)] == [age]
    assert len(_dues(given, days, standing=Standing.LATE)) == late
    assert len(_dues(given, days, standing=Standing.OPEN)) == 1


def test_two_receipts_at_once_never_exceed_the_call(committed: World) -> None:
    made = _called(committed)
    committed.deposit(10_000, reference="VIR-1")

    outcomes = together(committed, [lambda w: receive(w, made, 6_000, deposit="VIR-1")] * 4)

    assert [type(one) for one in outcomes if not isinstance(one, type)] == [CallReceipt]
    assert findings_in(committed) == []
