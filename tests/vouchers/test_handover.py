from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from tests.vouchers.acts import block, every, give_back, send_back, undo
from tests.world import NOW, TODAY, World, serials_of
from voucher_service.funding.campaigns import CampaignIsBlocked
from voucher_service.ledger import accounts
from voucher_service.network.prescribers import SiteIsUnknown
from voucher_service.vouchers import answers, handover, prescription
from voucher_service.vouchers.answers import AgeBand, Answers, Need
from voucher_service.vouchers.custody import BookletsAreElsewhere, BookletsAreEmpty, NoBookletIsNamed
from voucher_service.vouchers.handover import (
    BookletsAreNotActive,
    DayOfHandoverIsOutOfBounds,
    Handover,
    HandoverHasMovedOn,
    HandoverIsUndone,
    HandoverIsUnknown,
)
from voucher_service.vouchers.objections import BookletIsNotHandedOver
from voucher_service.vouchers.prescription import PrescriptionIsUnknown
from voucher_service.vouchers.redemption import Taken
from voucher_service.vouchers.register import BookletIsUnknown


def _hand_over_on(world: World, booklet: str, desk: Any, handed_on: date, today: date) -> Handover:
    return world.do(  # type: ignore[no-any-return]
        lambda s: handover.hand_over(
            s,
            series=world.series,
            booklets=[booklet],
            site_id=desk.site.id,
            handed_on=handed_on,
            today=today,
            at=NOW,
            by=desk.worker,
        )
    )


def test_several_booklets_are_handed_to_one_person(given: World) -> None:
    given.campaign()
    desk, booklets = given.desk(), given.active(3)
    given.allocate(booklets, desk)

    handed = given.hand_over(booklets[:2], desk)

    assert (handed.booklets, handed.inferred) == (2, False)
    assert given.balance(accounts.prescriber(desk.site.no)) == 10
    assert given.balance(accounts.BENEFICIARIES) == 20
    assert given.do(lambda s: handover.booklets_of(s, handed)) == booklets[:2]


def test_a_person_without_a_name_is_recognised_by_a_pseudonym_alone(given: World) -> None:
    given.campaign()
    desk, booklets = given.desk(), given.active(3)
    given.allocate(booklets, desk)

    first = given.hand_over(booklets[:1], desk)
    again = given.hand_over(booklets[1:2], desk, person_id=first.person_id)
    another = given.hand_over(booklets[2:], desk)

    assert first.person_id == again.person_id != another.person_id


def test_answers_are_noted_corrected_and_erased_while_the_handover_stays(given: World) -> None:
    given.campaign()
    desk, booklets = given.desk(), given.active(1)
    given.allocate(booklets, desk)
    handed = given.hand_over(booklets, desk, answers=Answers(age_band=AgeBand.FROM_70))

    corrected = Answers(age_band=AgeBand.FROM_60_TO_69, need=Need.NUDGE)
    given.do(lambda s: answers.note(s, handover_id=handed.id, answers=corrected, at=NOW, by=desk.worker))

    last = given.do(lambda s: answers.answers_of(s, handed.id))
    assert (last.revision, last.age_band, last.need) == (2, AgeBand.FROM_60_TO_69, Need.NUDGE)
    given.do(lambda s: answers.erase(s, handover_id=handed.id))
    assert given.do(lambda s: answers.answers_of(s, handed.id)) is None
    assert given.do(lambda s: handover.own(s, handover_id=handed.id, by=desk.worker)).booklets == 1


def test_what_is_not_active_is_not_handed_over(given: World) -> None:
    given.campaign()
    desk, active, inactive = given.desk(), given.active(1), given.produced(1)
    given.allocate([*active, *inactive], desk)

    with pytest.raises(BookletsAreNotActive) as refused:
        given.hand_over([*active, *inactive], desk)

    assert refused.value.booklets == tuple(inactive)
    assert given.balance(accounts.BENEFICIARIES) == 0


@pytest.mark.parametrize(
    ("handed_on", "today"),
    [
        (TODAY + timedelta(days=1), TODAY),
        (TODAY - timedelta(days=32), TODAY),
        (date(2027, 1, 1), date(2027, 1, 2)),
    ],
)
def test_a_day_of_handover_is_neither_to_come_nor_long_past_nor_after_the_last_day_of_use(
    given: World, handed_on: date, today: date
) -> None:
    given.campaign()
    desk, booklets = given.desk(), given.active(1)
    given.allocate(booklets, desk)

    with pytest.raises(DayOfHandoverIsOutOfBounds):
        _hand_over_on(given, booklets[0], desk, handed_on, today)


