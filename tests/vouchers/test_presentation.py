from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest

from tests.vouchers.acts import block, send
from tests.world import SERVICE, TODAY, Shop, World, outcome_of, serials_of
from voucher_service.funding.campaigns import CampaignIsBlocked
from voucher_service.network.accreditation import Decision
from voucher_service.network.mediators import Standing
from voucher_service.vouchers.delivery import Delivery
from voucher_service.vouchers.objections import (
    BookletIsNotHandedOver,
    DayOfServiceIsOutOfBounds,
    ServiceIsNotPaidFor,
    VenueIsOutsideTheTerritory,
    VoucherIsNotYetGood,
    VoucherIsNotYoursToTake,
)
from voucher_service.vouchers.spent import VoucherIsExpired

PARIS: dict[str, Any] = {"postcode": "75011", "commune": "Paris", "insee": "75056"}


def _served(world: World, shop: Shop, served_on: date, today: date) -> Any:
    serial = serials_of(world.in_hand()[0])[0]
    return outcome_of(lambda: world.redeem([serial], shop, served_on=served_on, today=today).total_cents)


def test_a_blocked_campaign_s_vouchers_are_not_taken_until_it_is_released(given: World) -> None:
    given.campaign()
    serials, shop = serials_of(given.in_hand()[0]), given.shop()
    block(given)
    with pytest.raises(CampaignIsBlocked):
        given.redeem(serials[:1], shop)

    block(given, blocked=False)

    assert given.redeem(serials[:1], shop).total_cents == 1_000


def test_a_venue_that_was_never_accredited_takes_nothing(given: World) -> None:
    given.campaign()
    serials, shop = serials_of(given.in_hand()[0]), given.shop(accredited=False)

    with pytest.raises(VoucherIsNotYoursToTake):
        given.redeem(serials[:1], shop)


def test_what_counts_is_how_the_venue_stood_on_the_day_of_service(given: World) -> None:
    given.campaign()
    shop = given.shop(accredited=False)
    given.accredit(shop.venue, on=date(2026, 6, 1))
    given.accredit(shop.venue, Decision.SUSPENDED, on=date(2026, 6, 10))

    assert _served(given, shop, date(2026, 5, 31), TODAY) is VoucherIsNotYoursToTake
    assert _served(given, shop, date(2026, 6, 9), TODAY) == 1_000
    assert _served(given, shop, date(2026, 6, 10), TODAY) is VoucherIsNotYoursToTake


def test_an_accreditation_for_one_campaign_is_worth_nothing_in_another(given: World) -> None:
    given.campaign()
    shop = given.shop()
    other = World(given.do, given.keyring, series="HT-2027")
    other.campaign()
    serial = serials_of(other.in_hand()[0])[0]

    with pytest.raises(VoucherIsNotYoursToTake) as refused:
        other.redeem([serial], shop)

    assert refused.value.facts() == {"series": "HT-2027", "served_on": TODAY}


@pytest.mark.parametrize("state", ["good", "spent", "void", "inactive", "blocked"])
def test_a_venue_of_another_network_hears_the_same_whatever_the_voucher_is_worth(
    given: World, state: str
) -> None:
    given.campaign()
    stranger = given.shop(accredited=False)
    booklet = given.produced()[0] if state == "inactive" else given.in_hand()[0]
    serial = serials_of(booklet)[0]
    happened: dict[str, Callable[[], Any]] = {
        "spent": lambda: given.redeem([serial], given.shop()),
        "void": lambda: given.void(serials=[serial]),
        "blocked": lambda: block(given),
    }
    happened.get(state, lambda: None)()

    with pytest.raises(VoucherIsNotYoursToTake) as refused:
        given.redeem([serial], stranger)

    assert refused.value.facts() == {"series": "PN-2026", "served_on": TODAY}


