from typing import Any

from tests.vouchers.acts import nobody_s_code
from tests.world import NOW, SERVICE, TODAY, Shop, World, outcome_of, serials_of
from voucher_service.ledger import accounts
from voucher_service.network.mediators import Standing
from voucher_service.vouchers import presentation, visit
from voucher_service.vouchers.basket import BasketIsOutOfBounds
from voucher_service.vouchers.delivery import Delivery
from voucher_service.vouchers.presentation import CodeIsUnknown, Occasion
from voucher_service.vouchers.refused_codes import Counter
from voucher_service.vouchers.spent import VoucherIsSpent


def _give(world: World, letters: list[str], shop: Shop) -> Any:
    codes = list(presentation.read_codes(letters, world.keyring.code_pepper()))
    return outcome_of(
        lambda: world.do(
            lambda s: visit.redeem(
                s,
                codes=codes,
                on=Occasion(shop.venue.id, TODAY, TODAY, SERVICE),
                delivered=Delivery(SERVICE, 60, Standing.EMPLOYEE),
                counter=Counter(NOW, shop.clerk, shop.venue.id),
            )
        )
    )


def _two_campaigns(given: World) -> tuple[Shop, World, list[str]]:
    given.campaign()
    shop = given.shop()
    elsewhere = World(given.do, given.keyring, series="HT-2027")
    elsewhere.campaign()
    elsewhere.accredit(shop.venue)
    here = [given.letters(serial) for serial in serials_of(given.in_hand()[0])[:2]]
    there = [elsewhere.letters(serials_of(elsewhere.in_hand()[0])[0])]
    return shop, elsewhere, [here[0], there[0], here[1]]


def test_vouchers_of_two_campaigns_are_taken_at_once_in_a_basket_each(given: World) -> None:
    shop, elsewhere, letters = _two_campaigns(given)

    outcomes = _give(given, letters, shop)

    assert [(len(one.items), one.total_cents) for one in outcomes] == [(2, 2_000), (1, 1_000)]
    assert given.balance(accounts.due(shop.venue.no)) == 2_000
    assert elsewhere.balance(accounts.due(shop.venue.no)) == 1_000


def test_nothing_is_taken_where_one_voucher_is_refused_whatever_its_campaign(committed: World) -> None:
    shop, elsewhere, letters = _two_campaigns(committed)
    elsewhere.redeem_codes(letters[1:2], shop)

    assert _give(committed, letters, shop) is VoucherIsSpent
    assert committed.balance(accounts.due(shop.venue.no)) == 0


def test_an_unknown_code_is_refused_before_anything_moves(given: World) -> None:
    given.campaign()
    shop, good = given.shop(), given.letters(serials_of(given.in_hand()[0])[0])

    assert _give(given, [good, nobody_s_code()], shop) is CodeIsUnknown
    assert given.balance(accounts.due(shop.venue.no)) == 0


def test_a_visit_has_the_bounds_of_a_basket(given: World) -> None:
    given.campaign()
    shop = given.shop()

    assert _give(given, [], shop) is BasketIsOutOfBounds
