import pytest

from tests.vouchers.acts import receive, send
from tests.world import World, serials_of
from voucher_service.kernel.actor import Actor
from voucher_service.vouchers import booklet_search
from voucher_service.vouchers.booklet_search import FoundBooklet, Place, Wish
from voucher_service.vouchers.register import BookletIsUnknown


def _found(world: World, by: Actor | None = None, **wish: object) -> list[str]:
    found = world.do(
        lambda s: booklet_search.search(s, wish=Wish(**wish), by=by or world.finance)  # type: ignore[arg-type]
    )
    return [one.number for one in found]


def test_booklets_are_found_where_they_are(given: World) -> None:
    given.campaign()
    desk = given.desk()
    in_stock, on_its_way, at_desk, handed_over, missing = given.active(5)
    given.allocate([at_desk, handed_over], desk)
    given.hand_over([handed_over], desk)
    receive(given, send(given, [missing], desk), desk.worker, counted=0, missing=[missing])
    send(given, [on_its_way], desk)

    found = {place: _found(given, place=place) for place in Place}

    assert found == {
        Place.STOCK: [in_stock],
        Place.IN_TRANSIT: [on_its_way],
        Place.AT_SITE: [at_desk],
        Place.HANDED_OVER: [handed_over],
        Place.MISSING: [missing],
    }
    assert _found(given, site_id=desk.site.id) == [on_its_way, at_desk, handed_over, missing]


def test_a_prescriber_finds_what_its_own_sites_hold_or_handed_over(given: World) -> None:
    given.campaign()
    desk, other = given.desk(), given.desk()
    given.active(1)
    [mine] = given.in_hand(1, desk)

    assert _found(given, by=desk.worker) == [mine]
    assert _found(given, by=other.worker) == []
    with pytest.raises(BookletIsUnknown):
        given.do(lambda s: booklet_search.get(s, number=mine, by=other.worker))


def test_what_is_left_of_a_booklet_is_counted(given: World) -> None:
    given.campaign()
    shop, [booklet] = given.shop(), given.in_hand()
    given.redeem(serials_of(booklet)[:3], shop)
    given.void(serials=serials_of(booklet)[3:5])

    found: FoundBooklet = given.do(lambda s: booklet_search.get(s, number=booklet, by=given.finance))

    assert (found.papers_left, found.active, found.place) == (5, True, Place.HANDED_OVER)