@pytest.mark.parametrize(
    ("handed_on", "today"),
    [(TODAY, TODAY), (TODAY - timedelta(days=31), TODAY), (date(2026, 12, 31), date(2027, 1, 2))],
)
def test_a_handover_counts_on_its_own_day(given: World, handed_on: date, today: date) -> None:
    given.campaign()
    desk, booklets = given.desk(), given.active(1)
    given.allocate(booklets, desk)

    assert _hand_over_on(given, booklets[0], desk, handed_on, today).handed_on == handed_on


def test_another_organisation_s_site_is_unknown(given: World) -> None:
    given.campaign()
    desk, other, booklets = given.desk(), given.desk(), given.active(1)
    given.allocate(booklets, desk)

    with pytest.raises(SiteIsUnknown):
        given.do(
            lambda s: handover.hand_over(
                s,
                series=given.series,
                booklets=booklets,
                site_id=desk.site.id,
                handed_on=TODAY,
                today=TODAY,
                at=NOW,
                by=other.worker,
            )
        )


def test_a_booklet_is_handed_over_once_and_by_the_site_that_holds_it(given: World) -> None:
    given.campaign()
    desk, other, booklets = given.desk(), given.desk(), given.active(1)
    given.allocate(booklets, desk)

    with pytest.raises(BookletsAreElsewhere):
        given.hand_over(booklets, other)
    given.hand_over(booklets, desk)
    with pytest.raises(BookletsAreElsewhere) as refused:
        given.hand_over(booklets, desk)

    assert refused.value.places == {booklets[0]: accounts.BENEFICIARIES}


def test_nothing_is_handed_over_without_a_booklet_that_has_something_left(given: World) -> None:
    given.campaign()
    desk, booklets = given.desk(), given.active(1)
    given.allocate(booklets, desk)

    with pytest.raises(NoBookletIsNamed):
        given.hand_over([], desk)
    with pytest.raises(BookletIsUnknown):
        given.hand_over(["PN-2026-000099"], desk)
    given.void(booklets=booklets)
    with pytest.raises(BookletsAreEmpty):
        given.hand_over(booklets, desk)


def test_a_blocked_campaign_hands_nothing_over(given: World) -> None:
    given.campaign()
    desk, booklets = given.desk(), given.active(1)
    given.allocate(booklets, desk)
    block(given)

    with pytest.raises(CampaignIsBlocked):
        given.hand_over(booklets, desk)


def test_a_handover_that_did_not_happen_is_undone_and_the_booklet_is_free_again(given: World) -> None:
    given.campaign(handover_required=True)
    desk, shop, booklets = given.desk(), given.shop(), given.active(2)
    given.allocate(booklets, desk)
    handed = given.hand_over(booklets, desk)

    undo(given, handed, desk.worker)

    assert given.balance(accounts.BENEFICIARIES) == 0
    assert given.balance(accounts.prescriber(desk.site.no)) == 20
    with pytest.raises(BookletIsNotHandedOver):
        given.redeem(serials_of(booklets[0])[:1], shop)
    assert given.hand_over(booklets[:1], desk).id != handed.id
    assert send_back(given, booklets[1:], desk).papers == 10


def test_a_handover_is_undone_once(given: World) -> None:
    given.campaign()
    desk, booklets = given.desk(), given.active(1)
    given.allocate(booklets, desk)
    handed = given.hand_over(booklets, desk)
    undo(given, handed, desk.worker)

    with pytest.raises(HandoverIsUndone):
        undo(given, handed, desk.worker)
    assert given.do(lambda s: handover.is_undone(s, handed.id))


def test_a_handover_whose_voucher_was_used_is_not_undone_even_once_the_use_is_reversed(given: World) -> None:
    given.campaign()
    desk, shop, booklets = given.desk(), given.shop(), given.active(2)
    given.allocate(booklets, desk)
    handed = given.hand_over(booklets, desk)
    taken = given.redeem(serials_of(booklets[0])[:1], shop).items[0]
    assert isinstance(taken, Taken)

    with pytest.raises(HandoverHasMovedOn) as refused:
        undo(given, handed, desk.worker)
    given.reverse(taken.redemption_id, shop.clerk)
    with pytest.raises(HandoverHasMovedOn):
        undo(given, handed, desk.worker)

    assert refused.value.booklets == (booklets[0],)


