from collections.abc import Sequence
from typing import Any

import pytest

from tests.races import overtaken
from tests.vouchers.acts import give_back, receive, send
from tests.world import NOW, TODAY, Desk, World, serials_of
from voucher_service.kernel.actor import Actor
from voucher_service.kernel.database import Database
from voucher_service.ledger import accounts
from voucher_service.network.prescribers import SiteIsUnknown
from voucher_service.vouchers import booklet_search, stock_count
from voucher_service.vouchers.booklet_search import Place
from voucher_service.vouchers.custody import BookletsAreElsewhere
from voucher_service.vouchers.objections import BookletIsNotHandedOver
from voucher_service.vouchers.register import BookletIsUnknown
from voucher_service.vouchers.stock_count import Comparison, StockCount, StockCountIsUnknown


def _count(world: World, seen: Sequence[str], desk: Desk, by: Actor | None = None) -> StockCount:
    return world.do(  # type: ignore[no-any-return]
        lambda s: stock_count.count(
            s,
            series=world.series,
            site_id=desk.site.id,
            seen=seen,
            on=TODAY,
            at=NOW,
            by=by or desk.worker,
        )
    )


def _find_again(world: World, booklet: str, desk: Desk, by: Actor | None = None) -> StockCount:
    return world.do(  # type: ignore[no-any-return]
        lambda s: stock_count.find_again(
            s,
            series=world.series,
            site_id=desk.site.id,
            booklet=booklet,
            on=TODAY,
            at=NOW,
            by=by or desk.worker,
        )
    )


def _shelf(world: World, booklets: int, **terms: Any) -> tuple[Desk, list[str]]:
    world.campaign(**terms)
    desk, numbers = world.desk(), world.active(booklets)
    world.allocate(numbers, desk)
    return desk, numbers


def test_a_count_that_agrees_changes_nothing(given: World) -> None:
    desk, booklets = _shelf(given, 2)

    counted = _count(given, [*booklets, booklets[0]], desk)

    assert (counted.expected, counted.seen) == (2, 2)
    assert (counted.missing, counted.found_again, counted.elsewhere) == ([], [], [])
    assert given.balance(accounts.prescriber(desk.site.no)) == 20


def test_a_booklet_that_is_not_in_the_cupboard_is_a_shortage_with_its_number(given: World) -> None:
    desk, booklets = _shelf(given, 3)

    counted = _count(given, booklets[1:], desk)

    assert counted.missing == booklets[:1]
    assert given.balance(accounts.prescriber(desk.site.no)) == 20
    assert given.balance(accounts.SHORTAGE) == 10
    with pytest.raises(BookletsAreElsewhere):
        given.hand_over(booklets[:1], desk)


@pytest.mark.parametrize("required", [True, False])
def test_a_missing_booklet_keeps_its_value_and_is_refused_until_it_is_explained(
    given: World, required: bool
) -> None:
    desk, [booklet] = _shelf(given, 1, handover_required=required)
    shop, first = given.shop(), serials_of(booklet)[:1]
    _count(given, [], desk)

    with pytest.raises(BookletIsNotHandedOver):
        given.redeem(first, shop)
    _find_again(given, booklet, desk)
    given.hand_over([booklet], desk)

    assert given.redeem(first, shop).total_cents == 1000


def test_only_a_booklet_that_was_missing_is_found_again(given: World) -> None:
    desk, [there, missing] = _shelf(given, 2)
    other = given.desk()
    _count(given, [there], desk)

    for booklet, site in ((there, desk), (missing, other)):
        with pytest.raises(BookletsAreElsewhere):
            _find_again(given, booklet, site)
    with pytest.raises(SiteIsUnknown):
        _find_again(given, missing, desk, by=other.worker)

    found = _find_again(given, missing, desk)
    assert (found.seen, found.found_again) == (1, [missing])


def test_a_missing_booklet_that_is_seen_again_comes_back_to_its_site(given: World) -> None:
    desk, booklets = _shelf(given, 2)
    _count(given, booklets[1:], desk)

    counted = _count(given, booklets, desk)

    assert counted.found_again == booklets[:1]
    assert given.balance(accounts.SHORTAGE) == 0
    given.hand_over(booklets[:1], desk)


