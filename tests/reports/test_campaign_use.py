"""Campaign use: what became of the vouchers, with the numerator and the denominator of every rate."""

from datetime import timedelta
from typing import Any

from sqlalchemy.orm import Session

from tests import life
from tests.reports.answers import answered, placed
from tests.world import TODAY, World, serials_of
from voucher_service.funding import campaigns
from voucher_service.funding.terms import DueOn, KeyPart
from voucher_service.ledger import statements
from voucher_service.reports import campaign_use
from voucher_service.reports.table import Ratio


def counted(session: Session, given: World, **when: Any) -> dict[str, dict[str, Any]]:
    asked: dict[str, Any] = {"series": given.series, "on": life.AFTER_ITS_TIME, "by": given.finance} | when
    return answered(campaign_use.build(session, **asked)).by("step")


def test_each_step_is_counted_in_booklets_papers_and_euros(given: World, session: Session) -> None:
    life.lived(given)
    placed(session, given)

    steps = counted(session, given)

    found = {step: (row["booklets"], row["papers"], row["cents"]) for step, row in steps.items()}
    assert found == {
        "produced": (10, 100, 100_000),
        "activated": (9, 90, 90_000),
        "allocated": (8, 80, 80_000),
        "missing": (2, 20, 20_000),
        "handed-over": (3, 30, 30_000),
        "inferred": (1, 10, 10_000),
        "started": (2, 20, 20_000),
        "used": (None, 4, 4_000),
        "used-of-handed-over": (None, 4, 4_000),
        "void": (None, 2, 2_000),
        "expired": (None, 1, 1_000),
        "left": (None, 83, 83_000),
        "used-borne/etat": (None, None, 2_000),
        "used-borne/metropole": (None, None, 2_000),
        "used-advanced/etat": (None, None, 0),
        "used-advanced/metropole": (None, None, 4_000),
    }


def test_a_funder_is_called_by_its_name(given: World, session: Session) -> None:
    life.lived(given)
    placed(session, given)

    steps = counted(session, given)

    assert steps["used-borne/etat"]["meaning"] == "Encaissé, supporté par Etat"


def test_every_rate_says_what_it_was_computed_from(given: World, session: Session) -> None:
    life.lived(given)
    placed(session, given)

    steps = counted(session, given)

    assert steps["used"]["rate"] == Ratio(4, 90)
    assert steps["used-of-handed-over"]["rate"] == Ratio(4, 30)
    assert steps["inferred"]["rate"] == Ratio(1, 3)
    assert steps["used-borne/etat"]["rate"] == Ratio(2_000, 4_000)
    assert [step for step, row in steps.items() if (row["rate"] is None) != (row["rate_of"] == "")] == []


def test_what_is_left_is_what_the_books_still_hold_in_vouchers(given: World, session: Session) -> None:
    life.lived(given)
    placed(session, given)
    campaign = campaigns.get(session, given.series)

    held = statements.flows(session, campaign_id=campaign.id, prefixes=["voucher/"])

    assert counted(session, given)["left"]["cents"] == sum(flow.balance for flow in held) > 0


def test_a_reversal_that_was_recorded_later_does_not_change_what_was_known(
    given: World, session: Session
) -> None:
    given.campaign()
    shop = given.shop()
    [booklet] = given.in_hand(1)
    taken = given.redeem(serials_of(booklet)[:3], shop)
    then = placed(session, given)
    given.reverse(taken.items[0].redemption_id, shop.clerk)  # type: ignore[union-attr]
    placed(session, given)

    assert counted(session, given, position=then)["used"]["papers"] == 3
    assert counted(session, given)["used"]["papers"] == 2


def test_on_a_date_only_the_services_given_by_then_count(given: World, session: Session) -> None:
    given.campaign()
    shop = given.shop()
    [booklet] = given.in_hand(1)
    yesterday = TODAY - timedelta(days=1)
    given.redeem(serials_of(booklet)[:2], shop, served_on=yesterday)
    given.redeem(serials_of(booklet)[2:3], shop)
    placed(session, given)

    assert counted(session, given, on=yesterday)["used"]["papers"] == 2
    assert counted(session, given, on=TODAY)["used"]["papers"] == 3


def test_shares_of_what_was_used_are_exact_to_the_cent(given: World, session: Session) -> None:
    key = [KeyPart(name, 1, 1, DueOn.USED) for name in ("caf", "etat", "metropole")]
    given.campaign(key=key, booklet_size=5)
    numbers = given.produced(3)
    for part in key:
        given.funds(5_000, part.funder)
    given.activate(numbers)
    desk = given.desk()
    given.allocate(numbers, desk)
    given.hand_over(numbers, desk)
    shop = given.shop()
    for number in numbers:
        given.redeem(serials_of(number, 5), shop)
    placed(session, given)

    steps = counted(session, given)

    assert [steps[f"used-borne/{part.funder}"]["cents"] for part in key] == [5_000] * 3
    assert [steps[f"used-advanced/{part.funder}"]["cents"] for part in key] == [5_000] * 3


def test_a_campaign_that_has_not_begun_has_no_rate(given: World, session: Session) -> None:
    given.campaign()
    placed(session, given)

    steps = counted(session, given)

    assert steps["used"]["rate"] == Ratio(0, 0)
    assert steps["left"]["cents"] == 0
