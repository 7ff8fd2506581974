from datetime import timedelta

import pytest

from tests.world import TODAY, World, serials_of
from voucher_service.kernel.actor import Actor
from voucher_service.vouchers import redemption_search
from voucher_service.vouchers.redemption import RedemptionIsUnknown, Taken
from voucher_service.vouchers.redemption_search import FoundRedemption, Wish


def _found(world: World, by: Actor, **wish: object) -> list[FoundRedemption]:
    return world.do(  # type: ignore[no-any-return]
        lambda s: redemption_search.search(s, wish=Wish(**wish), by=by)  # type: ignore[arg-type]
    )


def test_redemptions_are_found_newest_first_with_what_became_of_them(given: World) -> None:
    given.campaign()
    serials, shop = serials_of(given.in_hand()[0]), given.shop()
    first = given.redeem(serials[:1], shop, served_on=TODAY - timedelta(days=2)).items[0]
    given.redeem(serials[1:2], shop)
    assert isinstance(first, Taken)
    given.reverse(first.redemption_id, shop.clerk)

    found = _found(given, given.finance, series=given.series, venue_id=shop.venue.id)

    assert [(one.serial, one.reversed_on) for one in found] == [(serials[1], None), (serials[0], TODAY)]
    assert [one.serial for one in _found(given, given.finance, from_on=TODAY)] == [serials[1]]
    before = _found(given, given.finance, until_on=TODAY - timedelta(days=1))
    assert [one.serial for one in before] == [serials[0]]


def test_a_venue_finds_its_own_operator_s_redemptions(given: World) -> None:
    given.campaign()
    serials, shop, rival = serials_of(given.in_hand()[0]), given.shop(), given.shop()
    taken = given.redeem(serials[:1], shop).items[0]
    assert isinstance(taken, Taken)

    assert [one.id for one in _found(given, shop.clerk)] == [taken.redemption_id]
    assert _found(given, rival.clerk) == []
    with pytest.raises(RedemptionIsUnknown):
        given.do(lambda s: redemption_search.get(s, redemption_id=taken.redemption_id, by=rival.clerk))
