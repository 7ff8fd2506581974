"""What goes back to a funder may enter another campaign at once: one act, two books that name each other."""

import pytest
from sqlalchemy import select

from tests.expiring import approve, carry, colleague, over, pay, prepare, release
from tests.world import World, outcome_of
from voucher_service.funding.carry_over import (
    CampaignsPayDifferently,
    CarryOverIsNotPromised,
    RefundIsPaidOut,
)
from voucher_service.funding.deposits import Deposit, FunderRefund
from voucher_service.funding.refunding import RefundIsCarriedOver
from voucher_service.funding.refunds import Refund, RefundIsElsewhere
from voucher_service.funding.terms import MoneySide
from voucher_service.ledger import accounts


@pytest.fixture
def refund(given: World) -> Refund:
    """Give an approved refund of expired value, to be carried over into next year's campaign."""
    given.campaign()
    given.in_hand()
    over(given)
    release(given)
    given.series = "PN-2027"
    given.campaign()
    given.series = "PN-2026"
    prepared = prepare(given, 10_000, into_series="PN-2027")
    approve(given, prepared, colleague(given))
    return prepared


def test_a_carry_over_moves_the_money_from_book_to_book(given: World, refund: Refund) -> None:
    given.series = "PN-2027"
    given.pledge(12_000)

    done = carry(given, refund)

    assert done.deposit == "REPORT-PN-2026-F1"
    assert given.balance(accounts.funds("metropole")) == 10_000
    assert given.balance("bank") == -10_000
    given.series = "PN-2026"
    assert given.balance("bank") == 0
    [left] = given.do(lambda s: s.scalars(select(FunderRefund)).all())
    [arrived] = given.do(lambda s: s.scalars(select(Deposit).where(Deposit.series == "PN-2027")).all())
    assert "PN-2027" in left.reference
    assert (arrived.amount_cents, arrived.matched_cents) == (10_000, 10_000)
    assert outcome_of(lambda: carry(given, refund)) is RefundIsElsewhere


def test_a_carry_over_needs_the_funder_s_promise_in_the_other_campaign(given: World, refund: Refund) -> None:
    given.series = "PN-2027"
    given.pledge(9_999)

    with pytest.raises(CarryOverIsNotPromised) as refused:
        carry(given, refund)

    assert refused.value.still_promised_cents == 9_999


def test_what_is_to_be_carried_over_is_not_paid_out_and_the_other_way_round(
    given: World, refund: Refund
) -> None:
    assert outcome_of(lambda: pay(given, refund)) is RefundIsCarriedOver
    given.in_hand()
    over(given)
    release(given)
    other = prepare(given, 10_000)
    approve(given, other, colleague(given))

    assert outcome_of(lambda: carry(given, other)) is RefundIsPaidOut


def test_money_does_not_pass_from_an_account_to_an_accountant_s_credits(given: World) -> None:
    given.campaign()
    given.in_hand()
    over(given)
    release(given)
    given.series = "PN-2027"
    given.campaign(money_side=MoneySide.COMMITMENT)
    given.pledge(10_000)
    given.series = "PN-2026"
    refund = prepare(given, 10_000, into_series="PN-2027")
    approve(given, refund, colleague(given))

    assert outcome_of(lambda: carry(given, refund)) is CampaignsPayDifferently
