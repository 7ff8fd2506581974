"""What a campaign limits: booklets for one person, vouchers in one visit, the face value produced in all."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from tests.races import Act, overtaken, together
from tests.vouchers.acts import ask, confirm, give_back, undo
from tests.world import NOW, TODAY, Desk, Shop, World, outcome_of, serials_of
from voucher_service.funding import campaigns
from voucher_service.funding.terms import Terms
from voucher_service.kernel.database import Database
from voucher_service.vouchers import prescription, production
from voucher_service.vouchers.allowance import PersonHasEnoughBooklets
from voucher_service.vouchers.answers import Need
from voucher_service.vouchers.basket import Mode, VisitIsLimited
from voucher_service.vouchers.ceiling import CeilingIsReached
from voucher_service.vouchers.handover import Handover
from voucher_service.vouchers.prescription import Prescription
from voucher_service.vouchers.redemption import Outcome


def _stock(world: World, booklets: int, **limits: Any) -> tuple[Desk, list[str]]:
    """Have a site hold active booklets of a campaign with limits."""
    world.campaign(**limits)
    desk, numbers = world.desk(), world.active(booklets)
    world.allocate(numbers, desk)
    return desk, numbers


def _counter(world: World, booklets: int = 1, **limits: Any) -> tuple[Shop, list[str]]:
    """Have people hold booklets of a campaign with limits, and a venue that takes them."""
    world.campaign(**limits)
    return world.shop(), world.in_hand(booklets)


def _prescribe(world: World, desk: Desk, booklets: int, **said: Any) -> Prescription:
    return world.do(  # type: ignore[no-any-return]
        lambda s: prescription.prescribe(
            s,
            series=world.series,
            site_id=desk.site.id,
            need=Need.BASIC_SKILLS,
            booklets=booklets,
            prescribed_on=TODAY,
            at=NOW,
            by=desk.worker,
            **said,
        )
    )


# Booklets for one person.


def test_one_person_is_handed_no_more_booklets_than_the_campaign_allows(given: World) -> None:
    desk, numbers = _stock(given, 4, booklets_per_person=2)
    person = uuid4()

    with pytest.raises(PersonHasEnoughBooklets):
        given.hand_over(numbers[:3], desk)
    given.hand_over(numbers[:1], desk, person_id=person)
    with pytest.raises(PersonHasEnoughBooklets) as refused:
        given.hand_over(numbers[1:3], desk, person_id=person)
    given.hand_over(numbers[1:2], desk, person_id=person)
    with pytest.raises(PersonHasEnoughBooklets):
        given.hand_over(numbers[2:3], desk, person_id=person)

    assert (refused.value.booklets_per_person, refused.value.already) == (2, 1)
    assert given.hand_over(numbers[2:4], desk).booklets == 2


def test_without_a_limit_one_person_may_have_them_all(given: World) -> None:
    desk, numbers = _stock(given, 3)
    person = uuid4()

    for number in numbers:
        assert given.hand_over([number], desk, person_id=person).person_turn is None


def test_a_handover_that_was_undone_and_a_booklet_that_came_back_no_longer_count(given: World) -> None:
    desk, numbers = _stock(given, 2, booklets_per_person=1)
    person = uuid4()

    undo(given, given.hand_over(numbers[:1], desk, person_id=person), desk.worker)
    given.hand_over(numbers[:1], desk, person_id=person)
    give_back(given, numbers[0], desk)

    handed = given.hand_over(numbers[1:], desk, person_id=person)
    assert handed.person_turn == 3
    with pytest.raises(PersonHasEnoughBooklets):
        given.hand_over(numbers[:1], desk, person_id=person)


def test_another_campaign_s_booklets_do_not_count(given: World) -> None:
    desk, numbers = _stock(given, 1, booklets_per_person=1)
    other = World(given.do, given.keyring, series="HT-2026")
    there, others = _stock(other, 1, booklets_per_person=1)
    person = uuid4()

    given.hand_over(numbers, desk, person_id=person)

    assert other.hand_over(others, there, person_id=person).person_turn == 1


def test_nobody_is_prescribed_what_he_cannot_be_handed(given: World) -> None:
    desk, numbers = _stock(given, 2, booklets_per_person=1)

    with pytest.raises(PersonHasEnoughBooklets):
        _prescribe(given, desk, 2)
    prescribed = _prescribe(given, desk, 1)
    given.hand_over(numbers[:1], desk, prescription_id=prescribed.id)

    with pytest.raises(PersonHasEnoughBooklets):
        given.hand_over(numbers[1:], desk, prescription_id=prescribed.id)
    with pytest.raises(PersonHasEnoughBooklets):
        _prescribe(given, desk, 1, person_id=prescribed.person_id)


def test_a_limit_set_later_counts_what_was_handed_over_before(given: World) -> None:
    desk, numbers = _stock(given, 2)
    person = uuid4()
    given.hand_over(numbers[:1], desk, person_id=person)
    _amend(given, booklets_per_person=1)

    with pytest.raises(PersonHasEnoughBooklets):
        given.hand_over(numbers[1:], desk, person_id=person)


def test_two_sites_that_hand_a_booklet_to_one_person_at_once_hand_one(
    database: Database, committed: World
) -> None:
    desk, numbers = _stock(committed, 2, booklets_per_person=1)
    other, person = committed.desk(), uuid4()
    moved = committed.active(1)
    committed.allocate(moved, other)

    late = overtaken(
        database,
        committed,
        first=lambda world: world.hand_over(numbers[:1], desk, person_id=person),
        second=lambda world: world.hand_over(moved, other, person_id=person),
    )

    assert late is PersonHasEnoughBooklets


def test_many_who_hand_booklets_to_one_person_at_once_keep_to_the_limit(committed: World) -> None:
    desk, numbers = _stock(committed, 5, booklets_per_person=2)
    person = uuid4()

    def handing(number: str) -> Act:
        return lambda world: world.hand_over([number], desk, person_id=person)

    outcomes = together(committed, [handing(number) for number in numbers])

    assert sum(isinstance(one, Handover) for one in outcomes) == 2
    assert outcomes.count(PersonHasEnoughBooklets) == 3


# Vouchers in one visit.


def test_one_visit_takes_no_more_vouchers_of_a_booklet_than_the_campaign_allows(given: World) -> None:
    shop, [booklet] = _counter(given, vouchers_per_visit=2)
    serials = serials_of(booklet)

    with pytest.raises(VisitIsLimited) as whole:
        given.redeem(serials[:3], shop)
    given.redeem(serials[:1], shop)
    with pytest.raises(VisitIsLimited) as rest:
        given.redeem(serials[1:3], shop, mode=Mode.EACH)
    given.redeem(serials[1:2], shop)

    assert (whole.value.vouchers_per_visit, whole.value.already) == (2, 0)
    assert rest.value.already == 1
    assert outcome_of(lambda: given.redeem(serials[2:3], shop)) is VisitIsLimited


def test_another_day_and_another_venue_are_other_visits(given: World) -> None:
    shop, [booklet] = _counter(given, vouchers_per_visit=1)
    serials = serials_of(booklet)

    given.redeem(serials[:1], shop)
    given.redeem(serials[1:2], shop, served_on=TODAY - timedelta(days=1))
    given.redeem(serials[2:3], given.shop())

    assert outcome_of(lambda: given.redeem(serials[3:4], shop)) is VisitIsLimited


def test_a_voucher_that_was_given_back_leaves_room_for_another(given: World) -> None:
    shop, [booklet] = _counter(given, vouchers_per_visit=1)
    [taken] = given.redeem(serials_of(booklet)[:1], shop).items

    given.reverse(taken.redemption_id, shop.clerk)  # type: ignore[union-attr]

    assert given.redeem(serials_of(booklet)[1:2], shop).total_cents == 1_000


def test_two_booklets_in_one_basket_are_one_person_s_and_apart_they_are_two(given: World) -> None:
    shop, [one, two] = _counter(given, 2, vouchers_per_visit=1)

    with pytest.raises(VisitIsLimited):
        given.redeem([serials_of(one)[0], serials_of(two)[0]], shop)
    given.redeem(serials_of(one)[:1], shop)

    assert given.redeem(serials_of(two)[:1], shop).total_cents == 1_000


def test_a_paper_that_cannot_be_read_counts_as_the_others_do(given: World) -> None:
    shop, [booklet] = _counter(given, vouchers_per_visit=1)
    asked = ask(given, serials_of(booklet)[0], shop)
    given.redeem(serials_of(booklet)[1:2], shop)

    assert outcome_of(lambda: confirm(given, asked.id, given.finance)) is VisitIsLimited


def test_an_inferred_handover_is_held_to_the_visit_too(given: World) -> None:
    _, [booklet] = _stock(given, 1, vouchers_per_visit=1)
    shop = given.shop()

    given.redeem(serials_of(booklet)[:1], shop)

    assert outcome_of(lambda: given.redeem(serials_of(booklet)[1:2], shop)) is VisitIsLimited


def test_two_counters_that_take_vouchers_of_one_booklet_at_once_keep_to_the_visit(
    database: Database, committed: World
) -> None:
    shop, [booklet] = _counter(committed, vouchers_per_visit=1)
    serials = serials_of(booklet)

    late = overtaken(
        database,
        committed,
        first=lambda world: world.redeem(serials[:1], shop),
        second=lambda world: world.redeem(serials[1:2], shop),
    )

    assert late is VisitIsLimited


def test_many_vouchers_of_one_booklet_at_once_keep_to_the_visit(committed: World) -> None:
    shop, [booklet] = _counter(committed, vouchers_per_visit=3)

    def taking(serial: str) -> Act:
        return lambda world: world.redeem([serial], shop)

    outcomes = together(committed, [taking(serial) for serial in serials_of(booklet)[:6]])

    assert sum(isinstance(one, Outcome) for one in outcomes) == 3


def test_without_a_limit_two_vouchers_of_one_booklet_do_not_wait_for_each_other(
    database: Database, committed: World
) -> None:
    shop, [booklet] = _counter(committed)
    serials = serials_of(booklet)

    with database.transaction() as session:
        World(lambda command: command(session), committed.keyring).redeem(serials[:1], shop)
        [other] = together(committed, [lambda world: world.redeem(serials[1:2], shop)])

    assert isinstance(other, Outcome)


# The face value produced in all.


def test_no_more_is_produced_than_the_ceiling_allows(given: World) -> None:
    given.campaign(ceiling_cents=35_000)

    with pytest.raises(CeilingIsReached):
        given.produced(4)
    given.produced(2)
    with pytest.raises(CeilingIsReached) as refused:
        given.produced(2)
    given.produced(1)

    assert (refused.value.ceiling_cents, refused.value.booklets_left) == (35_000, 1)
    assert outcome_of(lambda: given.produced(1)) is CeilingIsReached


def test_an_order_beyond_the_ceiling_is_refused_before_the_work_begins(given: World) -> None:
    given.campaign(ceiling_cents=10_000)

    def order(booklets: int) -> Any:
        return outcome_of(
            lambda: given.do(lambda s: production.orderable(s, series=given.series, booklets=booklets))
        )

    assert order(2) is CeilingIsReached
    assert order(1).series == given.series


def test_a_batch_that_was_produced_up_to_the_ceiling_is_found_again(given: World) -> None:
    given.campaign(ceiling_cents=10_000)
    batch_id = uuid4()

    def produce() -> Any:
        return given.do(
            lambda s: production.produce(
                s,
                series=given.series,
                booklets=1,
                on=TODAY,
                at=NOW,
                by=given.operator,
                keyring=given.keyring,
                batch_id=batch_id,
            )
        )

    assert produce().no == produce().no == 1


def test_a_ceiling_that_is_raised_lets_more_be_produced(given: World) -> None:
    given.campaign(ceiling_cents=10_000)
    given.produced(1)

    _amend(given, ceiling_cents=20_000)

    given.produced(1)
    assert outcome_of(lambda: given.produced(1)) is CeilingIsReached


def test_two_orders_at_once_do_not_pass_the_ceiling_together(database: Database, committed: World) -> None:
    committed.campaign(ceiling_cents=10_000)

    late = overtaken(
        database,
        committed,
        first=lambda world: world.produced(1),
        second=lambda world: world.produced(1),
    )

    assert late is CeilingIsReached


def _amend(world: World, **changed: Any) -> None:
    def command(session: Any) -> None:
        campaign = campaigns.get(session, world.series)
        kept = {name: getattr(campaign, name) for name in Terms.__dataclass_fields__}
        campaigns.amend(session, series=world.series, version=campaign.version, terms=Terms(**kept | changed))

    world.do(command)
