import pytest

from tests.vouchers.acts import ask, confirm, decline, give_back
from tests.world import SERVICE, World, serials_of
from voucher_service.kernel.actor import Actor, Role
from voucher_service.kernel.identifiers import new_id
from voucher_service.ledger import accounts
from voucher_service.network.mediators import Standing
from voucher_service.vouchers import redemption, unreadable
from voucher_service.vouchers.delivery import Delivery, StateFundedWorkIsNotPaidFor
from voucher_service.vouchers.objections import VoucherIsNotYoursToTake
from voucher_service.vouchers.presentation import VenueIsNotYours
from voucher_service.vouchers.register import VoucherIsUnknown
from voucher_service.vouchers.spent import VoucherIsSpent
from voucher_service.vouchers.unreadable import Answered, RequestIsAnswered, RequestIsUnknown


def test_a_serial_alone_moves_nothing_until_somebody_else_confirms_it(given: World) -> None:
    given.campaign()
    desk, shop = given.desk(), given.shop()
    serial = serials_of(given.in_hand(1, desk)[0])[0]

    asked = ask(given, serial, shop)
    assert given.balance(accounts.due(shop.venue.no)) == 0
    answer = confirm(given, asked.id, desk.worker)

    assert given.balance(accounts.due(shop.venue.no)) == 1_000
    redemption_id = answer.redemption_id
    assert redemption_id is not None
    taken = given.do(lambda s: redemption.get(s, redemption_id))
    assert (taken.serial, taken.operator_id, taken.by) == (
        serial,
        shop.clerk.organisation_id,
        shop.clerk.user_id,
    )


def test_finance_may_confirm_any_request(given: World) -> None:
    given.campaign()
    shop, serial = given.shop(), serials_of(given.in_hand()[0])[0]

    confirm(given, ask(given, serial, shop).id, given.finance)

    assert given.balance(accounts.due(shop.venue.no)) == 1_000


def test_the_paper_that_is_confirmed_is_the_last_one_of_its_serial(given: World) -> None:
    given.campaign()
    shop, serial = given.shop(), serials_of(given.in_hand()[0])[0]
    given.replace(serials=[serial])

    confirm(given, ask(given, serial, shop).id, given.finance)

    assert given.balance(accounts.voucher(serial, 2)) == 0
    assert given.balance(accounts.due(shop.venue.no)) == 1_000


def test_a_declined_request_moves_nothing(given: World) -> None:
    given.campaign()
    desk, shop = given.desk(), given.shop()
    serial = serials_of(given.in_hand(1, desk)[0])[0]

    assert decline(given, ask(given, serial, shop).id, desk.worker).redemption_id is None

    assert given.balance(accounts.due(shop.venue.no)) == 0
    assert given.redeem([serial], shop).total_cents == 1_000


def test_a_request_is_answered_once(given: World) -> None:
    given.campaign()
    desk, shop = given.desk(), given.shop()
    serials = serials_of(given.in_hand(1, desk)[0])
    confirmed, declined = ask(given, serials[0], shop), ask(given, serials[1], shop)
    confirm(given, confirmed.id, desk.worker)
    decline(given, declined.id, desk.worker)

    for asked in (confirmed, declined):
        with pytest.raises(RequestIsAnswered):
            confirm(given, asked.id, given.finance)
        with pytest.raises(RequestIsAnswered):
            decline(given, asked.id, desk.worker)


def test_only_a_prescriber_of_the_booklet_s_site_or_finance_answers(given: World) -> None:
    given.campaign()
    desk, other, shop = given.desk(), given.desk(), given.shop()
    asked = ask(given, serials_of(given.in_hand(1, desk)[0])[0], shop)
    operator = Actor(new_id(), new_id(), Role.OPERATOR)

    for stranger in (other.worker, shop.clerk, operator):
        with pytest.raises(RequestIsUnknown):
            confirm(given, asked.id, stranger)
        with pytest.raises(RequestIsUnknown):
            decline(given, asked.id, stranger)
    with pytest.raises(RequestIsUnknown):
        confirm(given, new_id(), given.finance)


def test_a_site_answers_for_a_booklet_whose_handover_nobody_recorded(given: World) -> None:
    given.campaign()
    desk, shop, booklet = given.desk(), given.shop(), given.active()[0]
    given.allocate([booklet], desk)
    asked = ask(given, serials_of(booklet)[0], shop)

    seen = given.do(lambda s: unreadable.search(s, by=desk.worker, answered=Answered.WAITING))
    confirm(given, asked.id, desk.worker)

    assert [request.id for request, _ in seen] == [asked.id]
    assert given.balance(accounts.BENEFICIARIES) == 9


def test_a_request_for_what_was_used_meanwhile_can_only_be_declined(given: World) -> None:
    given.campaign()
    desk, shop = given.desk(), given.shop()
    serial = serials_of(given.in_hand(1, desk)[0])[0]
    asked = ask(given, serial, shop)
    given.redeem([serial], shop)

    with pytest.raises(VoucherIsSpent):
        confirm(given, asked.id, desk.worker)
    decline(given, asked.id, desk.worker)

    assert given.balance(accounts.due(shop.venue.no)) == 1_000


def test_what_could_not_be_taken_with_its_code_is_not_asked_for_without(given: World) -> None:
    given.campaign()
    serials, shop, stranger = serials_of(given.in_hand()[0]), given.shop(), given.shop(accredited=False)
    given.redeem(serials[:1], shop)
    by_the_state = Delivery(SERVICE, 60, Standing.STATE_FUNDED)

    with pytest.raises(VoucherIsSpent):
        ask(given, serials[0], shop)
    with pytest.raises(VoucherIsUnknown):
        ask(given, "PN-2026-000099-01", shop)
    with pytest.raises(VoucherIsNotYoursToTake):
        ask(given, serials[1], stranger)
    with pytest.raises(VenueIsNotYours):
        ask(given, serials[1], type(shop)(stranger.venue, shop.clerk))
    with pytest.raises(StateFundedWorkIsNotPaidFor):
        ask(given, serials[1], shop, by_the_state)


def test_each_sees_the_requests_that_concern_it(given: World) -> None:
    given.campaign()
    desk, other, shop, rival = given.desk(), given.desk(), given.shop(), given.shop()
    booklet = given.in_hand(1, desk)[0]
    asked = ask(given, serials_of(booklet)[0], shop)

    def seen(by: Actor) -> list[object]:
        rows = given.do(lambda s: unreadable.search(s, by=by, series=given.series))
        return [request.id for request, _ in rows]

    assert [seen(one) for one in (shop.clerk, desk.worker, given.finance)] == [[asked.id]] * 3
    assert [seen(one) for one in (rival.clerk, other.worker)] == [[], []]
    give_back(given, booklet, other)
    assert seen(other.worker) == [asked.id]
