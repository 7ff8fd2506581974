"""Two acts on the same papers: whichever comes first, the books stay true and the second one is told."""

from concurrent.futures import ThreadPoolExecutor
from threading import Event
from typing import Any

import pytest

from tests.races import overtaken, together
from tests.world import NOW, TODAY, Desk, Shop, World, outcome_of, serials_of
from voucher_service.kernel.database import Database
from voucher_service.ledger import accounts, record
from voucher_service.ledger.audit import CHECKS
from voucher_service.vouchers import allocation, giving_back, handover
from voucher_service.vouchers.activation import Activation, FundsDoNotCover
from voucher_service.vouchers.custody import BookletsAreElsewhere
from voucher_service.vouchers.handover import Handover, HandoverHasMovedOn
from voucher_service.vouchers.holdings import NothingIsLeft
from voucher_service.vouchers.objections import BookletIsNotHandedOver
from voucher_service.vouchers.redemption import Outcome, Taken
from voucher_service.vouchers.reversal import RedemptionIsReversed
from voucher_service.vouchers.spent import VoucherIsReplaced, VoucherIsSpent, VoucherIsVoid


class Scene:
    """One booklet in somebody's hands, a venue, a prescriber."""

    def __init__(self, world: World, **terms: Any) -> None:
        world.campaign(**terms)
        self.desk: Desk = world.desk()
        self.shop: Shop = world.shop()
        self.booklet: str = world.active(1)[0]
        world.allocate([self.booklet], self.desk)
        self.handed: Handover = world.hand_over([self.booklet], self.desk)
        self.serials = serials_of(self.booklet)

    def undo(self, world: World) -> None:
        world.do(
            lambda s: handover.undo(s, handover_id=self.handed.id, on=TODAY, at=NOW, by=self.desk.worker)
        )

    def give_back(self, world: World) -> Any:
        return world.do(
            lambda s: giving_back.give_back(
                s,
                series=world.series,
                booklet=self.booklet,
                site_id=self.desk.site.id,
                on=TODAY,
                at=NOW,
                by=self.desk.worker,
            )
        )

    def redeem(self, world: World) -> Outcome:
        return world.redeem(self.serials[:1], self.shop)


@pytest.fixture
def scene(committed: World) -> Scene:
    return Scene(committed, handover_required=True)


@pytest.fixture(autouse=True)
def books_stay_true(database: Database, committed: World) -> Any:
    yield
    with database.transaction() as session:
        found = [finding for check in CHECKS for finding in check(session)]
    assert found == []


def test_two_venues_race_for_one_voucher_and_one_is_paid(
    database: Database, committed: World, scene: Scene
) -> None:
    other = committed.shop()

    late = overtaken(
        database,
        committed,
        first=scene.redeem,
        second=lambda w: w.redeem(scene.serials[:1], other),
    )

    assert late is VoucherIsSpent
    assert committed.balance(accounts.due(scene.shop.venue.no)) == 1_000
    assert committed.balance(accounts.due(other.venue.no)) == 0


def test_a_redemption_waits_for_an_undoing_and_is_then_refused(
    database: Database, committed: World, scene: Scene
) -> None:
    assert overtaken(database, committed, first=scene.undo, second=scene.redeem) is BookletIsNotHandedOver
    assert committed.balance(accounts.due(scene.shop.venue.no)) == 0


def test_an_undoing_waits_for_a_redemption_and_is_then_refused(
    database: Database, committed: World, scene: Scene
) -> None:
    assert overtaken(database, committed, first=scene.redeem, second=scene.undo) is HandoverHasMovedOn
    assert committed.balance(accounts.prescriber(scene.desk.site.no)) == 0


def test_a_booklet_given_back_takes_its_vouchers_out_of_a_race(
    database: Database, committed: World, scene: Scene
) -> None:
    assert (
        overtaken(database, committed, first=scene.give_back, second=scene.redeem) is BookletIsNotHandedOver
    )


