import pytest

from tests.vouchers.acts import send
from tests.world import Desk, World, serials_of
from voucher_service.funding import campaigns
from voucher_service.kernel.actor import Actor
from voucher_service.vouchers import holdings, sites
from voucher_service.vouchers.holdings import LARGEST_TARGET, NothingIsLeft, TargetIsOutOfBounds
from voucher_service.vouchers.register import BookletIsUnknown, VoucherIsUnknown


def _left(
    world: World, by: Actor, *, serials: list[str] | None = None, booklets: list[str] | None = None
) -> dict[str, int]:
    papers = world.do(
        lambda s: holdings.left(
            s,
            campaign_id=campaigns.get(s, world.series).id,
            serials=serials or [],
            booklets=booklets or [],
            by=by,
            own_sites=sites.own_numbers(s, by),
        )
    )
    return {paper.serial: paper.issue for paper in papers}


def test_what_is_left_of_a_booklet_is_what_was_neither_used_nor_voided(given: World) -> None:
    given.campaign()
    shop, booklet = given.shop(), given.in_hand(1)[0]
    serials = serials_of(booklet)
    given.redeem(serials[:2], shop)
    given.void(serials=serials[2:4])
    given.replace(serials=serials[4:5])

    left = _left(given, given.operator, booklets=[booklet])

    assert left == {serials[4]: 2} | dict.fromkeys(serials[5:], 1)


def test_a_voucher_named_with_its_booklet_counts_once(given: World) -> None:
    given.campaign()
    booklet = given.produced(1)[0]

    assert len(_left(given, given.operator, serials=serials_of(booklet)[:2], booklets=[booklet])) == 10


def test_where_nothing_is_left_it_is_said(given: World) -> None:
    given.campaign()
    shop, booklet = given.shop(), given.in_hand(1)[0]
    given.redeem(serials_of(booklet)[:1], shop)

    with pytest.raises(NothingIsLeft):
        _left(given, given.operator, serials=serials_of(booklet)[:1])


def test_what_does_not_exist_is_unknown(given: World) -> None:
    given.campaign()
    booklet = given.produced(1)[0]

    with pytest.raises(VoucherIsUnknown) as unknown:
        _left(given, given.operator, serials=[serials_of(booklet)[0], "PN-2026-000099-01"])
    with pytest.raises(BookletIsUnknown):
        _left(given, given.operator, booklets=[booklet, "PN-2026-000099"])

    assert unknown.value.serials == ("PN-2026-000099-01",)


def test_a_prescriber_reaches_what_its_sites_hold_or_handed_over_and_nothing_else(given: World) -> None:
    given.campaign()
    desk, other = given.desk(), given.desk()
    at_desk, handed_over, on_its_way, in_stock = given.active(4)
    given.allocate([at_desk, handed_over], desk)
    given.hand_over([handed_over], desk)
    send(given, [on_its_way], desk)

    def reaches(place: Desk, booklet: str) -> bool:
        try:
            return len(_left(given, place.worker, booklets=[booklet])) == 10
        except BookletIsUnknown:
            return False

    assert [reaches(desk, one) for one in (at_desk, handed_over, on_its_way, in_stock)] == [
        True,
        True,
        True,
        False,
    ]
    assert not any(reaches(other, one) for one in (at_desk, handed_over, on_its_way, in_stock))


def test_an_act_names_at_least_one_paper_and_not_thousands(given: World) -> None:
    given.campaign()
    booklets = given.produced(LARGEST_TARGET // 10 + 1)

    with pytest.raises(TargetIsOutOfBounds):
        _left(given, given.operator)
    with pytest.raises(TargetIsOutOfBounds):
        _left(given, given.operator, booklets=booklets)
    assert len(_left(given, given.operator, booklets=booklets[1:])) == LARGEST_TARGET
