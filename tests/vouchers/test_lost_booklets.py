from typing import Any

import pytest

from tests.vouchers.acts import give_back
from tests.world import NOW, TODAY, Desk, World, outcome_of, serials_of
from voucher_service.ledger import accounts
from voucher_service.vouchers import handover, lost_booklets
from voucher_service.vouchers.custody import BookletsAreElsewhere
from voucher_service.vouchers.holdings import NothingIsLeft
from voucher_service.vouchers.lost_booklets import LostBooklet, NewBookletHoldsTooLittle
from voucher_service.vouchers.register import BookletIsUnknown
from voucher_service.vouchers.spent import VoucherIsVoid
from voucher_service.vouchers.voiding import Reason


def _replace(world: World, lost: str, new: str, desk: Desk, **change: Any) -> LostBooklet:
    said: dict[str, Any] = {
        "booklet": lost,
        "new_booklet": new,
        "site_id": desk.site.id,
        "by": desk.worker,
    } | change
    return world.do(  # type: ignore[no-any-return]
        lambda s: lost_booklets.replace_from_stock(
            s, series=world.series, reason=Reason.LOST, on=TODAY, at=NOW, **said
        )
    )


def _scene(world: World, booklets: int = 2, **terms: Any) -> tuple[Desk, list[str]]:
    world.campaign(**terms)
    desk, numbers = world.desk(), world.active(booklets)
    world.allocate(numbers, desk)
    return desk, numbers


def test_the_person_leaves_with_another_booklet_and_the_lost_one_is_dead(given: World) -> None:
    desk, [lost, new] = _scene(given)
    first = given.hand_over([lost], desk)

    done = _replace(given, lost, new, desk)

    handed = given.do(lambda s: handover.own(s, handover_id=done.handover_id, by=desk.worker))
    assert (done.papers, done.kept_back, handed.person_id) == (10, [], first.person_id)
    assert outcome_of(lambda: given.redeem(serials_of(lost)[:1], given.shop())) is VoucherIsVoid
    assert given.redeem(serials_of(new)[:1], given.shop()).total_cents == 1000
    assert given.do(lambda s: lost_booklets.of_booklet(s, campaign_id=done.campaign_id, booklet=lost)) == done


def test_only_what_was_left_is_given_again(given: World) -> None:
    desk, [lost, new] = _scene(given)
    given.hand_over([lost], desk)
    given.redeem(serials_of(lost)[:4], given.shop())

    done = _replace(given, lost, new, desk)

    assert (done.papers, done.kept_back) == (6, serials_of(new)[:4])
    assert given.balance(accounts.BENEFICIARIES) == 6
    assert given.balance(accounts.VOID) == 10
    assert outcome_of(lambda: given.redeem(serials_of(new)[:1], given.shop())) is VoucherIsVoid
    assert given.redeem(serials_of(new)[4:5], given.shop()).total_cents == 1000


def test_a_begun_booklet_cannot_stand_for_more_than_it_holds(given: World) -> None:
    desk, [lost, begun] = _scene(given)
    given.hand_over([lost, begun], desk)
    given.redeem(serials_of(begun)[:1], given.shop())
    give_back(given, begun, desk)

    with pytest.raises(NewBookletHoldsTooLittle) as refused:
        _replace(given, lost, begun, desk)

    assert (refused.value.left, refused.value.holds) == (10, 9)


def test_what_is_not_in_anybody_s_hands_is_not_lost_by_anybody(given: World) -> None:
    desk, [here, new] = _scene(given)

    with pytest.raises(BookletsAreElsewhere):
        _replace(given, here, new, desk)


def test_a_booklet_used_to_the_end_is_not_replaced(given: World) -> None:
    desk, [lost, new] = _scene(given)
    given.hand_over([lost], desk)
    given.redeem(serials_of(lost), given.shop())

    with pytest.raises(NothingIsLeft):
        _replace(given, lost, new, desk)


def test_another_organisation_s_booklets_are_unknown(given: World) -> None:
    desk, [lost, new] = _scene(given)
    other = given.desk()
    given.hand_over([lost], desk)

    with pytest.raises(BookletIsUnknown):
        _replace(given, lost, new, desk, site_id=other.site.id, by=other.worker)
    with pytest.raises(BookletIsUnknown):
        _replace(given, lost, given.active(1)[0], desk)


def test_a_person_who_may_have_one_booklet_may_have_another_for_the_lost_one(given: World) -> None:
    desk, [lost, new] = _scene(given, booklets_per_person=1)
    given.hand_over([lost], desk)

    assert _replace(given, lost, new, desk).papers == 10
