from datetime import date
from typing import Any

import pytest

from tests.vouchers.acts import give_back
from tests.world import Shop, World, outcome_of, serials_of
from voucher_service.kernel.identifiers import new_id
from voucher_service.ledger import accounts
from voucher_service.vouchers.redemption import RedemptionIsUnknown, Taken
from voucher_service.vouchers.reversal import Cause, RedemptionIsFrozen, RedemptionIsReversed
from voucher_service.vouchers.spent import VoucherIsExpired

TOO_LATE = date(2027, 2, 1)


def _take(world: World, serial: str, shop: Shop, issue: int = 1) -> Taken:
    taken = world.redeem([serial], shop, issue=issue).items[0]
    assert isinstance(taken, Taken)
    return taken


def test_a_redemption_given_back_makes_the_voucher_good_again(given: World) -> None:
    given.campaign()
    serial, shop, other = serials_of(given.in_hand()[0])[0], given.shop(), given.shop()
    taken = _take(given, serial, shop)

    fact = given.reverse(taken.redemption_id, shop.clerk)

    assert (fact.cause, fact.is_claim, fact.serial) == (Cause.OTHER_ERROR, False, serial)
    assert given.balance(accounts.due(shop.venue.no)) == 0
    assert given.balance(accounts.voucher(serial, 1)) == 1_000
    assert given.balance(accounts.BENEFICIARIES) == 10
    assert given.redeem([serial], other).total_cents == 1_000


def test_a_voucher_may_be_taken_and_given_back_again_and_again(given: World) -> None:
    given.campaign()
    serial, shop = serials_of(given.in_hand()[0])[0], given.shop()

    for _ in range(3):
        given.reverse(_take(given, serial, shop).redemption_id, shop.clerk)
    last = _take(given, serial, shop)

    assert given.balance(accounts.due(shop.venue.no)) == 1_000
    assert last.serial == serial


def test_each_voucher_of_a_basket_is_given_back_alone(given: World) -> None:
    given.campaign()
    serials, shop = serials_of(given.in_hand()[0]), given.shop()
    taken = [item for item in given.redeem(serials[:3], shop).items if isinstance(item, Taken)]

    given.reverse(taken[0].redemption_id, shop.clerk)
    given.reverse(taken[2].redemption_id, shop.clerk)

    assert given.balance(accounts.due(shop.venue.no)) == 1_000
    assert [given.balance(accounts.voucher(serial, 1)) for serial in serials[:3]] == [1_000, 0, 1_000]


def test_a_redemption_is_given_back_once(given: World) -> None:
    given.campaign()
    serial, shop = serials_of(given.in_hand()[0])[0], given.shop()
    taken = _take(given, serial, shop)
    given.reverse(taken.redemption_id, shop.clerk)

    with pytest.raises(RedemptionIsReversed):
        given.reverse(taken.redemption_id, shop.clerk)
    _take(given, serial, shop)
    with pytest.raises(RedemptionIsReversed):
        given.reverse(taken.redemption_id, given.finance)


def test_another_operator_s_redemption_is_unknown(given: World) -> None:
    given.campaign()
    serial, shop, other = serials_of(given.in_hand()[0])[0], given.shop(), given.shop()
    taken = _take(given, serial, shop)

    with pytest.raises(RedemptionIsUnknown):
        given.reverse(taken.redemption_id, other.clerk)
    with pytest.raises(RedemptionIsUnknown):
        given.reverse(new_id(), shop.clerk)
    assert given.balance(accounts.due(shop.venue.no)) == 1_000


def test_what_is_frozen_in_a_run_is_given_back_by_finance_alone_and_is_a_claim(given: World) -> None:
    given.campaign()
    serial, shop = serials_of(given.in_hand()[0])[0], given.shop()
    taken = _take(given, serial, shop)

    with pytest.raises(RedemptionIsFrozen) as refused:
        given.reverse(taken.redemption_id, shop.clerk, run=7)
    fact = given.reverse(taken.redemption_id, given.finance, run=7)

    assert refused.value.run == 7
    assert fact.is_claim


def test_what_is_given_back_after_its_time_expires_at_once(given: World) -> None:
    given.campaign()
    serial, shop = serials_of(given.in_hand()[0])[0], given.shop()
    taken = _take(given, serial, shop)

    given.reverse(taken.redemption_id, shop.clerk, on=TOO_LATE)

    assert given.balance(accounts.due(shop.venue.no)) == 0
    assert given.balance(accounts.voucher(serial, 1)) == 0
    assert given.balance(accounts.EXPIRED) == 1_000
    assert given.balance(accounts.EXPIRED_PAPERS) == 1
    assert _late(given, serial, shop) is VoucherIsExpired


def _late(world: World, serial: str, shop: Shop) -> Any:
    return outcome_of(lambda: world.redeem([serial], shop, served_on=TOO_LATE, today=TOO_LATE))


def test_on_the_last_day_of_presentation_the_voucher_is_good_again(given: World) -> None:
    given.campaign()
    serial, shop = serials_of(given.in_hand()[0])[0], given.shop()
    taken = _take(given, serial, shop)

    given.reverse(taken.redemption_id, shop.clerk, on=date(2027, 1, 31))

    assert given.balance(accounts.voucher(serial, 1)) == 1_000


def test_the_paper_returns_where_its_booklet_is_now(given: World) -> None:
    given.campaign()
    desk, shop = given.desk(), given.shop()
    booklet = given.in_hand(1, desk)[0]
    serial = serials_of(booklet)[0]
    taken = _take(given, serial, shop)
    give_back(given, booklet, desk)

    given.reverse(taken.redemption_id, shop.clerk)

    assert given.balance(accounts.prescriber(desk.site.no)) == 10
    assert given.balance(accounts.BENEFICIARIES) == 0
    given.hand_over([booklet], desk)
    assert given.balance(accounts.BENEFICIARIES) == 10


def test_the_paper_returns_to_a_booklet_that_was_lost_meanwhile(given: World) -> None:
    given.campaign()
    booklet, shop = given.in_hand()[0], given.shop()
    serials = serials_of(booklet)
    taken = _take(given, serials[0], shop)
    given.void(booklets=[booklet])

    given.reverse(taken.redemption_id, shop.clerk)

    assert given.balance(accounts.booklet(booklet)) == 1
    assert given.void(serials=serials[:1]).serials == (serials[0],)


def test_the_new_paper_of_a_replaced_voucher_is_taken_and_given_back_like_any_other(given: World) -> None:
    given.campaign()
    serial, shop = serials_of(given.in_hand()[0])[0], given.shop()
    given.reverse(_take(given, serial, shop).redemption_id, shop.clerk)
    given.replace(serials=[serial])

    given.reverse(_take(given, serial, shop, issue=2).redemption_id, shop.clerk)
    _take(given, serial, shop, issue=2)

    assert given.balance(accounts.due(shop.venue.no)) == 1_000