@pytest.mark.parametrize("territory", [["34"], ["34172"], ["75", "34000"]])
def test_a_voucher_is_good_in_its_own_territory(given: World, territory: list[str]) -> None:
    given.campaign(territory=territory)
    serials, inside, outside = serials_of(given.in_hand()[0]), given.shop(), given.shop(**PARIS)
    if "75" in territory:
        outside = given.shop(postcode="13001", commune="Marseille", insee="13055")

    assert given.redeem(serials[:1], inside).total_cents == 1_000
    with pytest.raises(VenueIsOutsideTheTerritory):
        given.redeem(serials[1:2], outside)


def test_a_campaign_without_a_territory_is_good_everywhere(given: World) -> None:
    given.campaign()
    serials = serials_of(given.in_hand()[0])

    assert given.redeem(serials[:1], given.shop(**PARIS)).total_cents == 1_000


@pytest.mark.parametrize(
    ("days_ago", "outcome"),
    [(0, 1_000), (31, 1_000), (32, DayOfServiceIsOutOfBounds), (-1, DayOfServiceIsOutOfBounds)],
)
def test_a_service_is_entered_within_a_month_and_never_in_advance(
    given: World, days_ago: int, outcome: object
) -> None:
    given.campaign()

    assert _served(given, given.shop(), TODAY - timedelta(days=days_ago), TODAY) == outcome


def test_the_days_within_which_a_service_may_be_entered_are_told(given: World) -> None:
    given.campaign(late_entry_days=5)
    serials, shop = serials_of(given.in_hand()[0]), given.shop()

    with pytest.raises(DayOfServiceIsOutOfBounds) as refused:
        given.redeem(serials[:1], shop, served_on=TODAY + timedelta(days=1))

    assert (refused.value.earliest_on, refused.value.latest_on) == (TODAY - timedelta(days=5), TODAY)


@pytest.mark.parametrize(
    ("served_on", "today", "outcome"),
    [
        (date(2026, 1, 31), date(2026, 2, 1), VoucherIsNotYetGood),
        (date(2026, 2, 1), date(2026, 2, 1), 1_000),
        (date(2026, 12, 31), date(2027, 1, 31), 1_000),
        (date(2027, 1, 1), date(2027, 1, 1), VoucherIsExpired),
        (date(2026, 12, 31), date(2027, 2, 1), VoucherIsExpired),
    ],
)
def test_a_voucher_serves_between_its_dates_and_is_presented_a_little_later(
    given: World, served_on: date, today: date, outcome: object
) -> None:
    given.campaign(late_entry_days=60)
    shop = given.shop(accredited=False)
    given.accredit(shop.venue, on=date(2026, 1, 1))

    assert _served(given, shop, served_on, today) == outcome


def test_a_campaign_pays_for_its_own_services(given: World) -> None:
    given.campaign(services=[SERVICE, "employment"])
    serials, shop = serials_of(given.in_hand()[0]), given.shop()

    def for_service(serial: str, service: str) -> Any:
        delivered = Delivery(service, 60, Standing.EMPLOYEE)
        return given.redeem([serial], shop, delivered=delivered).total_cents

    assert for_service(serials[0], "employment") == 1_000
    with pytest.raises(ServiceIsNotPaidFor) as refused:
        for_service(serials[1], "safe-use")
    assert refused.value.services == [SERVICE, "employment"]


def test_an_active_voucher_that_is_still_in_stock_is_good_for_nothing(given: World) -> None:
    given.campaign()
    serials, shop = serials_of(given.active()[0]), given.shop()

    with pytest.raises(BookletIsNotHandedOver):
        given.redeem(serials[:1], shop)


@pytest.mark.parametrize("is_required", [True, False])
def test_a_booklet_that_nobody_handed_over_is_good_only_where_handovers_need_not_be_recorded(
    given: World, is_required: bool
) -> None:
    given.campaign(handover_required=is_required)
    at_desk, on_its_way, shop, desk = *given.active(2), given.shop(), given.desk()
    given.allocate([at_desk], desk)
    send(given, [on_its_way], desk)

    outcomes = [
        outcome_of(lambda booklet=booklet: given.redeem(serials_of(booklet)[:1], shop).total_cents)  # type: ignore[misc]
        for booklet in (at_desk, on_its_way)
    ]

    assert outcomes == [BookletIsNotHandedOver if is_required else 1_000] * 2
