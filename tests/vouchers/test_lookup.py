import pytest
from sqlalchemy import select

from tests.vouchers.acts import every, look_up, nobody_s_code
from tests.world import TODAY, World, serials_of
from voucher_service.ledger import accounts
from voucher_service.vouchers.lookup import Looked, Sorted
from voucher_service.vouchers.presentation import VenueIsNotYours
from voucher_service.vouchers.refused_codes import RefusedCode


def test_a_pile_is_sorted_into_heaps_and_nothing_is_spent(given: World) -> None:
    given.campaign()
    shop = given.shop()
    serials, in_stock, inactive = serials_of(given.in_hand()[0]), given.active()[0], given.produced()[0]
    given.redeem(serials[:1], shop)
    given.void(serials=serials[1:2])
    elsewhere = World(given.do, given.keyring, series="HT-2027")
    elsewhere.campaign()
    foreign = elsewhere.letters(serials_of(elsewhere.in_hand()[0])[0])
    pile = [
        given.letters(serials[2]),
        given.letters(serials[0]),
        given.letters(serials[1]),
        given.letters(serials_of(inactive)[0]),
        given.letters(serials_of(in_stock)[0]),
        foreign,
        nobody_s_code(),
        "7KQ2 MXW9",
        given.letters(serials[2]),
    ]

    looked = look_up(given, pile, shop)

    assert [one.outcome for one in looked] == [
        Sorted.GOOD,
        Sorted.USED,
        Sorted.REFUSED,
        Sorted.NOT_ACTIVE,
        Sorted.REFUSED,
        Sorted.NOT_YOURS,
        Sorted.UNKNOWN,
        Sorted.UNREADABLE,
        Sorted.GOOD,
    ]
    assert given.balance(accounts.due(shop.venue.no)) == 1_000
    assert given.balance(accounts.voucher(serials[2], 1)) == 1_000


def test_a_good_voucher_says_its_campaign_its_worth_and_its_last_day(given: World) -> None:
    campaign = given.campaign()
    serial, shop = serials_of(given.in_hand()[0])[0], given.shop()

    [looked] = look_up(given, [given.letters(serial)], shop)

    assert looked == Looked(
        Sorted.GOOD,
        series="PN-2026",
        serial=serial,
        face_cents=1_000,
        use_until=campaign.use_until,
    )


def test_another_network_s_voucher_says_nothing_of_itself(given: World) -> None:
    given.campaign()
    serial, stranger = serials_of(given.in_hand()[0])[0], given.shop(accredited=False)

    [looked] = look_up(given, [given.letters(serial)], stranger)

    assert looked == Looked(Sorted.NOT_YOURS, looked.reason)
    assert looked.reason is not None
    assert looked.reason.facts() == {"series": "PN-2026", "served_on": TODAY}


def test_what_was_turned_away_is_remembered(given: World) -> None:
    given.campaign()
    serials, shop = serials_of(given.in_hand()[0]), given.shop()
    given.redeem(serials[:1], shop)

    look_up(given, [given.letters(serials[0]), given.letters(serials[1]), nobody_s_code()], shop)

    reasons = [one.reason for one in every(given, select(RefusedCode).order_by(RefusedCode.no))]
    assert reasons == ["voucher-is-spent", "code-is-unknown"]


def test_a_pile_is_looked_up_at_one_s_own_venue(given: World) -> None:
    given.campaign()
    mine, other = given.shop(), given.shop()

    with pytest.raises(VenueIsNotYours):
        look_up(given, [], type(mine)(other.venue, mine.clerk))
    assert look_up(given, [], mine) == []
