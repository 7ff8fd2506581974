from typing import Any

import pytest

from tests.races import Act, overtaken, together
from tests.world import NOW, TODAY, World
from voucher_service.funding import suspense
from voucher_service.funding.pledges import AmountIsNotPositive, FunderIsNotInTheKey
from voucher_service.funding.suspense import (
    Clearance,
    ClearanceDiffers,
    DepositIsUnknown,
    LessIsWaiting,
    PledgeIsTooSmall,
    Waiting,
)
from voucher_service.kernel.database import Database
from voucher_service.ledger import accounts

FUNDS, PLEDGED = accounts.funds("metropole"), accounts.pledged("metropole")


def _attribute(world: World, cents: int, **said: Any) -> Clearance:
    what: dict[str, Any] = {"deposit": "VIR-1", "funder": "metropole", "reference": "DEC-1"} | said
    return world.do(  # type: ignore[no-any-return]
        lambda s: suspense.attribute(
            s,
            series=world.series,
            amount_cents=cents,
            reason="Avis de versement retrouvé",
            decided_on=TODAY,
            at=NOW,
            by=world.finance,
            **what,
        )
    )


def _send_back(world: World, cents: int, **said: Any) -> Clearance:
    what: dict[str, Any] = {"deposit": "VIR-1", "reference": "RET-1"} | said
    return world.do(  # type: ignore[no-any-return]
        lambda s: suspense.send_back(
            s,
            series=world.series,
            amount_cents=cents,
            reason="Versé par erreur",
            decided_on=TODAY,
            at=NOW,
            by=world.finance,
            **what,
        )
    )


def _waiting(world: World) -> list[Waiting]:
    return world.do(  # type: ignore[no-any-return]
        lambda s: suspense.waiting(s, series=world.series, by=world.finance)
    )


def _unknown(world: World, cents: int = 10_000, promised: int = 50_000) -> World:
    """Have money come from nobody known."""
    world.campaign()
    world.pledge(promised)
    world.deposit(cents, funder=None, reference="VIR-1")
    return world


def test_money_from_nobody_known_becomes_the_funds_of_who_is_found_to_have_sent_it(given: World) -> None:
    _unknown(given)

    fact = _attribute(given, 10_000)

    assert (fact.funder, fact.amount_cents, fact.series) == ("metropole", 10_000, given.series)
    assert (given.balance(accounts.SUSPENSE), given.balance("bank")) == (0, -10_000)
    assert (given.balance(FUNDS), given.balance(PLEDGED)) == (10_000, 40_000)
    assert given.balance(accounts.receivable("metropole")) == -40_000
    assert _waiting(given) == []


def test_what_was_attributed_pays_for_vouchers(given: World) -> None:
    _unknown(given)
    _attribute(given, 10_000)

    given.activate(given.produced(1))

    assert given.balance(FUNDS) == 0


def test_what_exceeded_a_promise_answers_the_promise_that_was_raised(given: World) -> None:
    given.campaign()
    given.pledge(50_000)
    given.deposit(60_000, reference="VIR-1")
    with pytest.raises(PledgeIsTooSmall) as refused:
        _attribute(given, 10_000)
    given.pledge(8_000)

    _attribute(given, 8_000)

    assert refused.value.still_promised_cents == 0
    assert (given.balance(FUNDS), given.balance(PLEDGED)) == (58_000, 0)
    assert _waiting(given) == [Waiting("VIR-1", "metropole", TODAY, 60_000, 2_000)]


def test_what_one_funder_paid_too_much_may_turn_out_to_be_another_s(given: World) -> None:
    given.campaign()
    given.pledge(50_000, "etat")
    given.deposit(7_000, "metropole", "VIR-1")

    _attribute(given, 7_000, funder="etat")

    assert given.balance(accounts.funds("etat")) == 7_000
    assert (given.balance(FUNDS), given.balance(accounts.SUSPENSE)) == (0, 0)


def test_one_deposit_may_be_of_two_funders_and_partly_nobody_s(given: World) -> None:
    _unknown(given)
    given.pledge(1_000, "etat")

    _attribute(given, 6_000)
    _attribute(given, 1_000, funder="etat", reference="DEC-2")
    _send_back(given, 3_000)

    assert (given.balance(FUNDS), given.balance(accounts.funds("etat"))) == (6_000, 1_000)
    assert (given.balance("bank"), given.balance(accounts.SUSPENSE)) == (-7_000, 0)
    listed = given.do(lambda s: suspense.search(s, series=given.series, by=given.finance))
    after = listed[0].entry_no
    paged = given.do(
        lambda s: suspense.search(s, series=given.series, by=given.finance, after=after, limit=1)
    )
    assert [(one.funder, one.amount_cents) for one in listed] == [
        ("metropole", 6_000),
        ("etat", 1_000),
        (None, 3_000),
    ]
    assert [one.reference for one in paged] == ["DEC-2"]