@pytest.mark.parametrize("act", ["void", "replace", "give_back"])
def test_a_handover_whose_booklet_changed_since_is_not_undone(given: World, act: str) -> None:
    given.campaign()
    desk, booklets = given.desk(), given.active(1)
    given.allocate(booklets, desk)
    handed = given.hand_over(booklets, desk)
    if act == "give_back":
        give_back(given, booklets[0], desk)
    else:
        getattr(given, act)(serials=serials_of(booklets[0])[:1])

    with pytest.raises(HandoverHasMovedOn):
        undo(given, handed, desk.worker)


def test_another_organisation_s_handovers_are_unknown(given: World) -> None:
    given.campaign()
    desk, other, booklets = given.desk(), given.desk(), given.active(1)
    given.allocate(booklets, desk)
    handed = given.hand_over(booklets, desk)

    with pytest.raises(HandoverIsUnknown):
        undo(given, handed, other.worker)


def test_a_first_use_tells_of_a_handover_that_nobody_recorded(given: World) -> None:
    given.campaign()
    desk, shop, booklets = given.desk(), given.shop(), given.active(2)
    given.allocate(booklets, desk)

    basket = [*serials_of(booklets[0])[:2], *serials_of(booklets[1])[:1]]
    given.redeem(basket, shop)
    given.redeem(serials_of(booklets[0])[2:3], shop)

    told = every(given, select(Handover))
    assert [(one.inferred, one.booklets, one.site_no, one.person_id) for one in told] == [
        (True, 1, desk.site.no, None),
        (True, 1, desk.site.no, None),
    ]
    assert given.balance(accounts.prescriber(desk.site.no)) == 0
    assert given.balance(accounts.BENEFICIARIES) == 16
    assert given.balance(accounts.USED) == 4


def test_an_inferred_handover_is_not_undone(given: World) -> None:
    given.campaign()
    desk, shop, booklets = given.desk(), given.shop(), given.active(1)
    given.allocate(booklets, desk)
    given.redeem(serials_of(booklets[0])[:1], shop)
    [told] = every(given, select(Handover))

    with pytest.raises(HandoverHasMovedOn):
        undo(given, told, desk.worker)


def test_a_booklet_given_back_begun_and_used_again_is_inferred_with_what_was_left_of_it(given: World) -> None:
    given.campaign()
    desk, shop = given.desk(), given.shop()
    booklet = given.in_hand(1, desk)[0]
    serials = serials_of(booklet)
    given.redeem(serials[:3], shop)
    given.void(serials=serials[3:4])
    give_back(given, booklet, desk)

    given.redeem(serials[4:6], shop)

    assert [one.inferred for one in every(given, select(Handover).order_by(Handover.id))] == [False, True]
    assert given.balance(accounts.prescriber(desk.site.no)) == 0
    assert given.balance(accounts.BENEFICIARIES) == 4


def test_a_prescription_is_carried_out_later_for_the_same_person(given: World) -> None:
    given.campaign()
    desk, booklets = given.desk(), given.active(1)
    given.allocate(booklets, desk)
    prescribed = given.do(
        lambda s: prescription.prescribe(
            s,
            series=given.series,
            site_id=desk.site.id,
            need=Need.BASIC_SKILLS,
            booklets=1,
            prescribed_on=TODAY,
            at=NOW,
            by=desk.worker,
        )
    )

    handed = given.hand_over(booklets, desk, prescription_id=prescribed.id)

    assert (handed.prescription_id, handed.person_id) == (prescribed.id, prescribed.person_id)


def test_another_organisation_s_prescription_is_unknown(given: World) -> None:
    given.campaign()
    desk, other, booklets = given.desk(), given.desk(), given.active(1)
    given.allocate(booklets, desk)
    prescribed = given.do(
        lambda s: prescription.prescribe(
            s,
            series=given.series,
            site_id=other.site.id,
            need=Need.UNKNOWN,
            booklets=1,
            prescribed_on=TODAY,
            at=NOW,
            by=other.worker,
        )
    )

    with pytest.raises(PrescriptionIsUnknown):
        given.hand_over(booklets, desk, prescription_id=prescribed.id)
