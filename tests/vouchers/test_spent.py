from datetime import timedelta

import pytest

from tests.world import TODAY, World, serials_of
from voucher_service.vouchers.redemption import Taken
from voucher_service.vouchers.spent import (
    VoucherIsNotActive,
    VoucherIsReplaced,
    VoucherIsSpent,
    VoucherIsVoid,
)


def test_a_used_voucher_says_on_which_day(given: World) -> None:
    given.campaign()
    serial, shop = serials_of(given.in_hand()[0])[0], given.shop()
    given.redeem([serial], shop, served_on=TODAY - timedelta(days=2))

    with pytest.raises(VoucherIsSpent) as refused:
        given.redeem([serial], shop)

    assert refused.value.served_on == TODAY - timedelta(days=2)


def test_a_voucher_used_again_after_a_reversal_says_its_last_day(given: World) -> None:
    given.campaign()
    serial, shop = serials_of(given.in_hand()[0])[0], given.shop()
    taken = given.redeem([serial], shop, served_on=TODAY - timedelta(days=2)).items[0]
    assert isinstance(taken, Taken)
    given.reverse(taken.redemption_id, shop.clerk)
    given.redeem([serial], shop, served_on=TODAY - timedelta(days=1))

    with pytest.raises(VoucherIsSpent) as refused:
        given.redeem([serial], shop)

    assert refused.value.served_on == TODAY - timedelta(days=1)


def test_a_voucher_that_was_given_back_and_then_lost_is_void_and_not_used(given: World) -> None:
    given.campaign()
    serial, shop = serials_of(given.in_hand()[0])[0], given.shop()
    taken = given.redeem([serial], shop).items[0]
    assert isinstance(taken, Taken)
    given.reverse(taken.redemption_id, shop.clerk)
    given.void(serials=[serial])

    with pytest.raises(VoucherIsVoid):
        given.redeem([serial], shop)


def test_a_replaced_paper_says_so_even_after_the_new_one_was_used_or_lost(given: World) -> None:
    given.campaign()
    used, lost = serials_of(given.in_hand()[0])[:2]
    shop = given.shop()
    given.replace(serials=[used, lost])
    given.redeem([used], shop, issue=2)
    given.void(serials=[lost])

    for serial in (used, lost):
        with pytest.raises(VoucherIsReplaced):
            given.redeem([serial], shop)
    with pytest.raises(VoucherIsVoid):
        given.redeem([lost], shop, issue=2)


def test_a_voucher_that_nobody_paid_for_yet_is_not_active(given: World) -> None:
    given.campaign()
    serial, shop = serials_of(given.produced()[0])[0], given.shop()

    with pytest.raises(VoucherIsNotActive):
        given.redeem([serial], shop)
    given.void(serials=[serial])
    with pytest.raises(VoucherIsVoid):
        given.redeem([serial], shop)
