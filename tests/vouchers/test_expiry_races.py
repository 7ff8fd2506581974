"""Expiry beside other acts: whichever comes first, the books stay true and the second one is told."""

from typing import Any

import pytest

from tests.expiring import AFTER_ALL, AFTER_USE, LAST_SHOWN, LAST_USE, expire
from tests.races import overtaken, together
from tests.vouchers.acts import give_back
from tests.world import Desk, Shop, World, serials_of
from voucher_service.kernel.database import Database
from voucher_service.ledger import accounts
from voucher_service.vouchers.activation import BookletsAreExpired
from voucher_service.vouchers.custody import BookletsAreEmpty
from voucher_service.vouchers.expiry import Stage
from voucher_service.vouchers.redemption import Outcome, Taken
from voucher_service.vouchers.spent import VoucherIsExpired


class Scene:
    """One booklet in somebody's hands, one at a site, a venue."""

    def __init__(self, world: World) -> None:
        world.campaign(handover_required=True)
        self.desk: Desk = world.desk()
        self.shop: Shop = world.shop()
        [self.handed] = world.in_hand(1, self.desk)
        [self.held] = world.active()
        world.allocate([self.held], self.desk)
        self.serials = serials_of(self.handed)

    def redeem(self, world: World) -> Outcome:
        return world.redeem(self.serials[:1], self.shop, served_on=LAST_USE, today=LAST_SHOWN)


@pytest.fixture
def scene(committed: World) -> Scene:
    return Scene(committed)


def _everything(world: World) -> Any:
    return expire(world, Stage.EVERYTHING, AFTER_ALL)


def test_a_redemption_that_comes_too_late_finds_the_voucher_expired(
    database: Database, committed: World, scene: Scene
) -> None:
    assert overtaken(database, committed, first=_everything, second=scene.redeem) is VoucherIsExpired
    assert committed.balance(accounts.due(scene.shop.venue.no)) == 0


def test_an_expiry_leaves_what_a_venue_has_just_taken(
    database: Database, committed: World, scene: Scene
) -> None:
    assert overtaken(database, committed, first=scene.redeem, second=_everything) == (19, 19_000)
    assert committed.balance(accounts.due(scene.shop.venue.no)) == 1_000


def test_a_handover_and_an_expiry_of_the_stock_never_both_have_a_booklet(
    database: Database, committed: World, scene: Scene
) -> None:
    late = overtaken(
        database,
        committed,
        first=lambda w: expire(w, Stage.STOCK, AFTER_USE),
        second=lambda w: w.hand_over([scene.held], scene.desk),
    )

    assert late is BookletsAreEmpty
    assert committed.balance(accounts.BENEFICIARIES) == 10


def test_an_expiry_of_the_stock_leaves_what_was_just_handed_over(
    database: Database, committed: World, scene: Scene
) -> None:
    late = overtaken(
        database,
        committed,
        first=lambda w: w.hand_over([scene.held], scene.desk),
        second=lambda w: expire(w, Stage.STOCK, AFTER_USE),
    )

    assert late == (0, 0)
    assert committed.balance(accounts.BENEFICIARIES) == 20


def test_a_reversal_that_waits_for_an_expiry_expires_too(
    database: Database, committed: World, scene: Scene
) -> None:
    taken = scene.redeem(committed).items[0]
    assert isinstance(taken, Taken)
    give_back(committed, scene.handed, scene.desk)

    overtaken(
        database,
        committed,
        first=lambda w: expire(w, Stage.STOCK, AFTER_USE),
        second=lambda w: w.reverse(taken.redemption_id, scene.shop.clerk),
    )

    assert committed.balance(accounts.EXPIRED) == 20_000
    assert committed.balance(accounts.EXPIRED_PAPERS) == 20


def test_an_expiry_that_waits_for_a_reversal_takes_what_was_given_back(
    database: Database, committed: World, scene: Scene
) -> None:
    taken = scene.redeem(committed).items[0]
    assert isinstance(taken, Taken)

    late = overtaken(
        database,
        committed,
        first=lambda w: w.reverse(taken.redemption_id, scene.shop.clerk),
        second=_everything,
    )

    assert late == (20, 20_000)


def test_papers_expired_before_their_activation_are_not_activated(
    database: Database, committed: World, scene: Scene
) -> None:
    [booklet] = committed.produced()
    committed.funds(10_000)

    late = overtaken(
        database,
        committed,
        first=lambda w: expire(w, Stage.STOCK, AFTER_USE),
        second=lambda w: w.activate([booklet]),
    )

    assert late is BookletsAreExpired
    assert committed.balance(accounts.funds("metropole")) == 10_000


def test_an_expiry_takes_what_was_just_activated(database: Database, committed: World, scene: Scene) -> None:
    [booklet] = committed.produced()
    committed.funds(10_000)

    overtaken(
        database,
        committed,
        first=lambda w: w.activate([booklet]),
        second=lambda w: expire(w, Stage.STOCK, AFTER_USE),
    )

    assert committed.balance(accounts.EXPIRED) == 20_000
    assert committed.balance(accounts.voucher(serials_of(booklet)[0], 1)) == 0


def test_several_expiries_and_venues_at_once_leave_each_voucher_one_fate(
    committed: World, scene: Scene
) -> None:
    one_by_one = [
        lambda w, serial=serial: w.redeem([serial], scene.shop, served_on=LAST_USE, today=LAST_SHOWN)
        for serial in scene.serials
    ]

    outcomes = together(committed, [*one_by_one, *[_everything] * 3])

    taken = sum(isinstance(outcome, Outcome) for outcome in outcomes)
    assert committed.balance(accounts.due(scene.shop.venue.no)) == taken * 1_000
    assert committed.balance(accounts.EXPIRED) == 20_000 - taken * 1_000
    assert outcomes.count(VoucherIsExpired) == 10 - taken