def test_a_booklet_that_did_not_arrive_and_turns_up_at_its_site_comes_back_too(given: World) -> None:
    given.campaign()
    desk, booklets = given.desk(), given.active(2)
    receive(given, send(given, booklets, desk), desk.worker, counted=1, missing=booklets[:1])

    assert _count(given, booklets, desk).found_again == booklets[:1]
    assert given.balance(accounts.prescriber(desk.site.no)) == 20


def test_a_booklet_thought_elsewhere_is_reported_and_stays_there(given: World) -> None:
    desk, [here, handed] = _shelf(given, 2)
    other, [stock, foreign] = given.desk(), given.active(2)
    given.allocate([foreign], other)
    given.hand_over([handed], desk)
    _count(given, [], other)

    counted = _count(given, [here, handed, stock, foreign], desk)

    assert counted.elsewhere == sorted([handed, stock, foreign])
    assert given.balance(accounts.BENEFICIARIES) == 10
    assert given.balance(accounts.SHORTAGE) == 10


def test_what_is_used_up_or_void_is_not_looked_for(given: World) -> None:
    desk, [void, used, begun] = _shelf(given, 3)
    given.hand_over([used, begun], desk)
    given.redeem(serials_of(used)[:3], given.shop())
    give_back(given, used, desk)
    given.void(booklets=[void])

    counted = _count(given, [], desk)

    assert counted.missing == [used]
    assert given.balance(accounts.SHORTAGE) == 7


def test_a_comparison_tells_the_same_and_changes_nothing(given: World) -> None:
    desk, [first, second] = _shelf(given, 2)

    told: Comparison = given.do(
        lambda s: stock_count.compare(
            s, series=given.series, site_id=desk.site.id, seen=[second], by=desk.worker
        )
    )

    assert (told.expected, told.there, told.missing) == ((first, second), (second,), (first,))
    assert given.balance(accounts.prescriber(desk.site.no)) == 20


def test_a_mistyped_number_stops_the_count(given: World) -> None:
    desk, booklets = _shelf(given, 1)

    with pytest.raises(BookletIsUnknown):
        _count(given, [*booklets, "PN-2026-000999"], desk)

    assert given.balance(accounts.SHORTAGE) == 0


def test_nobody_counts_or_reads_the_counts_of_another_organisation(given: World) -> None:
    desk, booklets = _shelf(given, 1)
    other = given.desk()
    counted = _count(given, booklets, desk)

    with pytest.raises(SiteIsUnknown):
        _count(given, [], desk, by=other.worker)
    with pytest.raises(StockCountIsUnknown):
        given.do(lambda s: stock_count.own(s, stock_count_id=counted.id, by=other.worker))
    assert given.do(lambda s: stock_count.search(s, by=other.worker)) == []
    found = given.do(lambda s: stock_count.search(s, by=desk.worker, series="PN-2026", site_id=desk.site.id))
    assert found == [counted]
    assert given.do(lambda s: stock_count.own(s, stock_count_id=counted.id, by=given.finance)) == counted


def test_a_site_still_sees_the_booklets_that_it_misses(given: World) -> None:
    desk, [booklet] = _shelf(given, 1)
    other = given.desk()
    _count(given, [], desk)

    found = given.do(lambda s: booklet_search.get(s, number=booklet, by=desk.worker))

    assert (found.place, found.site_id) == (Place.MISSING, desk.site.id)
    with pytest.raises(BookletIsUnknown):
        given.do(lambda s: booklet_search.get(s, number=booklet, by=other.worker))


def test_a_booklet_handed_over_during_a_count_is_not_called_missing(
    database: Database, committed: World
) -> None:
    desk, [handed, there] = _shelf(committed, 2)

    late: Any = overtaken(
        database,
        committed,
        first=lambda world: world.hand_over([handed], desk),
        second=lambda world: _count(world, [there], desk).missing,
    )

    assert late == []
    assert committed.balance(accounts.BENEFICIARIES) == 10


def test_a_booklet_called_missing_during_a_handover_is_not_handed_over(
    database: Database, committed: World
) -> None:
    desk, [booklet] = _shelf(committed, 1)

    late = overtaken(
        database,
        committed,
        first=lambda world: _count(world, [], desk),
        second=lambda world: world.hand_over([booklet], desk),
    )

    assert late is BookletsAreElsewhere
