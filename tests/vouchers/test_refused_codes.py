from datetime import timedelta

import pytest
from sqlalchemy import select

from tests.vouchers.acts import every, look_up, nobody_s_code
from tests.world import NOW, SERVICE, TODAY, Shop, World, outcome_of, serials_of
from voucher_service.kernel.actor import Actor, Role
from voucher_service.kernel.identifiers import new_id
from voucher_service.network.mediators import Standing
from voucher_service.vouchers import presentation, redemption
from voucher_service.vouchers.delivery import Delivery
from voucher_service.vouchers.presentation import CodeIsUnknown, Occasion
from voucher_service.vouchers.redemption import Outcome
from voucher_service.vouchers.refused_codes import Counter, RefusedCode, TooManyUnknownCodes


def _guess(world: World, shop: Shop, times: int) -> None:
    for number in range(times):
        with pytest.raises(CodeIsUnknown):
            world.redeem_codes([nobody_s_code(number)], shop)


def _redeem_at(world: World, serial: str, shop: Shop, later: timedelta) -> Outcome:
    codes = list(presentation.read_codes([world.letters(serial)], world.keyring.code_pepper()))
    return world.do(  # type: ignore[no-any-return]
        lambda s: redemption.redeem(
            s,
            codes=codes,
            on=Occasion(shop.venue.id, TODAY, TODAY, SERVICE),
            delivered=Delivery(SERVICE, 60, Standing.EMPLOYEE),
            counter=Counter(NOW + later, shop.clerk, shop.venue.id),
        )
    )


def test_ten_unknown_codes_close_the_counter_even_to_good_ones_for_a_quarter_of_an_hour(
    committed: World,
) -> None:
    committed.campaign()
    serial, shop = serials_of(committed.in_hand()[0])[0], committed.shop()
    _guess(committed, shop, 9)
    assert outcome_of(lambda: look_up(committed, [committed.letters(serial)], shop)[0].outcome) == "good"
    _guess(committed, shop, 1)

    with pytest.raises(TooManyUnknownCodes) as refused:
        committed.redeem([serial], shop)

    assert refused.value.retry_after_seconds == 900
    with pytest.raises(TooManyUnknownCodes):
        look_up(committed, [committed.letters(serial)], shop)
    with pytest.raises(TooManyUnknownCodes):
        _redeem_at(committed, serial, shop, timedelta(minutes=14, seconds=59))
    assert _redeem_at(committed, serial, shop, timedelta(minutes=15)).total_cents == 1_000


def test_one_person_s_guesses_do_not_close_the_counter_of_a_colleague(committed: World) -> None:
    committed.campaign()
    serials, shop = serials_of(committed.in_hand()[0]), committed.shop()
    colleague = Shop(shop.venue, Actor(new_id(), shop.clerk.organisation_id, Role.VENUE))
    _guess(committed, shop, 10)

    assert committed.redeem(serials[:1], colleague).total_cents == 1_000


def test_thirty_guesses_by_several_people_of_one_operator_close_all_its_counters_for_an_hour(
    committed: World,
) -> None:
    committed.campaign()
    serials, shop, other = serials_of(committed.in_hand()[0]), committed.shop(), committed.shop()
    for _ in range(3):
        someone = Shop(shop.venue, Actor(new_id(), shop.clerk.organisation_id, Role.VENUE))
        _guess(committed, someone, 10)

    with pytest.raises(TooManyUnknownCodes) as refused:
        committed.redeem(serials[:1], shop)

    assert refused.value.retry_after_seconds == 3_600
    assert committed.redeem(serials[:1], other).total_cents == 1_000


def test_codes_that_are_mistyped_or_spent_are_no_guesses(committed: World) -> None:
    committed.campaign()
    serials, shop = serials_of(committed.in_hand()[0]), committed.shop()
    committed.redeem(serials[:1], shop)
    for _ in range(6):
        outcome_of(lambda: committed.redeem(serials[:1], shop))
        outcome_of(lambda: committed.redeem_codes([nobody_s_code()[:-1] + "Z"], shop))

    assert committed.redeem(serials[1:2], shop).total_cents == 1_000
    reasons = [one.reason for one in every(committed, select(RefusedCode))]
    assert sorted(reasons) == ["code-is-mistyped"] * 6 + ["voucher-is-spent"] * 6


def test_a_remembered_refusal_says_who_where_and_which_voucher(committed: World) -> None:
    campaign = committed.campaign()
    serial, shop = serials_of(committed.in_hand()[0])[0], committed.shop()
    committed.redeem([serial], shop)
    outcome_of(lambda: committed.redeem([serial], shop))

    [fact] = every(committed, select(RefusedCode))

    assert (fact.by, fact.operator_id, fact.venue_id) == (
        shop.clerk.user_id,
        shop.clerk.organisation_id,
        shop.venue.id,
    )
    assert (fact.campaign_id, fact.serial, fact.at) == (campaign.id, serial, NOW)