def test_giving_back_waits_for_a_redemption_and_takes_what_is_left(
    database: Database, committed: World, scene: Scene
) -> None:
    given_back = overtaken(database, committed, first=scene.redeem, second=scene.give_back)

    assert given_back.papers == 9
    assert committed.balance(accounts.prescriber(scene.desk.site.no)) == 9


def test_a_redemption_waits_for_an_opposition_and_is_then_refused(
    database: Database, committed: World, scene: Scene
) -> None:
    late = overtaken(
        database, committed, first=lambda w: w.void(serials=scene.serials[:1]), second=scene.redeem
    )

    assert late is VoucherIsVoid


def test_an_opposition_waits_for_a_redemption_and_voids_what_is_left(
    database: Database, committed: World, scene: Scene
) -> None:
    late = overtaken(
        database, committed, first=scene.redeem, second=lambda w: w.void(booklets=[scene.booklet])
    )

    assert late.serials == tuple(scene.serials[1:])
    assert committed.balance(accounts.funds("metropole")) == 9_000


def test_an_inactive_paper_is_voided_once(database: Database, committed: World) -> None:
    committed.campaign()
    booklet = committed.produced(1)[0]

    late = overtaken(
        database,
        committed,
        first=lambda w: w.void(booklets=[booklet]),
        second=lambda w: w.void(booklets=[booklet]),
    )

    assert late is NothingIsLeft
    assert committed.balance(accounts.VOID) == 10


def test_a_paper_voided_before_activation_is_not_activated(database: Database, committed: World) -> None:
    committed.campaign()
    booklet = committed.produced(1)[0]
    committed.funds(10_000)

    overtaken(
        database,
        committed,
        first=lambda w: w.void(serials=serials_of(booklet)[:1]),
        second=lambda w: w.activate([booklet]),
    )

    assert committed.balance(accounts.voucher(serials_of(booklet)[0], 1)) == 0
    assert committed.balance(accounts.funds("metropole")) == 1_000


def test_two_activations_cannot_spend_the_same_euros(database: Database, committed: World) -> None:
    committed.campaign()
    first, second = committed.produced(2)
    committed.funds(10_000)

    late = overtaken(
        database,
        committed,
        first=lambda w: w.activate([first]),
        second=lambda w: w.activate([second]),
    )

    assert late is FundsDoNotCover
    assert committed.do(lambda s: s.query(Activation).count()) == 1


def test_an_old_code_loses_to_its_replacement(database: Database, committed: World, scene: Scene) -> None:
    late = overtaken(
        database, committed, first=lambda w: w.replace(booklets=[scene.booklet]), second=scene.redeem
    )

    assert late is VoucherIsReplaced
    assert committed.redeem(scene.serials[:1], scene.shop, issue=2).total_cents == 1_000


def test_a_replacement_leaves_what_an_old_code_has_just_taken(
    database: Database, committed: World, scene: Scene
) -> None:
    late = overtaken(
        database, committed, first=scene.redeem, second=lambda w: w.replace(booklets=[scene.booklet])
    )

    assert scene.serials[0] not in late.issues
    assert len(late.issues) == 9


def test_a_booklet_is_sent_back_or_handed_over_never_both(database: Database, committed: World) -> None:
    committed.campaign()
    desk = committed.desk()
    first, second = committed.active(2)
    committed.allocate([first, second], desk)

    def send_back(world: World, booklet: str) -> Any:
        return world.do(
            lambda s: allocation.send_back(
                s,
                series=world.series,
                booklets=[booklet],
                site_id=desk.site.id,
                on=TODAY,
                at=NOW,
                by=desk.worker,
            )
        )

    late_handover = overtaken(
        database,
        committed,
        first=lambda w: send_back(w, first),
        second=lambda w: w.hand_over([first], desk),
    )
    late_return = overtaken(
        database,
        committed,
        first=lambda w: w.hand_over([second], desk),
        second=lambda w: send_back(w, second),
    )

    assert late_handover is BookletsAreElsewhere
    assert late_return is BookletsAreElsewhere


