"""What is left when the time is over expires: once, in the books, and never against a venue that was in time."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from tests.expiring import AFTER_ALL, AFTER_USE, LAST_SHOWN, LAST_USE, expire
from tests.vouchers.acts import block, give_back
from tests.world import NOW, TODAY, World, outcome_of, serials_of
from voucher_service.funding import campaigns
from voucher_service.funding.campaigns import CampaignIsBlocked
from voucher_service.ledger import accounts, journal
from voucher_service.ledger.books import PAPERS
from voucher_service.vouchers import expiry, giving_back
from voucher_service.vouchers import states as worth
from voucher_service.vouchers.activation import BookletsAreExpired
from voucher_service.vouchers.custody import BookletsAreEmpty
from voucher_service.vouchers.expiry import Expiry, Stage, TimeIsNotOver
from voucher_service.vouchers.holdings import NothingIsLeft
from voucher_service.vouchers.redemption import Taken
from voucher_service.vouchers.spent import VoucherIsExpired
from voucher_service.vouchers.states import State


def states(world: World, booklet: str) -> set[State]:
    """Say what the vouchers of a booklet are worth."""
    campaign_id = world.do(lambda s: campaigns.get(s, world.series)).id
    seen = world.do(lambda s: worth.of_booklet(s, campaign_id=campaign_id, booklet=booklet))
    return {one.state for one in seen}


def test_the_stock_expires_after_the_last_day_of_use_and_not_on_it(given: World) -> None:
    given.campaign()
    given.active(3)

    with pytest.raises(TimeIsNotOver) as refused:
        expire(given, Stage.STOCK, LAST_USE)
    assert refused.value.last_on == LAST_USE

    assert expire(given, Stage.STOCK, AFTER_USE) == (30, 30_000)
    assert (given.balance(accounts.STOCK), given.balance(accounts.EXPIRED_PAPERS)) == (0, 30)
    assert given.balance(accounts.EXPIRED) == 30_000


def test_what_is_in_somebody_s_hands_lives_until_the_last_day_of_presentation(given: World) -> None:
    given.campaign()
    [handed] = given.in_hand()
    shop = given.shop()

    assert expire(given, Stage.STOCK, AFTER_USE) == (0, 0)
    given.redeem(serials_of(handed)[:1], shop, served_on=LAST_USE, today=LAST_SHOWN)
    with pytest.raises(TimeIsNotOver):
        expire(given, Stage.EVERYTHING, LAST_SHOWN)

    assert expire(given, Stage.EVERYTHING, AFTER_ALL) == (9, 9_000)
    assert given.balance(accounts.due(shop.venue.no)) == 1_000
    assert (given.balance(accounts.BENEFICIARIES), given.balance(accounts.EXPIRED_PAPERS)) == (0, 9)


@pytest.mark.parametrize(("noted", "expired"), [(True, 10), (False, 0)])
def test_a_site_s_booklets_are_stock_where_each_handover_is_noted(
    given: World, noted: bool, expired: int
) -> None:
    given.campaign(handover_required=noted)
    [booklet] = given.active()
    given.allocate([booklet], given.desk())

    assert expire(given, Stage.STOCK, AFTER_USE)[0] == expired
    assert expire(given, Stage.EVERYTHING, AFTER_ALL)[0] == 10 - expired


def test_expiry_is_done_once_however_often_it_is_begun_anew(given: World) -> None:
    given.campaign()
    given.active(5)

    first = given.do(
        lambda s: expiry.expire(
            s, series=given.series, stage=Stage.STOCK, today=AFTER_USE, at=NOW, by=given.finance, booklets=2
        )
    )
    assert (first.papers, first.through, first.total) == (20, 2, 5)

    assert expire(given, Stage.STOCK, AFTER_USE) == (30, 30_000)
    assert expire(given, Stage.STOCK, AFTER_USE) == (0, 0)
    assert expire(given, Stage.EVERYTHING, AFTER_ALL) == (0, 0)


def test_each_colour_expires_with_its_funders_cents(given: World) -> None:
    given.campaign()
    [booklet] = given.in_hand()
    expire(given, Stage.EVERYTHING, AFTER_ALL)

    entry = given.do(lambda s: s.scalars(select(Expiry)).one())
    moves = given.do(lambda s: journal.moves(s, campaign_id=entry.campaign_id, entry_no=entry.entry_no))

    vouchers = {move.debit: (move.credit, move.amount) for move in moves if move.colour != PAPERS}
    assert vouchers == {accounts.voucher(one, 1): (accounts.EXPIRED, 1_000) for one in serials_of(booklet)}
    assert (entry.papers, entry.value_cents, entry.expired_on) == (10, 10_000, LAST_SHOWN)


def test_void_used_and_replaced_papers_do_not_expire(given: World) -> None:
    given.campaign()
    [booklet] = given.in_hand()
    serials = serials_of(booklet)
    given.void(serials=serials[:1])
    given.redeem(serials[1:2], given.shop())
    given.replace(serials=serials[2:3])

    assert expire(given, Stage.EVERYTHING, AFTER_ALL) == (8, 8_000)
    assert given.balance(accounts.voucher(serials[2], 2)) == 0
    assert states(given, booklet) == {State.VOID, State.USED, State.EXPIRED}


def test_papers_that_were_never_activated_expire_without_value(given: World) -> None:
    given.campaign()
    [booklet] = given.produced(1)
    given.void(serials=serials_of(booklet)[:1])

    assert expire(given, Stage.STOCK, AFTER_USE) == (9, 0)
    assert states(given, booklet) == {State.VOID, State.EXPIRED}
    given.funds(10_000)
    assert outcome_of(lambda: given.activate([booklet])) is BookletsAreExpired


def test_a_venue_is_told_that_the_voucher_expired(given: World) -> None:
    given.campaign()
    [booklet] = given.in_hand()
    shop = given.shop()
    expire(given, Stage.EVERYTHING, AFTER_ALL)

    with pytest.raises(VoucherIsExpired) as refused:
        given.redeem(serials_of(booklet)[:1], shop, served_on=LAST_USE, today=LAST_SHOWN)
    assert (refused.value.use_until, refused.value.present_until) == (LAST_USE, LAST_SHOWN)


def test_nothing_more_is_done_with_what_has_expired(given: World) -> None:
    given.campaign()
    desk = given.desk()
    handed, held = given.in_hand(1, desk)[0], given.active()[0]
    given.allocate([held], desk)
    expire(given, Stage.EVERYTHING, AFTER_ALL)

    assert outcome_of(lambda: given.void(booklets=[handed])) is NothingIsLeft
    assert outcome_of(lambda: given.replace(booklets=[handed])) is NothingIsLeft
    assert outcome_of(lambda: given.hand_over([held], desk)) is BookletsAreEmpty
    assert outcome_of(lambda: give_back(given, handed, desk)) is BookletsAreEmpty


@pytest.mark.parametrize("on", [TODAY, AFTER_USE, AFTER_ALL])
def test_what_is_given_back_after_its_booklet_expired_expires_too(given: World, on: date) -> None:
    given.campaign(handover_required=True)
    desk, shop = given.desk(), given.shop()
    [booklet] = given.in_hand(1, desk)
    taken = given.redeem(serials_of(booklet)[:1], shop).items[0]
    assert isinstance(taken, Taken)
    give_back(given, booklet, desk)
    assert expire(given, Stage.STOCK, AFTER_USE) == (9, 9_000)

    given.reverse(taken.redemption_id, shop.clerk, on=on)

    assert given.balance(accounts.EXPIRED) == 10_000
    assert given.balance(accounts.EXPIRED_PAPERS) == 10
    assert given.balance(accounts.due(shop.venue.no)) == 0
    assert states(given, booklet) == {State.EXPIRED}


def test_a_blocked_campaign_s_vouchers_wait_for_its_release(given: World) -> None:
    given.campaign()
    given.active()
    block(given)

    with pytest.raises(CampaignIsBlocked):
        expire(given, Stage.STOCK, AFTER_USE)

    block(given, blocked=False)
    assert expire(given, Stage.STOCK, AFTER_USE) == (10, 10_000)


def test_the_expiry_counts_after_the_last_act_on_its_booklets(given: World) -> None:
    given.campaign(handover_required=True)
    desk = given.desk()
    [booklet] = given.in_hand(1, desk)
    late = AFTER_USE + timedelta(days=9)
    given.do(
        lambda s: giving_back.give_back(
            s,
            series=given.series,
            booklet=booklet,
            site_id=desk.site.id,
            on=late,
            at=NOW,
            by=desk.worker,
        )
    )

    expire(given, Stage.STOCK, late + timedelta(days=1))

    assert given.do(lambda s: s.scalars(select(Expiry.expired_on)).one()) == late
