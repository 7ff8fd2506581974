"""What was decided of venues is found by venue, campaign, decision and reason, the last ones alone if asked."""

from datetime import timedelta
from typing import Any

from tests.world import NOW, TODAY, Shop, World
from voucher_service.funding import campaigns
from voucher_service.network import accreditation, decision_list
from voucher_service.network.accreditation import Decision, Reason
from voucher_service.network.decision_list import Decided, Order, Wish


def _found(world: World, order: Order = Order.OLDEST, **wish: Any) -> list[tuple[str, Decision]]:
    rows: list[Decided] = world.do(lambda s: decision_list.search(s, wish=Wish(**wish), order=order))
    return [(one.venue, one.fact.decision) for one in rows]


def _suspend(world: World, shop: Shop, days: int) -> None:
    campaign_id = world.do(lambda s: campaigns.get(s, world.series).id)
    world.do(
        lambda s: accreditation.decide(
            s,
            campaign_id=campaign_id,
            venue_id=shop.venue.id,
            decision=Decision.SUSPENDED,
            effective_on=TODAY + timedelta(days=days),
            reason=Reason.UNDER_ENQUIRY,
            at=NOW,
            by=world.operator,
        )
    )


def test_decisions_are_found_and_sorted(given: World) -> None:
    given.campaign()
    zebra, ant = given.shop(name="Zèbre"), given.shop(name="Fourmi", commune="Agde", postcode="34300")
    _suspend(given, zebra, 1)
    accredited = [("Zèbre", Decision.ACCREDITED), ("Fourmi", Decision.ACCREDITED)]
    suspended = ("Zèbre", Decision.SUSPENDED)

    assert _found(given) == [*accredited, suspended]
    assert _found(given, Order.NEWEST) == [suspended, *accredited[::-1]]
    assert _found(given, Order.VENUE) == [accredited[1], suspended, accredited[0]]
    assert _found(given, words="agde") == _found(given, words="FOURMI") == accredited[1:]
    assert _found(given, decision=Decision.SUSPENDED) == _found(given, reason=Reason.UNDER_ENQUIRY)
    assert _found(given, reason=Reason.UNDER_ENQUIRY) == [suspended]
    assert _found(given, series="PN-2020") == []
    assert ant.venue.name == "Fourmi"


def test_the_last_decision_is_the_one_that_counts_last(given: World) -> None:
    given.campaign()
    shop = given.shop(name="Zèbre")
    _suspend(given, shop, 10)
    _suspend(given, shop, -10)

    assert len(_found(given)) == 3
    assert _found(given, is_latest=True) == [("Zèbre", Decision.SUSPENDED)]
    [last] = given.do(lambda s: decision_list.search(s, wish=Wish(is_latest=True)))
    assert last.fact.effective_on == TODAY + timedelta(days=10)