def test_a_redemption_is_reversed_once(database: Database, committed: World, scene: Scene) -> None:
    taken = scene.redeem(committed).items[0]
    assert isinstance(taken, Taken)

    late = overtaken(
        database,
        committed,
        first=lambda w: w.reverse(taken.redemption_id, scene.shop.clerk),
        second=lambda w: w.reverse(taken.redemption_id, scene.shop.clerk),
    )

    assert late is RedemptionIsReversed
    assert committed.balance(accounts.voucher(scene.serials[0], 1)) == 1_000


def test_two_first_uses_of_a_booklet_infer_one_handover(database: Database, committed: World) -> None:
    committed.campaign(handover_required=False)
    desk, shop = committed.desk(), committed.shop()
    booklet = committed.active(1)[0]
    committed.allocate([booklet], desk)
    serials = serials_of(booklet)

    overtaken(
        database,
        committed,
        first=lambda w: w.redeem(serials[:1], shop),
        second=lambda w: w.redeem(serials[1:2], shop),
    )

    assert committed.do(lambda s: s.query(Handover).count()) == 1
    assert committed.balance(accounts.BENEFICIARIES) == 8
    assert committed.balance(accounts.due(shop.venue.no)) == 2_000


def test_a_deposit_that_the_bank_announces_twice_is_received_once(
    database: Database, committed: World
) -> None:
    committed.campaign()
    committed.pledge(50_000)

    overtaken(
        database,
        committed,
        first=lambda w: w.deposit(20_000, reference="VIR-1"),
        second=lambda w: w.deposit(20_000, reference="VIR-1"),
    )

    assert committed.balance(accounts.funds("metropole")) == 20_000


def test_sixty_four_clients_on_one_voucher_and_one_is_paid(committed: World, scene: Scene) -> None:
    letters = committed.letters(scene.serials[0])

    outcomes = together(committed, [lambda w: w.redeem_codes([letters], scene.shop)] * 64)

    assert sum(isinstance(outcome, Outcome) for outcome in outcomes) == 1
    assert outcomes.count(VoucherIsSpent) == 63
    assert committed.balance(accounts.due(scene.shop.venue.no)) == 1_000


def test_a_reversal_never_precedes_its_redemption_in_the_record(
    database: Database, committed: World, scene: Scene
) -> None:
    done = Event()

    def sequence_all_the_time() -> None:
        while not done.is_set():
            database.run(lambda s: record.sequence(s, campaign_id=scene.handed.campaign_id))

    def take_and_give_back(serial: str) -> None:
        for _ in range(8):
            taken = committed.redeem([serial], scene.shop).items[0]
            assert isinstance(taken, Taken)
            committed.reverse(taken.redemption_id, scene.shop.clerk)

    with ThreadPoolExecutor(5) as pool:
        sequencer = pool.submit(sequence_all_the_time)
        try:
            list(pool.map(take_and_give_back, scene.serials[:4]))
        finally:
            done.set()
        sequencer.result()

    database.run(lambda s: record.sequence(s, campaign_id=scene.handed.campaign_id))
    assert committed.balance(accounts.due(scene.shop.venue.no)) == 0


def test_baskets_that_share_vouchers_never_deadlock(committed: World, scene: Scene) -> None:
    forwards, backwards = scene.serials, list(reversed(scene.serials))

    outcomes = together(
        committed,
        [
            lambda w, order=order: w.redeem(order, scene.shop)  # type: ignore[misc]
            for order in (forwards, backwards) * 4
        ],
    )

    assert sum(isinstance(outcome, Outcome) for outcome in outcomes) == 1
    assert outcome_of(lambda: committed.redeem(forwards[:1], scene.shop)) is VoucherIsSpent
