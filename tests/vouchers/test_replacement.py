import pytest
from sqlalchemy import select

from tests.vouchers.acts import block, every, look_up
from tests.world import World, serials_of
from voucher_service.funding.campaigns import CampaignIsBlocked
from voucher_service.funding.terms import DueOn, KeyPart
from voucher_service.ledger import accounts
from voucher_service.ledger.journal import TransferRow
from voucher_service.vouchers.holdings import NothingIsLeft
from voucher_service.vouchers.lookup import Sorted
from voucher_service.vouchers.register import BookletIsUnknown, Voucher
from voucher_service.vouchers.spent import VoucherIsReplaced


def test_the_old_code_dies_and_the_new_one_pays(given: World) -> None:
    given.campaign()
    serial, shop = serials_of(given.in_hand()[0])[0], given.shop()

    replaced = given.replace(serials=[serial])

    assert (replaced.issues, replaced.value_cents) == ({serial: 2}, 1_000)
    assert given.letters(serial, 1) != given.letters(serial, 2)
    with pytest.raises(VoucherIsReplaced):
        given.redeem([serial], shop)
    assert given.redeem([serial], shop, issue=2).total_cents == 1_000


def test_a_voucher_is_replaced_as_often_as_it_is_lost(given: World) -> None:
    given.campaign()
    serial, shop = serials_of(given.in_hand()[0])[0], given.shop()
    given.replace(serials=[serial])

    assert given.replace(serials=[serial]).issues == {serial: 3}

    pile = [given.letters(serial, issue) for issue in (1, 2, 3)]
    assert [one.outcome for one in look_up(given, pile, shop)] == [
        Sorted.REFUSED,
        Sorted.REFUSED,
        Sorted.GOOD,
    ]


def test_the_value_passes_from_paper_to_paper_in_its_own_colour(given: World) -> None:
    given.campaign(key=[KeyPart(name, 1, 1, DueOn.BOUGHT) for name in ("caf", "etat", "metropole")])
    booklet = given.produced()[0]
    for funder, cents in {"caf": 3_334, "etat": 3_333, "metropole": 3_333}.items():
        given.funds(cents, funder)
    given.activate([booklet])

    replaced = given.replace(booklets=[booklet])

    moves = every(given, select(TransferRow).where(TransferRow.entry_no == replaced.entry_no))
    vouchers = every(given, select(Voucher))
    assert {move.debit: move.colour for move in moves if move.colour} == {
        accounts.voucher(voucher.serial, 1): voucher.colour for voucher in vouchers
    }
    given.void(booklets=[booklet])
    assert [given.balance(accounts.funds(name)) for name in ("caf", "etat", "metropole")] == [
        3_334,
        3_333,
        3_333,
    ]


def test_the_new_paper_is_in_the_same_hands_and_the_old_one_is_void(given: World) -> None:
    given.campaign()
    booklet = given.in_hand()[0]

    given.replace(booklets=[booklet])

    assert given.balance(accounts.BENEFICIARIES) == 10
    assert given.balance(accounts.VOID) == 10
    assert given.balance(accounts.TAKEN_IN_CHARGE) == -20
    assert given.balance(accounts.booklet(booklet)) == 10


def test_only_what_is_left_of_a_booklet_is_replaced(given: World) -> None:
    given.campaign()
    booklet, shop = given.in_hand()[0], given.shop()
    serials = serials_of(booklet)
    given.redeem(serials[:4], shop)

    assert list(given.replace(booklets=[booklet]).issues) == serials[4:]
    with pytest.raises(NothingIsLeft):
        given.replace(serials=serials[:1])


def test_a_paper_that_is_not_active_is_replaced_without_money(given: World) -> None:
    given.campaign()
    booklet = given.produced()[0]

    assert given.replace(booklets=[booklet]).value_cents == 0
    assert given.balance(accounts.STOCK) == 10


def test_a_void_paper_is_not_replaced(given: World) -> None:
    given.campaign()
    serials = serials_of(given.in_hand()[0])
    given.void(serials=serials[:1])

    with pytest.raises(NothingIsLeft):
        given.replace(serials=serials[:1])


def test_a_prescriber_replaces_what_its_own_sites_hold_or_handed_over(given: World) -> None:
    given.campaign()
    desk, other = given.desk(), given.desk()
    booklet = given.in_hand(1, desk)[0]

    with pytest.raises(BookletIsUnknown):
        given.replace(booklets=[booklet], by=other.worker)
    assert len(given.replace(booklets=[booklet], by=desk.worker).issues) == 10


def test_a_blocked_campaign_replaces_nothing(given: World) -> None:
    given.campaign()
    booklet = given.in_hand()[0]
    block(given)

    with pytest.raises(CampaignIsBlocked):
        given.replace(booklets=[booklet])
