"""What goes back to a funder is prepared by one person, approved by another, and paid from money that is there."""

from typing import Any

import pytest

from tests.expiring import AFTER_ALL, approve, colleague, over, pay, prepare, release
from tests.world import NOW, World, outcome_of
from voucher_service.funding import deposits, refunding, refunds
from voucher_service.funding.deposits import FundsAreShort
from voucher_service.funding.pledges import AmountIsNotPositive, FunderIsNotInTheKey
from voucher_service.funding.refunding import LessIsToBeRefunded
from voucher_service.funding.refunds import RefundIsElsewhere, RefundIsUnknown, Source, Standing
from voucher_service.identity.separation import DutiesAreIncompatible
from voucher_service.ledger import accounts


def _expired(world: World, booklets: int = 1) -> None:
    world.campaign()
    world.in_hand(booklets)
    over(world)
    release(world)


def test_a_refund_of_expired_value_takes_two_people_and_leaves_the_money(given: World) -> None:
    _expired(given)
    refund = prepare(given, 4_000)
    assert (refund.number, refund.payee) == ("PN-2026-F1", "metropole")

    assert outcome_of(lambda: approve(given, refund, given.finance)) is DutiesAreIncompatible
    assert outcome_of(lambda: pay(given, refund)) is RefundIsElsewhere
    approve(given, refund, colleague(given))
    step = pay(given, refund, "VIR-9")

    assert (step.reference, step.dated_on) == ("VIR-9", AFTER_ALL)
    assert given.balance(accounts.refund("metropole")) == 6_000
    assert given.balance("bank") == -6_000
    [paid] = given.do(lambda s: deposits.refunds(s, series=given.series, by=given.finance))
    assert (paid.funder, paid.amount_cents, paid.reference) == ("metropole", 4_000, "VIR-9")


def test_a_refund_is_paid_once(given: World) -> None:
    _expired(given)
    refund = prepare(given, 4_000)
    approve(given, refund, colleague(given))
    pay(given, refund)

    assert outcome_of(lambda: pay(given, refund)) is RefundIsElsewhere
    assert outcome_of(lambda: approve(given, refund, colleague(given))) is RefundIsElsewhere


def test_refunds_under_way_never_take_more_than_waits(given: World) -> None:
    _expired(given)
    prepare(given, 7_000)

    with pytest.raises(LessIsToBeRefunded) as refused:
        prepare(given, 3_001)
    assert refused.value.waiting_cents == 3_000
    prepare(given, 3_000)


def test_unspent_money_is_set_aside_when_its_refund_is_prepared(given: World) -> None:
    given.campaign()
    given.funds(15_000)
    refund = prepare(given, 10_000, source=Source.UNSPENT)

    assert given.balance(accounts.funds("metropole")) == 5_000
    assert given.balance(accounts.refund("metropole")) == 10_000
    assert outcome_of(lambda: prepare(given, 5_001, source=Source.UNSPENT)) is FundsAreShort
    given.do(
        lambda s: refunding.withdraw(
            s, series=given.series, no=refund.no, reason="Erreur", on=AFTER_ALL, at=NOW, by=given.finance
        )
    )
    assert given.balance(accounts.funds("metropole")) == 15_000
    assert outcome_of(lambda: approve(given, refund, colleague(given))) is RefundIsElsewhere


def test_a_withdrawn_refund_of_expired_value_waits_again(given: World) -> None:
    _expired(given)
    refund = prepare(given, 10_000)
    approve(given, refund, colleague(given))
    given.do(
        lambda s: refunding.withdraw(
            s, series=given.series, no=refund.no, reason="Erreur", on=AFTER_ALL, at=NOW, by=given.finance
        )
    )

    assert given.balance(accounts.refund("metropole")) == 10_000
    assert prepare(given, 10_000).no == 2


def test_what_one_funder_bears_may_be_paid_to_who_advanced_it(given: World) -> None:
    given.campaign()
    given.funds(5_000, "etat")
    refund = prepare(given, 5_000, source=Source.UNSPENT, funder="etat", payee="metropole")
    approve(given, refund, colleague(given))

    pay(given, refund)

    assert refund.payee == "metropole"
    assert given.balance(accounts.funds("etat")) == 0
    assert given.balance("bank") == 0


def test_refunds_that_cannot_be_are_refused(given: World) -> None:
    given.campaign()
    given.funder("caf")

    assert outcome_of(lambda: prepare(given, 0)) is AmountIsNotPositive
    assert outcome_of(lambda: prepare(given, 1, funder="caf")) is FunderIsNotInTheKey
    assert outcome_of(lambda: prepare(given, 1, payee="caf")) is FunderIsNotInTheKey
    assert outcome_of(lambda: prepare(given, 1)) is LessIsToBeRefunded
    unknown: dict[str, Any] = {"series": given.series, "no": 9}
    assert (
        outcome_of(lambda: given.do(lambda s: refunds.get(s, **unknown, by=given.finance))) is RefundIsUnknown
    )


def test_refunds_are_listed_newest_first_by_how_far_they_are(given: World) -> None:
    _expired(given, 2)
    first, second, third = (prepare(given, cents) for cents in (1_000, 2_000, 3_000))
    approve(given, second, colleague(given))
    approve(given, third, colleague(given))
    pay(given, third)

    def listed(standing: Standing | None = None) -> list[tuple[int, Standing]]:
        found = given.do(
            lambda s: refunds.search(s, by=given.finance, series=given.series, standing=standing)
        )
        return [(one.refund.no, one.standing) for one in found]

    assert listed() == [(3, Standing.PAID), (2, Standing.APPROVED), (1, Standing.PREPARED)]
    assert listed(Standing.PREPARED) == [(first.no, Standing.PREPARED)]
    assert listed(Standing.APPROVED) == [(second.no, Standing.APPROVED)]
    assert listed(Standing.PAID) == [(third.no, Standing.PAID)]
