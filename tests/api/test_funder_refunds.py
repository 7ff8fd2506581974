"""What went back to funders is listed; nobody gives money back alone."""

from tests.api.town import API, SERIES, Town
from tests.expiring import approve, colleague, pay, prepare
from voucher_service.funding.refunds import Source

REFUNDS = f"{API}/funder-refunds"


def test_what_left_the_money_is_listed(town: Town) -> None:
    town.world.funds(50_000)
    refund = prepare(town.world, 30_000, source=Source.UNSPENT)
    approve(town.world, refund, colleague(town.world))
    pay(town.world, refund, "Reversement 1")

    [listed] = town.auditor.get(f"{REFUNDS}?series={SERIES}").get_json()["items"]

    assert town.world.balance("funds/metropole") == 20_000
    assert (listed["funder"], listed["amount_cents"], listed["reference"]) == (
        "metropole",
        30_000,
        "Reversement 1",
    )


def test_no_single_person_gives_money_back(town: Town) -> None:
    assert town.finance.post(REFUNDS, {"series": SERIES}).status_code == 405