def test_money_goes_back_to_its_sender(given: World) -> None:
    _unknown(given)

    fact = _send_back(given, 10_000)

    assert (fact.funder, given.balance("bank"), given.balance(accounts.SUSPENSE)) == (None, 0, 0)
    with pytest.raises(LessIsWaiting):
        _attribute(given, 1)


def test_no_more_leaves_suspense_than_waits_there_of_that_deposit(given: World) -> None:
    _unknown(given)
    given.deposit(5_000, funder=None, reference="VIR-2")
    _attribute(given, 6_000)

    with pytest.raises(LessIsWaiting) as refused:
        _attribute(given, 4_001, reference="DEC-2")
    with pytest.raises(LessIsWaiting):
        _send_back(given, 4_001)

    assert repr(refused.value.waiting_cents) == "4000"
    assert [(one.reference, one.waiting_cents) for one in _waiting(given)] == [
        ("VIR-1", 4_000),
        ("VIR-2", 5_000),
    ]


def test_the_same_decision_again_changes_nothing_and_another_under_its_reference_is_refused(
    given: World,
) -> None:
    _unknown(given)
    first = _attribute(given, 4_000)

    again = _attribute(given, 4_000)
    with pytest.raises(ClearanceDiffers) as refused:
        _attribute(given, 5_000)
    with pytest.raises(ClearanceDiffers):
        _send_back(given, 4_000, reference="DEC-1")

    assert again.entry_no == first.entry_no
    assert (refused.value.funder, refused.value.amount_cents) == ("metropole", 4_000)
    assert given.balance(FUNDS) == 4_000


def test_money_is_attributed_to_a_funder_of_the_key_from_a_deposit_that_exists(given: World) -> None:
    _unknown(given)
    given.funder("region")

    with pytest.raises(FunderIsNotInTheKey):
        _attribute(given, 1_000, funder="region")
    with pytest.raises(DepositIsUnknown):
        _attribute(given, 1_000, deposit="VIR-9")
    for cents in (0, -1):
        with pytest.raises(AmountIsNotPositive):
            _attribute(given, cents)
        with pytest.raises(AmountIsNotPositive):
            _send_back(given, cents)


def test_two_who_attribute_the_same_money_at_once_attribute_it_once(
    database: Database, committed: World
) -> None:
    _unknown(committed)
    committed.pledge(50_000, "etat")

    late = overtaken(
        database,
        committed,
        first=lambda world: _attribute(world, 10_000),
        second=lambda world: _attribute(world, 10_000, funder="etat", reference="DEC-2"),
    )

    assert late is LessIsWaiting
    assert (committed.balance(FUNDS), committed.balance(accounts.SUSPENSE)) == (10_000, 0)


def test_who_sends_back_what_is_being_attributed_finds_nothing_left(
    database: Database, committed: World
) -> None:
    _unknown(committed)

    late = overtaken(
        database,
        committed,
        first=lambda world: _attribute(world, 10_000),
        second=lambda world: _send_back(world, 1),
    )

    assert late is LessIsWaiting
    assert committed.balance("bank") == -10_000


def test_the_same_decision_sent_twice_at_once_is_recorded_once(database: Database, committed: World) -> None:
    _unknown(committed)

    late = overtaken(
        database,
        committed,
        first=lambda world: _attribute(world, 10_000),
        second=lambda world: _attribute(world, 10_000),
    )

    assert isinstance(late, Clearance)
    assert committed.balance(FUNDS) == 10_000


def test_of_many_decisions_at_once_only_what_waits_is_taken(committed: World) -> None:
    _unknown(committed)

    def deciding(number: int) -> Act:
        return lambda world: _attribute(world, 3_000, reference=f"DEC-{number}")

    outcomes = together(committed, [deciding(number) for number in range(6)])

    assert sum(isinstance(one, Clearance) for one in outcomes) == 3
    assert (committed.balance(FUNDS), committed.balance(accounts.SUSPENSE)) == (9_000, 1_000)
