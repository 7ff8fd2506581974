import pytest

from tests.vouchers.acts import send
from tests.world import World, serials_of
from voucher_service.funding import campaigns
from voucher_service.ledger import accounts
from voucher_service.vouchers import register
from voucher_service.vouchers.register import BookletIsUnknown, Whereabouts


def _where(world: World, *booklets: str) -> dict[str, Whereabouts]:
    return world.do(  # type: ignore[no-any-return]
        lambda s: register.whereabouts(
            s, campaign_id=campaigns.get(s, world.series).id, booklets=list(booklets)
        )
    )


def test_a_number_says_the_series_the_booklet_and_the_place_in_it() -> None:
    booklet = register.booklet_number("PN-2026", 123)

    assert booklet == "PN-2026-000123"
    assert register.serial_of(booklet, 7) == "PN-2026-000123-07"
    assert register.series_of("PN-2026-000123-07") == register.series_of(booklet) == "PN-2026"


def test_a_campaign_s_millionth_booklet_has_seven_digits() -> None:
    assert register.booklet_number("PN-2026", 1_000_000) == "PN-2026-1000000"


def test_each_booklet_is_where_its_last_move_took_it(given: World) -> None:
    given.campaign()
    desk = given.desk()
    in_stock, on_its_way, at_desk, handed_over = booklets = given.active(4)
    send(given, [on_its_way], desk)
    given.allocate([at_desk, handed_over], desk)
    given.hand_over([handed_over], desk)

    places = {number: one.place for number, one in _where(given, *booklets).items()}

    assert places == {
        in_stock: accounts.STOCK,
        on_its_way: accounts.transit(desk.site.no),
        at_desk: accounts.prescriber(desk.site.no),
        handed_over: accounts.BENEFICIARIES,
    }


def test_a_booklet_is_untouched_until_one_of_its_papers_changes(given: World) -> None:
    given.campaign()
    whole, changed = given.produced(2)
    given.void(serials=serials_of(changed)[:1])

    where = _where(given, whole, changed)

    assert (where[whole].is_untouched, where[whole].papers) == (True, 10)
    assert (where[changed].is_untouched, where[changed].papers) == (False, 9)


def test_a_booklet_that_does_not_exist_is_unknown(given: World) -> None:
    given.campaign()
    booklet = given.produced(1)[0]

    with pytest.raises(BookletIsUnknown) as refused:
        _where(given, booklet, "PN-2026-000002")

    assert refused.value.booklets == ("PN-2026-000002",)


@pytest.mark.parametrize(("place", "no"), [("prescriber", 12), ("transit", 7)])
def test_a_place_names_the_site_that_holds_it(place: str, no: int) -> None:
    assert register.site_no(f"custody/{place}/{no}") == no
    assert register.site_no(accounts.BENEFICIARIES) is None
