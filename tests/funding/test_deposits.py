from datetime import date

import pytest

from tests.world import NOW, TODAY, World
from voucher_service.funding import campaigns, deposits
from voucher_service.funding.deposits import (
    Deposit,
    DepositDiffers,
    ExerciceIsMissing,
    FunderRefund,
    FundsAreShort,
    MoneyIsShort,
)
from voucher_service.funding.funders import FunderIsUnknown
from voucher_service.funding.pledges import AmountIsNotPositive
from voucher_service.funding.terms import MoneySide
from voucher_service.ledger import accounts


def _refund(world: World, cents: int, funder: str = "metropole") -> FunderRefund:
    return world.do(  # type: ignore[no-any-return]
        lambda s: deposits.refund(
            s,
            series=world.series,
            funder=funder,
            amount_cents=cents,
            reference="Restitution",
            paid_on=TODAY,
            at=NOW,
            by=world.finance,
        )
    )


def _listed(world: World) -> list[Deposit]:
    return world.do(lambda s: deposits.search(s, series=world.series, by=world.finance))  # type: ignore[no-any-return]


def test_what_answers_a_promise_becomes_the_funder_s_funds(given: World) -> None:
    given.campaign()
    given.pledge(50_000)

    given.deposit(20_000)

    assert given.balance("bank") == -20_000
    assert given.balance(accounts.funds("metropole")) == 20_000
    assert given.balance(accounts.pledged("metropole")) == 30_000
    assert given.balance(accounts.receivable("metropole")) == -30_000


def test_what_exceeds_the_promise_waits_in_suspense(given: World) -> None:
    given.campaign()
    given.pledge(50_000)

    given.deposit(60_000)

    assert given.balance(accounts.funds("metropole")) == 50_000
    assert given.balance(accounts.SUSPENSE) == 10_000
    assert [one.matched_cents for one in _listed(given)] == [50_000]


def test_money_that_nobody_promised_waits_in_suspense(given: World) -> None:
    given.campaign()
    given.funder("region")

    given.deposit(1_000, funder=None)
    given.deposit(2_000, funder="region")
    given.deposit(4_000, funder="etat")

    assert given.balance(accounts.SUSPENSE) == 7_000
    assert given.balance("bank") == -7_000
    assert given.balance(accounts.funds("etat")) == 0
    assert {one.matched_cents for one in _listed(given)} == {0}


def test_the_same_line_of_the_bank_again_changes_nothing(given: World) -> None:
    given.campaign()
    given.pledge(50_000)

    given.deposit(20_000, reference="VIR-1")
    given.deposit(20_000, reference="VIR-1")

    assert given.balance("bank") == -20_000
    assert len(_listed(given)) == 1


@pytest.mark.parametrize(("cents", "funder"), [(20_001, "metropole"), (20_000, "etat"), (20_000, None)])
def test_the_same_reference_with_other_facts_is_refused(given: World, cents: int, funder: str | None) -> None:
    given.campaign()
    given.pledge(50_000)
    given.deposit(20_000, reference="VIR-1")

    with pytest.raises(DepositDiffers) as refused:
        given.deposit(cents, funder, reference="VIR-1")

    assert refused.value.amount_cents == 20_000
    assert given.balance("bank") == -20_000


def test_the_same_reference_on_another_day_is_refused(given: World) -> None:
    given.campaign()
    given.deposit(1_000, funder=None, reference="VIR-1")

    with pytest.raises(DepositDiffers):
        given.do(
            lambda s: deposits.receive(
                s,
                series=given.series,
                reference="VIR-1",
                amount_cents=1_000,
                received_on=date(2026, 6, 14),
                at=NOW,
                by=given.finance,
            )
        )


