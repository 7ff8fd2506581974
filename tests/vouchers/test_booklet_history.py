from typing import Any

from tests.vouchers.acts import give_back
from tests.vouchers.test_stock_count import _count
from tests.world import Desk, World, serials_of
from voucher_service.vouchers import booklet_history, booklet_search


def _told(world: World, booklet: str, desk: Desk) -> list[tuple[str, Any, Any]]:
    def read(session: Any) -> Any:
        found = booklet_search.get(session, number=booklet, by=desk.worker)
        return booklet_history.read(session, booklet=found, by=desk.worker)

    return [(event.act, event.papers, event.reason) for event in world.do(read)]


def test_the_life_of_a_booklet_is_told_act_by_act(given: World) -> None:
    given.campaign()
    desk, shop = given.desk(), given.shop()
    [booklet] = given.in_hand(1, desk)
    given.redeem(serials_of(booklet)[:2], shop)
    given.void(serials=serials_of(booklet)[2:3])
    give_back(given, booklet, desk)
    _count(given, [], desk)

    assert _told(given, booklet, desk) == [
        ("produce", None, None),
        ("activate", None, None),
        ("allocate", None, None),
        ("receive", None, None),
        ("hand-over", None, None),
        ("redeem", 2, None),
        ("void", 1, "lost"),
        ("give-back", None, None),
        ("count", None, "missing"),
    ]


def test_a_site_of_somebody_else_is_not_named(given: World) -> None:
    given.campaign()
    first, second = given.desk(), given.desk()
    [booklet] = given.in_hand(1, first)
    give_back(given, booklet, second)

    def read(session: Any) -> Any:
        found = booklet_search.get(session, number=booklet, by=second.worker)
        return booklet_history.read(session, booklet=found, by=second.worker)

    named = {event.act: event.site for event in given.do(read)}
    assert (named["hand-over"], named["give-back"]) == (None, second.site.name)
