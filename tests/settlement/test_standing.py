"""Standing: the figures of the dashboard are the books', and add up to the campaign's money at every moment."""

from typing import Any

from sqlalchemy.orm import Session

from tests import life
from tests.settlement.camt import entry
from tests.settlement.office import opened
from tests.world import World
from voucher_service.funding import campaigns
from voucher_service.settlement import runs, standing
from voucher_service.settlement.standing import Standing


def standing_of(session: Session, world: World) -> Standing:
    [found] = standing.of_campaigns(session, [campaigns.get(session, world.series)])
    return found


def test_euros_pass_from_one_figure_to_the_next_and_always_add_up(given: World, session: Session) -> None:
    scene = opened(given)
    office, seen = scene.office, []

    def look() -> None:
        found = standing_of(session, given)
        assert found.money == found.answers_for
        seen.append((found.outstanding, found.due, found.in_payment, found.paid, found.claimed))

    look()
    [first, *_] = office.earned(scene.shop, scene.serials[:3])
    look()
    run = office.approved()
    look()
    [payment] = runs.payments(session, run)
    office.hear(entry("30.00", end_to_end=payment.end_to_end_id))
    look()
    office.reverse(first)
    look()
    office.hear(entry("30.00", side="CRDT", reference="BACK", end_to_end=payment.end_to_end_id))
    look()

    assert seen == [
        (10_000, 0, 0, 0, 0),
        (7_000, 3_000, 0, 0, 0),
        (7_000, 0, 3_000, 0, 0),
        (7_000, 0, 0, 3_000, 0),
        (8_000, 0, 0, 3_000, 1_000),
        (8_000, 2_000, 0, 0, 0),
    ]


def test_a_campaign_that_has_lived_adds_up_too(given: World, session: Session) -> None:
    life.lived(given)

    found: Any = standing_of(session, given)

    assert found.money == found.answers_for
    assert found.to_refund > 0
