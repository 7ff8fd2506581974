import pytest

from tests.vouchers.acts import block, give_back, receive, send, send_back, undo
from tests.world import World, serials_of
from voucher_service.funding.campaigns import CampaignIsBlocked
from voucher_service.kernel.identifiers import new_id
from voucher_service.ledger import accounts
from voucher_service.network.prescribers import SiteIsUnknown
from voucher_service.vouchers import allocation, allocation_search
from voucher_service.vouchers.allocation import AllocationIsReceived, AllocationIsUnknown, CountDiffers
from voucher_service.vouchers.allocation_search import Wish
from voucher_service.vouchers.custody import BookletsAreElsewhere, BookletsAreEmpty, NoBookletIsNamed
from voucher_service.vouchers.objections import BookletIsNotHandedOver
from voucher_service.vouchers.register import BookletIsUnknown


def test_what_is_sent_is_in_transit_until_the_site_has_counted_it(given: World) -> None:
    given.campaign()
    desk, booklets = given.desk(), given.active(3)

    sent = send(given, booklets[:2], desk)

    assert (sent.booklets, sent.papers) == (2, 20)
    assert given.balance(accounts.STOCK) == 10
    assert given.balance(accounts.transit(desk.site.no)) == 20
    receive(given, sent, desk.worker, counted=2)
    assert given.balance(accounts.transit(desk.site.no)) == 0
    assert given.balance(accounts.prescriber(desk.site.no)) == 20


def test_what_did_not_arrive_is_a_shortage_with_its_numbers(given: World) -> None:
    given.campaign()
    desk, shop, booklets = given.desk(), given.shop(), given.active(3)
    sent = send(given, booklets, desk)

    counted = receive(given, sent, desk.worker, counted=2, missing=booklets[1:2])

    assert counted.missing == booklets[1:2]
    assert given.balance(accounts.prescriber(desk.site.no)) == 20
    assert given.balance(accounts.SHORTAGE) == 10
    with pytest.raises(BookletIsNotHandedOver):
        given.redeem(serials_of(booklets[1])[:1], shop)


def test_a_shortage_that_is_found_again_can_be_sent_again(given: World) -> None:
    given.campaign()
    desk, booklets = given.desk(), given.active(1)
    receive(given, send(given, booklets, desk), desk.worker, counted=0, missing=booklets)

    receive(given, send(given, booklets, desk), desk.worker, counted=1)

    assert given.balance(accounts.SHORTAGE) == 0
    assert given.balance(accounts.prescriber(desk.site.no)) == 10


@pytest.mark.parametrize(
    ("counted", "missing"), [(1, []), (3, []), (2, [0]), (1, [7]), (0, [0]), (-1, [0, 1])]
)
def test_a_count_that_does_not_agree_is_refused(given: World, counted: int, missing: list[int]) -> None:
    given.campaign()
    desk, booklets = given.desk(), given.produced(2)
    sent = send(given, booklets, desk)
    named = [f"PN-2026-{place + 1:06d}" for place in missing]

    with pytest.raises(CountDiffers):
        receive(given, sent, desk.worker, counted=counted, missing=named)

    assert given.balance(accounts.transit(desk.site.no)) == 20


def test_an_allocation_is_counted_once(given: World) -> None:
    given.campaign()
    desk = given.desk()
    sent = send(given, given.produced(1), desk)
    receive(given, sent, desk.worker, counted=1)

    with pytest.raises(AllocationIsReceived):
        receive(given, sent, desk.worker, counted=1)


def test_a_voucher_used_before_its_allocation_is_counted_leaves_its_booklet_where_it_is(given: World) -> None:
    given.campaign()
    desk, shop, booklets = given.desk(), given.shop(), given.active(2)
    sent = send(given, booklets, desk)
    given.redeem(serials_of(booklets[0])[:1], shop)

    receive(given, sent, desk.worker, counted=2)

    assert given.balance(accounts.BENEFICIARIES) == 9
    assert given.balance(accounts.prescriber(desk.site.no)) == 10
    assert given.balance(accounts.transit(desk.site.no)) == 0


