import pytest

from tests.world import NOW, TODAY, World
from voucher_service.funding import pledges
from voucher_service.funding.pledges import (
    AmountIsNotPositive,
    FunderIsNotInTheKey,
    Pledge,
    PledgeIsMostlyPaid,
    PledgeKind,
)
from voucher_service.ledger import accounts


def _amend(world: World, cents: int) -> Pledge:
    return world.do(  # type: ignore[no-any-return]
        lambda s: pledges.pledge(
            s,
            series=world.series,
            funder="metropole",
            kind=PledgeKind.AMENDMENT,
            amount_cents=cents,
            reference="Avenant 1",
            dated_on=TODAY,
            at=NOW,
            by=world.finance,
        )
    )


def _withdraw(world: World, funder: str = "metropole") -> Pledge:
    return world.do(  # type: ignore[no-any-return]
        lambda s: pledges.withdraw(
            s,
            series=world.series,
            funder=funder,
            reference="Dédit",
            dated_on=TODAY,
            at=NOW,
            by=world.finance,
        )
    )


def _promised(world: World) -> tuple[int, int]:
    return (
        world.balance(accounts.pledged("metropole")),
        -world.balance(accounts.receivable("metropole")),
    )


def test_a_promise_is_a_claim_and_nothing_to_spend(given: World) -> None:
    given.campaign()

    given.pledge(50_000)

    assert _promised(given) == (50_000, 50_000)
    assert given.balance(accounts.funds("metropole")) == 0
    assert given.balance("bank") == 0


def test_an_amendment_adds_or_takes_away(given: World) -> None:
    given.campaign()
    given.pledge(50_000)

    _amend(given, 10_000)
    taken = _amend(given, -25_000)

    assert (taken.kind, taken.amount_cents) == (PledgeKind.AMENDMENT, -25_000)
    assert _promised(given) == (35_000, 35_000)


def test_what_is_paid_is_not_taken_back_by_an_amendment(given: World) -> None:
    given.campaign()
    given.pledge(50_000)
    given.deposit(30_000)

    with pytest.raises(PledgeIsMostlyPaid) as refused:
        _amend(given, -20_001)
    _amend(given, -20_000)

    assert refused.value.still_promised_cents == 20_000
    assert _promised(given) == (0, 0)


def test_a_withdrawal_takes_back_all_that_is_still_promised(given: World) -> None:
    given.campaign()
    given.pledge(50_000)
    given.deposit(30_000)

    withdrawn = _withdraw(given)

    assert (withdrawn.kind, withdrawn.amount_cents) == (PledgeKind.WITHDRAWAL, -20_000)
    assert _promised(given) == (0, 0)
    assert given.balance(accounts.funds("metropole")) == 30_000
    with pytest.raises(PledgeIsMostlyPaid):
        _withdraw(given)


def test_a_promise_is_more_than_nothing(given: World) -> None:
    given.campaign()

    for cents in (0, -1):
        with pytest.raises(AmountIsNotPositive):
            given.pledge(cents)
    with pytest.raises(AmountIsNotPositive):
        _amend(given, 0)


def test_only_a_funder_of_the_key_promises(given: World) -> None:
    given.campaign()
    given.funder("region")

    with pytest.raises(FunderIsNotInTheKey):
        given.pledge(1_000, "region")
    with pytest.raises(PledgeIsMostlyPaid):
        _withdraw(given, "region")


def test_promises_are_listed_in_their_order(given: World) -> None:
    given.campaign()
    given.pledge(1_000)
    given.pledge(2_000, "etat")
    _amend(given, 3_000)

    listed = given.do(lambda s: pledges.search(s, series=given.series, by=given.finance))
    page = given.do(
        lambda s: pledges.search(s, series=given.series, by=given.finance, after=listed[0].id, limit=1)
    )

    assert [one.amount_cents for one in listed] == [1_000, 2_000, 3_000]
    assert page == listed[1:2]
