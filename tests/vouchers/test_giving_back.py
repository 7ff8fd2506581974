from datetime import date

import pytest

from tests.vouchers.acts import give_back
from tests.world import World, serials_of
from voucher_service.ledger import accounts
from voucher_service.network.prescribers import SiteIsUnknown
from voucher_service.vouchers.custody import BookletsAreElsewhere, BookletsAreEmpty
from voucher_service.vouchers.objections import BookletIsNotHandedOver
from voucher_service.vouchers.redemption import Taken
from voucher_service.vouchers.register import BookletIsUnknown


def test_a_whole_booklet_is_given_back_and_handed_to_another_person(given: World) -> None:
    given.campaign()
    desk, shop = given.desk(), given.shop()
    booklet = given.in_hand(1, desk)[0]

    assert give_back(given, booklet, desk).papers == 10
    assert given.balance(accounts.prescriber(desk.site.no)) == 10
    given.hand_over([booklet], desk)

    assert given.balance(accounts.BENEFICIARIES) == 10
    assert given.redeem(serials_of(booklet), shop).total_cents == 10_000


def test_a_begun_booklet_goes_to_another_person_with_what_is_left(given: World) -> None:
    given.campaign()
    desk, shop = given.desk(), given.shop()
    booklet = given.in_hand(1, desk)[0]
    given.redeem(serials_of(booklet)[:4], shop)

    assert give_back(given, booklet, desk).papers == 6
    given.hand_over([booklet], desk)

    assert given.balance(accounts.BENEFICIARIES) == 6
    assert given.balance(accounts.USED) == 4


def test_a_booklet_given_back_pays_for_nothing_where_handovers_are_recorded(given: World) -> None:
    given.campaign(handover_required=True)
    desk, shop = given.desk(), given.shop()
    booklet = given.in_hand(1, desk)[0]
    give_back(given, booklet, desk)

    with pytest.raises(BookletIsNotHandedOver):
        given.redeem(serials_of(booklet)[:1], shop)


def test_any_site_may_take_a_booklet_back_even_one_that_was_never_sent_any(given: World) -> None:
    given.campaign()
    other, booklet = given.desk(), given.in_hand(1)[0]

    give_back(given, booklet, other)

    assert given.balance(accounts.prescriber(other.site.no)) == 10


def test_only_what_is_in_somebody_s_hands_is_given_back(given: World) -> None:
    given.campaign()
    desk, shop = given.desk(), given.shop()
    in_hand, in_stock = given.in_hand(1, desk)[0], given.active(1)[0]

    with pytest.raises(BookletsAreElsewhere):
        give_back(given, in_stock, desk)
    with pytest.raises(BookletIsUnknown):
        give_back(given, "PN-2026-000099", desk)
    given.redeem(serials_of(in_hand), shop)
    with pytest.raises(BookletsAreEmpty):
        give_back(given, in_hand, desk)


def test_nobody_takes_a_booklet_back_for_another_organisation(given: World) -> None:
    given.campaign()
    desk, other = given.desk(), given.desk()
    booklet = given.in_hand(1, desk)[0]

    with pytest.raises(SiteIsUnknown):
        give_back(given, booklet, desk, by=other.worker)


def test_a_voucher_reversed_after_its_time_does_not_come_back_with_its_booklet(given: World) -> None:
    given.campaign()
    desk, shop = given.desk(), given.shop()
    booklet = given.in_hand(1, desk)[0]
    taken = given.redeem(serials_of(booklet)[:1], shop).items[0]
    assert isinstance(taken, Taken)
    too_late = date(2027, 2, 1)
    given.reverse(taken.redemption_id, shop.clerk, on=too_late)

    assert give_back(given, booklet, desk, on=too_late).papers == 9
    assert given.balance(accounts.BENEFICIARIES) == 0
    assert given.balance(accounts.EXPIRED_PAPERS) == 1
