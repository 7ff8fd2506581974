from functools import partial
from typing import Any

import pytest

from tests.vouchers.acts import block, give_back, send
from tests.vouchers.test_stock_count import _count
from tests.world import NOW, TODAY, Desk, World, outcome_of, serials_of
from voucher_service.funding.campaigns import CampaignIsBlocked
from voucher_service.network import prescribers
from voucher_service.vouchers import prescription, ready
from voucher_service.vouchers.allowance import PersonHasEnoughBooklets
from voucher_service.vouchers.answers import Need
from voucher_service.vouchers.custody import NoBookletIsNamed
from voucher_service.vouchers.handover import BookletsAreNotActive
from voucher_service.vouchers.ready import (
    BookletIsHandedOver,
    BookletIsInNobodysHands,
    BookletIsMissing,
    BookletIsOnItsWay,
    BookletIsUsedUp,
    BookletsDoNotGoTogether,
    Ready,
)
from voucher_service.vouchers.register import BookletIsUnknown


def _check(world: World, desk: Desk, *typed: str, **how: Any) -> Ready:
    return world.do(lambda s: ready.check(s, typed=typed, by=desk.worker, **how))  # type: ignore[no-any-return]


def _held(world: World, booklets: int, **terms: Any) -> tuple[Desk, list[str]]:
    world.campaign(**terms)
    desk, numbers = world.desk(), world.active(booklets)
    world.allocate(numbers, desk)
    return desk, numbers


def test_booklets_of_one_cupboard_are_ready_for_one_person(given: World) -> None:
    desk, numbers = _held(given, 2)

    told = _check(given, desk, numbers[0].lower(), "2", numbers[1])

    assert (told.numbers, told.papers, told.cents) == (numbers, 20, 20_000)
    assert (told.campaign.series, told.site) == ("PN-2026", desk.site)


def test_each_reason_why_a_booklet_is_not_ready_has_its_own_words(given: World) -> None:
    desk, [handed, missing, void, there] = _held(given, 4)
    given.hand_over([handed], desk)
    _count(given, [void, there], desk)
    given.void(booklets=[void])
    [coming] = given.active(1)
    send(given, [coming], desk)
    inactive = given.produced(1)
    given.allocate(inactive, desk)
    [foreign] = given.in_hand()

    told = {
        number: outcome_of(partial(_check, given, desk, there, number))
        for number in (handed, missing, void, coming, *inactive, foreign)
    }

    assert list(told.values()) == [
        BookletIsHandedOver,
        BookletIsMissing,
        BookletIsUsedUp,
        BookletIsOnItsWay,
        BookletsAreNotActive,
        BookletIsUnknown,
    ]
    with pytest.raises(NoBookletIsNamed):
        _check(given, desk)


def test_a_begun_booklet_that_came_back_is_ready_with_what_is_left(given: World) -> None:
    desk, [booklet] = _held(given, 1)
    given.hand_over([booklet], desk)
    given.redeem(serials_of(booklet)[:4], given.shop())
    give_back(given, booklet, desk)

    assert _check(given, desk, booklet).papers == 6


def test_booklets_of_two_sites_are_not_handed_over_together(given: World) -> None:
    desk, _ = _held(given, 1)
    here, there = given.active(2)
    given.allocate([here], desk)
    other = given.do(
        lambda s: prescribers.open_site(
            s,
            organisation_id=desk.worker.organisation_id,
            name="Antenne fictive",
            commune="Lattes",
            at=NOW,
            by=given.operator,
        )
    )
    given.allocate([there], Desk(other, desk.worker))

    with pytest.raises(BookletsDoNotGoTogether):
        _check(given, desk, here, there)


def test_a_person_s_limit_is_told_before_anything_is_asked(given: World) -> None:
    desk, numbers = _held(given, 3, booklets_per_person=1)
    prescribed = given.do(
        lambda s: prescription.prescribe(
            s,
            series=given.series,
            site_id=desk.site.id,
            need=Need.NUDGE,
            booklets=1,
            prescribed_on=TODAY,
            at=NOW,
            by=desk.worker,
        )
    )
    given.hand_over(numbers[:1], desk, prescription_id=prescribed.id)

    with pytest.raises(PersonHasEnoughBooklets):
        _check(given, desk, *numbers[1:])
    with pytest.raises(PersonHasEnoughBooklets):
        _check(given, desk, numbers[1], prescription_id=prescribed.id)
    assert _check(given, desk, numbers[1]).papers == 10


def test_nothing_is_ready_in_a_blocked_campaign(given: World) -> None:
    desk, numbers = _held(given, 1)
    block(given)

    with pytest.raises(CampaignIsBlocked):
        _check(given, desk, *numbers)


def test_what_is_lost_was_in_somebody_s_hands_and_has_something_left(given: World) -> None:
    desk, [here, empty, begun] = _held(given, 3)
    given.hand_over([empty, begun], desk)
    shop = given.shop()
    given.redeem(serials_of(empty), shop)
    given.redeem(serials_of(begun)[:1], shop)

    def lost(typed: str) -> Any:
        return outcome_of(lambda: given.do(lambda s: ready.lost(s, typed=typed, by=desk.worker)))

    assert lost(begun.lower()).papers_left == 9
    assert (lost(empty), lost(here)) == (BookletIsUsedUp, BookletIsInNobodysHands)
