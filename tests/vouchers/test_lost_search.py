"""Lost booklets are found again, whichever way their holders were helped."""

from typing import Any

from tests.world import NOW, TODAY, Desk, World
from voucher_service.kernel.keyset import Order
from voucher_service.vouchers import lost_booklets, lost_search
from voucher_service.vouchers.lost_search import LostOne, Wish
from voucher_service.vouchers.voiding import Reason


def _found(world: World, by: Any, wish: Wish | None = None, **how: Any) -> list[LostOne]:
    return list(world.do(lambda s: lost_search.search(s, wish=wish or Wish(), by=by, **how)))


def _scene(world: World) -> tuple[Desk, list[str]]:
    """Replace a lost booklet from the cupboard, and another by new papers."""
    world.campaign()
    desk, numbers = world.desk(), world.active(3)
    world.allocate(numbers, desk)
    world.hand_over(numbers[:1], desk)
    world.hand_over(numbers[1:2], desk)
    world.do(
        lambda s: lost_booklets.replace_from_stock(
            s,
            series=world.series,
            booklet=numbers[0],
            new_booklet=numbers[2],
            site_id=desk.site.id,
            reason=Reason.STOLEN,
            on=TODAY,
            at=NOW,
            by=desk.worker,
        )
    )
    world.replace(booklets=numbers[1:2])
    return desk, numbers


def test_both_ways_of_replacing_a_booklet_are_listed(given: World) -> None:
    _desk, [stolen, lost, new] = _scene(given)

    found = _found(given, given.finance, order=Order.OLDEST)

    said = {one.booklet: (one.new_booklet, one.papers, one.reason) for one in found}
    assert said == {stolen: (new, 10, Reason.STOLEN), lost: (None, 10, Reason.LOST)}
    assert [one.booklet for one in _found(given, given.finance)] == [one.booklet for one in found][::-1]
    assert _found(given, given.finance, order=Order.OLDEST, start=1) == found[1:]


def test_a_lost_booklet_is_found_by_the_number_of_either_booklet(given: World) -> None:
    _desk, [stolen, lost, new] = _scene(given)

    def numbers(**wish: Any) -> list[str]:
        return [one.booklet for one in _found(given, given.finance, Wish(**wish))]

    assert numbers(part=stolen[-3:]) == numbers(part=new[-3:]) == numbers(reason=Reason.STOLEN) == [stolen]
    assert numbers(part=lost[-3:]) == numbers(reason=Reason.LOST) == [lost]
    assert numbers(series="PN-2020") == numbers(reason=Reason.SPOILED) == []


def test_a_prescriber_sees_those_of_its_own_sites(given: World) -> None:
    desk, [stolen, *_rest] = _scene(given)

    assert [one.booklet for one in _found(given, desk.worker)] == [stolen]
    assert _found(given, given.desk().worker) == []
