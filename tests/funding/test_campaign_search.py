"""Campaigns are found by words and by how far they are; a funder's own only."""

from datetime import date, timedelta
from typing import Any

import pytest

from tests.world import World
from voucher_service.funding import campaign_search
from voucher_service.funding.campaign_search import Order, Standing
from voucher_service.funding.campaigns import Campaign
from voucher_service.identity.organisations import OrganisationKind
from voucher_service.kernel.actor import Role

FROM, UNTIL, CASHED = date(2026, 2, 1), date(2026, 12, 31), date(2027, 1, 31)
DAY = timedelta(days=1)


def _found(world: World, today: date = FROM, **wish: Any) -> list[str]:
    by = wish.pop("by", world.finance)
    rows: list[Campaign] = world.do(lambda s: campaign_search.search(s, today=today, by=by, **wish))
    return [one.series for one in rows]


def _two(world: World) -> None:
    world.campaign(name="Aidants")
    world.series = "PN-2025"
    world.campaign(name="Séniors", use_until=UNTIL - DAY)


@pytest.mark.parametrize(
    ("today", "standing"),
    [
        (FROM - DAY, Standing.COMING),
        (FROM, Standing.IN_USE),
        (UNTIL, Standing.IN_USE),
        (UNTIL + DAY, Standing.CASHING),
        (CASHED, Standing.CASHING),
        (CASHED + DAY, Standing.OVER),
    ],
)
def test_a_campaign_is_found_under_the_standing_that_it_says(
    given: World, today: date, standing: Standing
) -> None:
    campaign = given.campaign()

    assert campaign_search.standing_of(campaign, today=today) is standing
    assert [one for one in Standing if _found(given, today, standing=one)] == [standing]


def test_campaigns_are_found_by_words_and_sorted(given: World) -> None:
    _two(given)

    assert _found(given) == ["PN-2025", "PN-2026"]
    assert _found(given, order=Order.NAME) == _found(given, order=Order.LATEST) == ["PN-2026", "PN-2025"]
    assert _found(given, words="aidants pn") == ["PN-2026"]
    assert _found(given, start=1, limit=1) == ["PN-2026"]


def test_a_funder_finds_what_it_pays_for_only(given: World) -> None:
    _two(given)
    stranger = given.person(Role.FUNDER, OrganisationKind.FUNDER)

    assert _found(given, by=stranger) == []
