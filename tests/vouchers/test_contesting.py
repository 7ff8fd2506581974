from collections.abc import Sequence
from datetime import date, timedelta
from functools import partial
from typing import Any

from sqlalchemy import select

from tests.vouchers.acts import every, nobody_s_code
from tests.world import NOW, TODAY, Shop, World, outcome_of, serials_of
from voucher_service.kernel.actor import Actor
from voucher_service.ledger import accounts
from voucher_service.vouchers import contest_list, contesting, presentation
from voucher_service.vouchers.code import CodeIsMistyped
from voucher_service.vouchers.contesting import (
    ContestedRefusal,
    Ground,
    RefusalIsContested,
    VoucherIsNotRefused,
)
from voucher_service.vouchers.presentation import CodeIsUnknown, Occasion, VenueIsNotYours
from voucher_service.vouchers.refused_codes import Counter, RefusedCode, TooManyUnknownCodes


def _contest(
    world: World, letters: str, shop: Shop, *, on: date = TODAY, clerk: Actor | None = None
) -> ContestedRefusal:
    [fingerprint] = presentation.read_codes([letters], world.keyring.code_pepper())
    return world.do(  # type: ignore[no-any-return]
        lambda s: contesting.contest(
            s,
            code=fingerprint,
            on=Occasion(shop.venue.id, on, TODAY),
            ground=Ground.SERVICE_GIVEN,
            counter=Counter(NOW, clerk or shop.clerk, shop.venue.id),
        )
    )


def _seen(world: World, by: Actor, **wish: Any) -> Sequence[str]:
    rows = world.do(lambda s: contest_list.search(s, by=by, **wish))
    return [row.contested.serial for row in rows]


def test_a_refusal_is_contested_with_what_is_known_of_the_voucher_and_moves_nothing(given: World) -> None:
    given.campaign()
    serial, first, second = serials_of(given.in_hand()[0])[0], given.shop(), given.shop()
    given.redeem([serial], first)

    contested = _contest(given, given.letters(serial), second)

    assert (contested.serial, contested.issue, contested.series) == (serial, 1, "PN-2026")
    assert (contested.reason, contested.ground) == ("voucher-is-spent", Ground.SERVICE_GIVEN)
    assert given.balance(accounts.due(second.venue.no)) == 0
    assert given.letters(serial) not in str(vars(contested))


def test_a_paper_that_was_served_too_long_ago_is_contested_with_its_day(given: World) -> None:
    given.campaign(late_entry_days=7)
    serial, shop = serials_of(given.in_hand()[0])[0], given.shop()

    contested = _contest(given, given.letters(serial), shop, on=TODAY - timedelta(days=8))

    assert contested.reason == "day-of-service-is-out-of-bounds"
    assert contested.served_on == TODAY - timedelta(days=8)


def test_a_good_voucher_is_taken_not_contested(given: World) -> None:
    given.campaign()
    serial, shop = serials_of(given.in_hand()[0])[0], given.shop()

    assert outcome_of(lambda: _contest(given, given.letters(serial), shop)) is VoucherIsNotRefused


def test_the_same_refusal_is_contested_once(given: World) -> None:
    given.campaign()
    serial, shop = serials_of(given.in_hand()[0])[0], given.shop()
    given.void(serials=[serial])
    letters = given.letters(serial)
    _contest(given, letters, shop)

    assert outcome_of(lambda: _contest(given, letters, shop)) is RefusalIsContested
    assert len(every(given, select(ContestedRefusal))) == 1


def test_a_contest_is_no_way_to_guess_codes(committed: World) -> None:
    committed.campaign()
    shop = committed.shop()

    guesses = [partial(_contest, committed, nobody_s_code(number), shop) for number in range(11)]
    outcomes = [outcome_of(guess) for guess in guesses]

    assert outcomes == [CodeIsUnknown] * 10 + [TooManyUnknownCodes]
    assert len(every(committed, select(RefusedCode))) == 10


def test_what_is_not_a_code_is_read_again_first(given: World) -> None:
    given.campaign()
    letters = nobody_s_code()

    assert outcome_of(lambda: _contest(given, letters[:-1] + "3", given.shop())) is CodeIsMistyped


def test_a_venue_sees_its_own_and_finance_sees_all(given: World) -> None:
    given.campaign()
    serials, shop, other = serials_of(given.in_hand()[0]), given.shop(), given.shop()
    given.void(serials=serials[:2])
    _contest(given, given.letters(serials[0]), shop)
    _contest(given, given.letters(serials[1]), other)

    assert _seen(given, shop.clerk) == [serials[0]]
    assert _seen(given, given.finance) == [serials[1], serials[0]]
    assert _seen(given, given.finance, venue_id=other.venue.id, series="PN-2026") == [serials[1]]


def test_nobody_contests_for_another_operators_venue(given: World) -> None:
    given.campaign()
    serial, shop, other = serials_of(given.in_hand()[0])[0], given.shop(), given.shop()

    outcome = outcome_of(lambda: _contest(given, given.letters(serial), shop, clerk=other.clerk))

    assert outcome is VenueIsNotYours