def test_the_same_reference_is_received_once_in_each_campaign(given: World) -> None:
    given.campaign()
    other = World(given.do, given.keyring, series="HT-2026")
    other.campaign()

    for world in (given, other):
        world.deposit(1_000, funder=None, reference="VIR-1")

    assert (given.balance("bank"), other.balance("bank")) == (-1_000, -1_000)


def test_a_public_accountant_s_credits_are_an_engagement_of_an_exercice(given: World) -> None:
    given.campaign(money_side=MoneySide.COMMITMENT)
    given.pledge(50_000)

    with pytest.raises(ExerciceIsMissing):
        given.do(
            lambda s: deposits.receive(
                s,
                series=given.series,
                reference="ENG-1",
                amount_cents=1_000,
                received_on=TODAY,
                at=NOW,
                by=given.finance,
                funder="metropole",
            )
        )
    given.deposit(30_000, reference="ENG-2")

    assert given.balance("commitment") == -30_000
    assert given.balance("bank") == 0
    assert given.balance(accounts.funds("metropole")) == 30_000
    assert [one.exercice for one in _listed(given)] == [2026]


def test_a_deposit_is_more_than_nothing_and_from_a_funder_that_exists(given: World) -> None:
    given.campaign()

    for cents in (0, -1):
        with pytest.raises(AmountIsNotPositive):
            given.deposit(cents)
    with pytest.raises(FunderIsUnknown):
        given.deposit(1_000, funder="inconnu")


def test_unspent_money_goes_back_to_its_funder(given: World) -> None:
    given.campaign()
    given.funds(50_000)
    given.pledge(5_000)

    fact = _refund(given, 20_000)

    assert (fact.amount_cents, fact.funder) == (20_000, "metropole")
    assert given.balance("bank") == -30_000
    assert given.balance(accounts.funds("metropole")) == 30_000
    assert given.balance(accounts.pledged("metropole")) == 5_000
    assert given.do(lambda s: deposits.refunds(s, series=given.series, by=given.finance)) == [fact]


def test_what_is_in_vouchers_or_in_suspense_is_not_given_back(given: World) -> None:
    given.campaign()
    given.funds(15_000)
    given.activate(given.produced(1))
    given.deposit(9_000)

    with pytest.raises(FundsAreShort) as refused:
        _refund(given, 5_001)
    _refund(given, 5_000)

    assert refused.value.available_cents == 5_000
    assert given.balance("bank") == -19_000
    with pytest.raises(FundsAreShort):
        _refund(given, 1)


def test_what_was_voided_may_go_back(given: World) -> None:
    given.campaign()
    booklet = given.active(1)[0]
    given.void(booklets=[booklet])

    _refund(given, 10_000)

    assert given.balance("bank") == 0


def test_a_refund_is_more_than_nothing_and_to_a_funder_of_the_key(given: World) -> None:
    given.campaign()
    given.funds(1_000)

    with pytest.raises(AmountIsNotPositive):
        _refund(given, 0)
    with pytest.raises(FundsAreShort):
        _refund(given, 1, "inconnu")
    with pytest.raises(FundsAreShort):
        _refund(given, 1, "etat")


def test_an_outflow_is_covered_by_the_campaign_s_money(given: World) -> None:
    given.campaign()
    given.deposit(1_000, funder=None)

    def cover(cents: int) -> None:
        given.do(
            lambda s: deposits.refuse_if_not_covered(
                s, campaign=campaigns.get(s, given.series), amount_cents=cents
            )
        )

    cover(1_000)
    with pytest.raises(MoneyIsShort) as refused:
        cover(1_001)
    assert refused.value.money_cents == 1_000


def test_deposits_are_listed_by_reference(given: World) -> None:
    given.campaign()
    for reference in ("VIR-2", "VIR-1", "VIR-3"):
        given.deposit(1_000, funder=None, reference=reference)

    page = given.do(
        lambda s: deposits.search(s, series=given.series, by=given.finance, after="VIR-1", limit=1)
    )

    assert [one.reference for one in page] == ["VIR-2"]
