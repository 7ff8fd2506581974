import pytest

from tests.vouchers.acts import block, send
from tests.world import World, serials_of
from voucher_service.funding.terms import DueOn, KeyPart
from voucher_service.ledger import accounts
from voucher_service.vouchers.holdings import NothingIsLeft
from voucher_service.vouchers.register import BookletIsUnknown, VoucherIsUnknown
from voucher_service.vouchers.spent import VoucherIsVoid
from voucher_service.vouchers.voiding import Reason


def test_a_lost_voucher_is_worth_nothing_and_its_value_goes_back_to_its_funder(given: World) -> None:
    given.campaign()
    serials, shop = serials_of(given.in_hand()[0]), given.shop()

    voided = given.void(serials=serials[:2])

    assert voided.serials == (serials[0], serials[1])
    assert (voided.fact.papers, voided.fact.value_cents, voided.fact.reason) == (2, 2_000, Reason.LOST)
    assert given.balance(accounts.funds("metropole")) == 2_000
    assert given.balance(accounts.VOID) == 2
    assert given.balance(accounts.BENEFICIARIES) == 8
    with pytest.raises(VoucherIsVoid):
        given.redeem(serials[:1], shop)


def test_each_funder_gets_back_what_it_advanced_to_the_cent(given: World) -> None:
    given.campaign(key=[KeyPart(name, 1, 1, DueOn.BOUGHT) for name in ("caf", "etat", "metropole")])
    booklets = given.produced(2)
    for funder, cents in {"caf": 6_667, "etat": 6_667, "metropole": 6_666}.items():
        given.funds(cents, funder)
    given.activate(booklets)

    given.void(booklets=booklets[:1])
    given.void(booklets=booklets[1:])

    assert [given.balance(accounts.funds(name)) for name in ("caf", "etat", "metropole")] == [
        6_667,
        6_667,
        6_666,
    ]


def test_of_a_lost_booklet_only_what_is_left_is_voided(given: World) -> None:
    given.campaign()
    booklet, shop = given.in_hand()[0], given.shop()
    serials = serials_of(booklet)
    given.redeem(serials[:3], shop)

    voided = given.void(booklets=[booklet])

    assert voided.serials == tuple(serials[3:])
    assert given.balance(accounts.due(shop.venue.no)) == 3_000
    assert given.balance(accounts.booklet(booklet)) == 3
    with pytest.raises(NothingIsLeft):
        given.void(booklets=[booklet])


def test_booklets_and_single_vouchers_are_voided_together(given: World) -> None:
    given.campaign()
    first, second = given.active(2)

    voided = given.void(booklets=[first], serials=serials_of(second)[:1])

    assert len(voided.serials) == 11
    assert given.balance(accounts.funds("metropole")) == 11_000


def test_a_paper_that_was_never_active_is_voided_without_money(given: World) -> None:
    given.campaign()
    booklet = given.produced()[0]

    voided = given.void(booklets=[booklet])

    assert (voided.fact.papers, voided.fact.value_cents) == (10, 0)
    assert given.balance(accounts.STOCK) == 0
    with pytest.raises(NothingIsLeft):
        given.void(serials=serials_of(booklet)[:1])


def test_a_paper_is_voided_wherever_it_is(given: World) -> None:
    given.campaign()
    desk = given.desk()
    in_stock, on_its_way, at_desk = booklets = given.active(3)
    send(given, [on_its_way], desk)
    given.allocate([at_desk], desk)

    given.void(booklets=booklets)

    places = [accounts.STOCK, accounts.transit(desk.site.no), accounts.prescriber(desk.site.no)]
    assert [given.balance(place) for place in places] == [0, 0, 0]
    assert given.balance(accounts.VOID) == 30
    assert in_stock in booklets


def test_a_prescriber_voids_what_its_own_sites_hold_or_handed_over(given: World) -> None:
    given.campaign()
    desk, other = given.desk(), given.desk()
    booklet = given.in_hand(1, desk)[0]

    with pytest.raises(BookletIsUnknown):
        given.void(booklets=[booklet], by=other.worker)
    with pytest.raises(VoucherIsUnknown):
        given.void(serials=serials_of(booklet)[:1], by=other.worker)
    assert len(given.void(booklets=[booklet], by=desk.worker).serials) == 10


def test_a_stolen_booklet_is_voided_even_while_the_campaign_is_blocked(given: World) -> None:
    given.campaign()
    booklet = given.in_hand()[0]
    block(given)

    assert len(given.void(booklets=[booklet]).serials) == 10


def test_the_new_paper_of_a_replaced_voucher_is_voided_like_any_other(given: World) -> None:
    given.campaign()
    serial = serials_of(given.in_hand()[0])[0]
    given.replace(serials=[serial])

    given.void(serials=[serial])

    assert given.balance(accounts.voucher(serial, 2)) == 0
    assert given.balance(accounts.funds("metropole")) == 1_000
    assert given.balance(accounts.VOID) == 2
