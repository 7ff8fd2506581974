from datetime import date, timedelta
from typing import Any

from tests.vouchers.acts import send, undo
from tests.vouchers.test_stock_count import _count
from tests.world import TODAY, Desk, World, serials_of
from voucher_service.vouchers import shelves
from voucher_service.vouchers.shelves import DORMANT_DAYS, Figures, Order, Shelf

LATER = TODAY + timedelta(days=DORMANT_DAYS)
LAST_WEEKS = date(2026, 12, 1)


def _figures(world: World, desk: Desk, on: date = TODAY) -> Figures:
    return world.do(lambda s: shelves.figures(s, today=on, by=desk.worker))  # type: ignore[no-any-return]


def _on(world: World, shelf: Shelf, desk: Desk, on: date = TODAY) -> list[str]:
    found = world.do(lambda s: shelves.booklets(s, shelf=shelf, today=on, by=desk.worker))
    return [booklet.number for booklet in found]


def test_each_figure_counts_the_booklets_of_its_list(given: World) -> None:
    given.campaign()
    desk, shop, booklets = given.desk(), given.shop(), given.active(6)
    here, begun, asleep, missing, undone, coming = booklets
    given.allocate(booklets[:5], desk)
    given.hand_over([begun], desk)
    given.redeem(serials_of(begun)[:3], shop)
    given.hand_over([asleep], desk)
    undo(given, given.hand_over([undone], desk), desk.worker)
    _count(given, [here, undone], desk)
    send(given, [coming], desk)

    told = _figures(given, desk, LATER)

    assert (told.in_stock, told.in_stock_cents) == (2, 20_000)
    assert (told.dormant, told.missing, told.to_receive) == (1, 1, 1)
    assert _on(given, Shelf.IN_STOCK, desk) == [here, undone]
    assert _on(given, Shelf.HANDED_OVER, desk) == [begun, asleep]
    assert _on(given, Shelf.DORMANT, desk, LATER) == [asleep]
    assert _on(given, Shelf.MISSING, desk) == [missing]


def test_a_booklet_sleeps_after_sixty_days_not_before(given: World) -> None:
    given.campaign()
    desk = given.desk()
    given.in_hand(1, desk)

    assert _figures(given, desk, LATER - timedelta(days=1)).dormant == 0
    assert _figures(given, desk, LATER).dormant == 1


def test_handovers_are_counted_from_the_first_of_the_month(given: World) -> None:
    given.campaign()
    desk = given.desk()
    given.in_hand(2, desk)

    assert _figures(given, desk).handed_over == 2
    assert _figures(given, desk, date(2026, 7, 1)).handed_over == 0


def test_what_ends_soon_is_shown_while_something_of_it_is_left(given: World) -> None:
    given.campaign()
    desk, shop = given.desk(), given.shop()
    used, left = given.in_hand(2, desk)
    given.redeem(serials_of(used), shop)

    told = _figures(given, desk, LAST_WEEKS)

    assert (told.expiring, told.expiring_on) == (1, date(2026, 12, 31))
    assert _on(given, Shelf.EXPIRING, desk, LAST_WEEKS) == [left]
    assert (_figures(given, desk).expiring, _figures(given, desk).expiring_on) == (0, None)
    assert _figures(given, desk, date(2027, 1, 1)).expiring == 0


def test_a_booklet_used_before_it_was_counted_belongs_to_the_site_it_was_sent_to(given: World) -> None:
    given.campaign()
    desk, [booklet] = given.desk(), given.active(1)
    send(given, [booklet], desk)
    given.redeem(serials_of(booklet)[:1], given.shop())

    assert _on(given, Shelf.HANDED_OVER, desk) == [booklet]


def test_a_list_goes_on_after_its_last_booklet_and_keeps_to_one_site(given: World) -> None:
    given.campaign()
    desk, other, booklets = given.desk(), given.desk(), given.active(3)
    given.allocate(booklets, desk)

    def listed(site: Desk, after: str | None = None) -> list[str]:
        found = given.do(
            lambda s: shelves.booklets(
                s,
                shelf=Shelf.IN_STOCK,
                today=TODAY,
                by=desk.worker,
                site_id=site.site.id,
                after=after,
                limit=1,
            )
        )
        return [booklet.number for booklet in found]

    assert listed(desk, booklets[0]) == [booklets[1]]
    assert listed(other) == []
    assert _figures(given, other) == Figures(0, 0, 0, 0, None, 0, 0, 0)


def test_a_shelf_is_searched_and_sorted_by_the_day_on_which_booklets_came(given: World) -> None:
    given.campaign()
    desk, [first, second] = given.desk(), given.active(2)
    given.allocate([second], desk)
    given.allocate([first], desk)

    def found(**wish: Any) -> list[str]:
        rows = given.do(
            lambda s: shelves.booklets(s, shelf=Shelf.IN_STOCK, today=TODAY, by=desk.worker, **wish)
        )
        return [row.number for row in rows]

    assert found() == [first, second]
    assert found(order=Order.NEWEST) == [second, first]
    assert found(order=Order.NEWEST, start=1) == found(order=Order.OLDEST, limit=1) == [first]
    assert found(part=second[-3:]) == [second]
    assert found(series="PN-2020") == []