def test_a_booklet_voided_on_its_way_does_not_keep_the_others_from_being_counted(given: World) -> None:
    given.campaign()
    desk, booklets = given.desk(), given.active(2)
    sent = send(given, booklets, desk)
    given.void(booklets=booklets[:1])

    receive(given, sent, desk.worker, counted=1, missing=booklets[:1])

    assert given.balance(accounts.SHORTAGE) == 0
    assert given.balance(accounts.prescriber(desk.site.no)) == 10


def test_a_site_gives_back_what_it_did_not_hand_out(given: World) -> None:
    given.campaign()
    desk, booklets = given.desk(), given.active(2)
    given.allocate(booklets, desk)

    back = send_back(given, booklets[1:], desk)

    assert (back.booklets, back.papers) == (1, 10)
    assert given.balance(accounts.STOCK) == 10
    assert given.balance(accounts.prescriber(desk.site.no)) == 10


def test_the_operator_may_take_a_site_s_booklets_back(given: World) -> None:
    given.campaign()
    desk, booklets = given.desk(), given.active(1)
    given.allocate(booklets, desk)

    send_back(given, booklets, desk, by=given.operator)

    assert given.balance(accounts.STOCK) == 10


def test_a_begun_booklet_goes_back_with_what_is_left_of_it(given: World) -> None:
    given.campaign()
    desk, shop = given.desk(), given.shop()
    booklet = given.in_hand(1, desk)[0]
    given.redeem(serials_of(booklet)[:3], shop)
    give_back(given, booklet, desk)

    assert send_back(given, [booklet], desk).papers == 7
    assert given.balance(accounts.STOCK) == 7


def test_a_site_cannot_give_back_what_it_does_not_hold(given: World) -> None:
    given.campaign()
    desk, other, booklets = given.desk(), given.desk(), given.active(2)
    given.allocate(booklets[:1], desk)

    with pytest.raises(BookletsAreElsewhere) as refused:
        send_back(given, booklets, desk)
    with pytest.raises(BookletsAreElsewhere):
        send_back(given, booklets[:1], other)

    assert refused.value.places == {booklets[1]: accounts.STOCK}


def test_a_booklet_of_which_nothing_is_left_does_not_move(given: World) -> None:
    given.campaign()
    desk, booklets = given.desk(), given.active(1)
    given.allocate(booklets, desk)
    given.void(booklets=booklets)

    with pytest.raises(BookletsAreEmpty):
        send_back(given, booklets, desk)


def test_a_booklet_is_sent_once(given: World) -> None:
    given.campaign()
    desk, booklets = given.desk(), given.produced(1)
    send(given, booklets, desk)

    with pytest.raises(BookletsAreElsewhere):
        send(given, booklets, desk)


def test_booklets_named_twice_are_sent_once(given: World) -> None:
    given.campaign()
    desk, booklets = given.desk(), given.produced(1)

    assert send(given, booklets * 2, desk).papers == 10


def test_sending_takes_booklets_that_exist_a_site_that_exists_and_an_open_campaign(given: World) -> None:
    given.campaign()
    desk, booklets = given.desk(), given.produced(1)

    with pytest.raises(BookletIsUnknown):
        send(given, [*booklets, "PN-2026-000009"], desk)
    with pytest.raises(NoBookletIsNamed):
        send(given, [], desk)
    block(given)
    with pytest.raises(CampaignIsBlocked):
        send(given, booklets, desk)


def test_another_organisation_s_allocations_are_unknown(given: World) -> None:
    given.campaign()
    desk, other = given.desk(), given.desk()
    booklets = given.produced(1)
    sent = send(given, booklets, desk)

    with pytest.raises(AllocationIsUnknown):
        receive(given, sent, other.worker, counted=1)
    with pytest.raises(AllocationIsUnknown):
        given.do(lambda s: allocation.own(s, allocation_id=new_id(), by=given.operator))
    with pytest.raises(SiteIsUnknown):
        send_back(given, booklets, desk, by=other.worker)
    assert given.do(lambda s: allocation_search.search(s, wish=Wish(), by=other.worker)) == []
    assert given.do(lambda s: allocation.booklets_of(s, sent)) == booklets


def test_a_booklet_that_came_back_to_the_desk_can_be_given_back_to_the_stock(given: World) -> None:
    given.campaign()
    desk, booklets = given.desk(), given.active(1)
    given.allocate(booklets, desk)
    undo(given, given.hand_over(booklets, desk), desk.worker)

    send_back(given, booklets, desk)

    assert given.balance(accounts.STOCK) == 10
