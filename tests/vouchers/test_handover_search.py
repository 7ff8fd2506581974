from datetime import timedelta
from typing import Any

from tests.vouchers.acts import undo
from tests.world import NOW, TODAY, Desk, World, serials_of
from voucher_service.vouchers import handover, handover_search
from voucher_service.vouchers.answers import AgeBand, Answers, Need
from voucher_service.vouchers.handover_search import FoundHandover, Order, Wish

YESTERDAY = TODAY - timedelta(days=1)


def _search(world: World, desk: Desk, wish: Wish | None = None, **how: Any) -> list[FoundHandover]:
    return world.do(  # type: ignore[no-any-return]
        lambda s: handover_search.search(s, wish=wish or Wish(), by=desk.worker, **how)
    )


def _handed(world: World, desk: Desk, booklet: str, on: Any, answers: Answers | None = None) -> Any:
    return world.do(
        lambda s: handover.hand_over(
            s,
            series=world.series,
            booklets=[booklet],
            site_id=desk.site.id,
            handed_on=on,
            today=TODAY,
            at=NOW,
            by=desk.worker,
            answers=answers,
        )
    )


def _scene(world: World) -> tuple[Desk, list[str], list[Any]]:
    world.campaign()
    desk, booklets = world.desk(), world.active(3)
    world.allocate(booklets, desk)
    days = (TODAY, YESTERDAY, TODAY)
    return desk, booklets, [_handed(world, desk, one, on) for one, on in zip(booklets, days, strict=True)]


def test_handovers_are_read_by_their_day_in_either_order(given: World) -> None:
    desk, _, [first, second, third] = _scene(given)

    assert [one.id for one in _search(given, desk)] == [third.id, first.id, second.id]
    assert [one.id for one in _search(given, desk, order=Order.OLDEST)] == [second.id, first.id, third.id]


def test_a_list_goes_on_after_a_day_and_an_identifier(given: World) -> None:
    desk, _, [first, second, third] = _scene(given)

    page = _search(given, desk, after=(third.handed_on, third.id), limit=1)
    back = _search(given, desk, order=Order.OLDEST, after=(second.handed_on, second.id), limit=1)

    assert [one.id for one in page] == [first.id]
    assert [one.id for one in back] == [first.id]


def test_a_handover_tells_its_booklets_what_is_used_of_them_and_what_was_noted(given: World) -> None:
    given.campaign()
    desk, shop, [booklet] = given.desk(), given.shop(), given.active(1)
    given.allocate([booklet], desk)
    noted = Answers(age_band=AgeBand.FROM_70, need=Need.BASIC_SKILLS)
    handed = _handed(given, desk, booklet, TODAY, noted)
    given.redeem(serials_of(booklet)[:2], shop)

    [found] = _search(given, desk)

    assert (found.id, found.numbers, found.papers_used) == (handed.id, [booklet], 2)
    assert (found.age_band, found.situation, found.need) == ("70-and-over", "unknown", "basic-skills")
    assert (found.series, found.site, found.undone) == ("PN-2026", desk.site.name, False)


def test_handovers_are_found_by_what_is_given(given: World) -> None:
    desk, booklets, [first, second, third] = _scene(given)
    undo(given, first, desk.worker)

    def found(**wish: Any) -> set[Any]:
        return {one.id for one in _search(given, desk, Wish(**wish))}

    assert found(number=booklets[1]) == {second.id}
    assert found(number="PN-2026-00000") == {first.id, second.id, third.id}
    assert found(number="%") == set()
    assert found(from_on=TODAY) == {first.id, third.id}
    assert found(until_on=YESTERDAY) == {second.id}
    assert found(undone=True) == {first.id}
    assert found(undone=False) == {second.id, third.id}
    assert found(series="PN-2025") == set()
    assert found(site_id=given.desk().site.id) == set()


def test_another_organisation_s_handovers_are_not_listed(given: World) -> None:
    _scene(given)

    assert _search(given, given.desk()) == []


def test_a_list_is_turned_page_by_page(given: World) -> None:
    desk, booklets, [first, second, third] = _scene(given)

    assert [one.id for one in _search(given, desk, start=1, limit=1)] == [first.id]
    assert [one.id for one in _search(given, desk, start=2)] == [second.id]
    assert [one.id for one in _search(given, desk, Wish(number=booklets[2][-3:]))] == [third.id]
