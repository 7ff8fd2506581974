import pytest

from tests.world import World, serials_of
from voucher_service.ledger import accounts
from voucher_service.vouchers.spent import VoucherIsSpent


def test_the_venue_is_owed_what_the_voucher_held(given: World) -> None:
    given.campaign()
    serials = serials_of(given.in_hand()[0])
    shop = given.shop()

    outcome = given.redeem(serials[:3], shop)

    assert outcome.total_cents == 3_000
    assert given.balance(accounts.due(shop.venue.no)) == 3_000
    assert given.balance(accounts.voucher(serials[0], 1)) == 0
    assert given.balance(accounts.USED) == 3


def test_a_voucher_pays_once(given: World) -> None:
    given.campaign()
    serial = serials_of(given.in_hand()[0])[0]
    shop = given.shop()
    given.redeem([serial], shop)

    with pytest.raises(VoucherIsSpent):
        given.redeem([serial], shop)

    assert given.balance(accounts.due(shop.venue.no)) == 1_000
