from datetime import date

import pytest

from tests.world import World, serials_of
from voucher_service.funding import campaigns
from voucher_service.kernel.actor import Actor
from voucher_service.vouchers import states
from voucher_service.vouchers.redemption import Taken
from voucher_service.vouchers.register import VoucherIsUnknown
from voucher_service.vouchers.states import State


def _of(world: World, booklet: str) -> dict[str, State]:
    seen = world.do(
        lambda s: states.of_booklet(s, campaign_id=campaigns.get(s, world.series).id, booklet=booklet)
    )
    return {one.serial: one.state for one in seen}


def test_each_voucher_of_a_booklet_is_worth_what_happened_to_it(given: World) -> None:
    given.campaign()
    booklet, shop = given.in_hand()[0], given.shop()
    used, void, given_back, too_late, replaced, whole = serials_of(booklet)[:6]
    given.redeem([used], shop)
    given.void(serials=[void])
    for serial, on in ((given_back, date(2026, 6, 15)), (too_late, date(2027, 2, 1))):
        taken = given.redeem([serial], shop).items[0]
        assert isinstance(taken, Taken)
        given.reverse(taken.redemption_id, shop.clerk, on=on)
    given.replace(serials=[replaced])

    seen = _of(given, booklet)

    assert [seen[one] for one in (used, void, given_back, too_late, replaced, whole)] == [
        State.USED,
        State.VOID,
        State.ACTIVE,
        State.EXPIRED,
        State.ACTIVE,
        State.ACTIVE,
    ]
    assert set(_of(given, given.produced()[0]).values()) == {State.INACTIVE}


def test_a_voucher_is_seen_by_those_whom_it_concerns(given: World) -> None:
    given.campaign()
    desk, other, shop, rival = given.desk(), given.desk(), given.shop(), given.shop()
    serials = serials_of(given.in_hand(1, desk)[0])
    given.redeem(serials[:1], shop)

    def sees(by: Actor, serial: str) -> bool:
        try:
            return bool(given.do(lambda s: states.get(s, serial=serial, by=by)))
        except VoucherIsUnknown:
            return False

    everybody = (given.finance, desk.worker, other.worker, shop.clerk, rival.clerk)
    assert [sees(by, serials[0]) for by in everybody] == [True, True, False, True, False]
    assert [sees(by, serials[1]) for by in everybody] == [True, True, False, False, False]


@pytest.mark.parametrize(
    "serial", ["PN-2026-000099-01", "HT-2099-000001-01", "", "PN-2026", "PN-2026-000001"]
)
def test_a_voucher_that_does_not_exist_is_unknown(given: World, serial: str) -> None:
    given.campaign()
    given.produced()

    with pytest.raises(VoucherIsUnknown):
        given.do(lambda s: states.get(s, serial=serial, by=given.finance))
