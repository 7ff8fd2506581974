"""Funders are called for what they owe: each instalment and each used voucher once, exact to the cent."""

from datetime import date, timedelta
from functools import partial
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import given as for_all
from hypothesis import strategies as st
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tests.books import findings_in
from tests.conftest import Workspace
from tests.expiring import call, campaign_id, schedule
from tests.races import together
from tests.world import TODAY, World, in_session, outcome_of, serials_of
from voucher_service.funding.pledges import FunderIsNotInTheKey
from voucher_service.funding.terms import DueOn, KeyPart
from voucher_service.kernel.keys import Keyring
from voucher_service.settlement import fund_calls
from voucher_service.settlement.calling import DeadlineIsPast, InstalmentsArePaidIn, NothingToCall
from voucher_service.settlement.fund_calls import Basis, CallIsUnknown, CallLine, FundCall
from voucher_service.vouchers import patterns
from voucher_service.vouchers.redemption import Taken


def test_a_call_on_used_vouchers_asks_for_what_is_borne_and_was_not_advanced(given: World) -> None:
    given.campaign()
    [booklet] = given.in_hand()
    given.redeem(serials_of(booklet)[:4], given.shop())

    made = call(given)

    assert (made.number, made.things, made.amount_cents) == ("PN-2026-AF1", 4, 2_000)
    owed = given.do(lambda s: fund_calls.beneficiaries(s, campaign_id=made.campaign_id, no=made.no))
    assert owed == {"metropole": 2_000}
    assert findings_in(given) == []


def test_a_voucher_is_called_once_and_one_recorded_late_is_in_the_next_call(given: World) -> None:
    given.campaign()
    [booklet] = given.in_hand()
    serials, shop = serials_of(booklet), given.shop()
    given.redeem(serials[:2], shop)
    call(given)
    assert outcome_of(lambda: call(given)) is NothingToCall

    given.redeem(serials[2:5], shop, served_on=TODAY - timedelta(days=9))
    second = call(given)

    assert (second.no, second.things, second.amount_cents) == (2, 3, 1_500)


def test_what_is_given_back_after_it_was_called_is_taken_off_the_next_call_once(given: World) -> None:
    given.campaign()
    [booklet] = given.in_hand()
    serials, shop = serials_of(booklet), given.shop()
    taken = [item for item in given.redeem(serials[:3], shop).items if isinstance(item, Taken)]
    call(given)
    given.reverse(taken[0].redemption_id, shop.clerk)
    assert outcome_of(lambda: call(given)) is NothingToCall

    given.redeem(serials[:1], shop)
    given.redeem(serials[3:4], shop)
    second = call(given)

    assert (second.things, second.amount_cents) == (3, 500)
    assert outcome_of(lambda: call(given)) is NothingToCall
    assert findings_in(given) == []


def test_what_was_given_back_before_any_call_is_in_none(given: World) -> None:
    given.campaign()
    [booklet] = given.in_hand()
    shop = given.shop()
    [taken] = given.redeem(serials_of(booklet)[:1], shop).items
    assert isinstance(taken, Taken)
    given.reverse(taken.redemption_id, shop.clerk)

    assert outcome_of(lambda: call(given)) is NothingToCall


def test_who_advanced_more_than_it_bears_is_not_called(given: World) -> None:
    given.campaign()
    [booklet] = given.in_hand()
    given.redeem(serials_of(booklet)[:1], given.shop())

    assert outcome_of(lambda: call(given, funder="metropole")) is NothingToCall


def test_instalments_are_called_from_their_day_and_once(given: World) -> None:
    given.campaign()
    given.pledge(10_000)
    schedule(given, [(TODAY, 6_000), (TODAY + timedelta(days=1), 4_000)])
    asked: dict[str, Any] = {"basis": Basis.INSTALMENTS, "funder": "metropole"}

    first = call(given, **asked)
    assert (first.things, first.amount_cents) == (1, 6_000)
    assert outcome_of(lambda: call(given, **asked)) is NothingToCall
    second = call(given, **asked, until=TODAY + timedelta(days=1))

    assert (second.no, second.amount_cents) == (2, 4_000)
    assert findings_in(given) == []


def test_calls_that_make_no_sense_are_refused(given: World) -> None:
    given.campaign()
    given.funder("caf")

    assert outcome_of(lambda: call(given, funder="caf")) is FunderIsNotInTheKey
    assert outcome_of(lambda: call(given, pay_by=TODAY)) is DeadlineIsPast
    assert outcome_of(lambda: call(given, Basis.INSTALMENTS, outside=True)) is InstalmentsArePaidIn
    with pytest.raises(CallIsUnknown):
        given.do(lambda s: fund_calls.get(s, series=given.series, no=1, by=given.finance))


def test_two_people_who_call_at_once_call_each_voucher_once(committed: World) -> None:
    committed.campaign()
    [booklet] = committed.in_hand()
    committed.redeem(serials_of(booklet)[:4], committed.shop())

    outcomes = together(committed, [call] * 4)

    assert [type(one) for one in outcomes if one is not NothingToCall] == [FundCall]
    assert committed.do(lambda s: s.scalar(select(func.count()).select_from(CallLine))) == 4
    assert findings_in(committed) == []


@settings(
    max_examples=8,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@for_all(
    parts=st.lists(st.tuples(st.integers(0, 7), st.integers(0, 7)), min_size=2, max_size=4).filter(
        lambda parts: all(a + b for a, b in parts) and all(sum(side) for side in zip(*parts, strict=True))
    ),
    face=st.sampled_from([100, 999, 1000, 1753]),
)
def test_for_any_key_all_calls_together_ask_for_what_is_borne(
    workspace: Workspace, keyring: Keyring, parts: list[tuple[int, int]], face: int
) -> None:
    with workspace.clean().engine.connect() as connection, connection.begin() as everything:
        with Session(connection, expire_on_commit=False, join_transaction_mode="create_savepoint") as session:
            world = in_session(session, keyring)
            key = [KeyPart(f"f{no}", a, b, DueOn.USED) for no, (a, b) in enumerate(parts)]
            _all_used(world, key, face)
            whole = 10 * face
            advanced = patterns.totals(whole, {part.funder: part.advanced_parts for part in key})
            borne = patterns.totals(whole, {part.funder: part.borne_parts for part in key})
            for part in key:
                owed = borne[part.funder] - advanced[part.funder]
                if owed > 0:
                    assert call(world, funder=part.funder).amount_cents == owed
                else:
                    assert outcome_of(partial(call, world, funder=part.funder)) is NothingToCall
            assert campaign_id(world)
            assert findings_in(world) == []
        everything.rollback()


def _all_used(world: World, key: list[KeyPart], face: int) -> None:
    world.campaign(key=key, face_cents=face, use_from=date(2026, 2, 1))
    for part in key:
        world.funds(10 * face, part.funder)
    [booklet] = world.produced()
    world.activate([booklet])
    desk = world.desk()
    world.allocate([booklet], desk)
    world.hand_over([booklet], desk)
    world.redeem(serials_of(booklet), world.shop())
