"""Closing a campaign's books through the API, and what a later act then says."""

from datetime import date, timedelta

import pytest

from tests.api.town import API, SERIES, Town, refused, today
from tests.world import serials_of
from voucher_service.kernel.actor import Role

CLOSINGS = f"{API}/period-closings"
LATE = f"{API}/reports/late-entries?series={SERIES}"


def last_month() -> date:
    return today().replace(day=1) - timedelta(days=1)


def closing(through_on: date) -> dict[str, str]:
    return {"series": SERIES, "through_on": through_on.isoformat()}


def test_finance_closes_the_books_and_everybody_who_reads_them_sees_it(town: Town) -> None:
    made = town.finance.post(CLOSINGS, closing(last_month()))

    assert made.status_code == 201, made.get_data(as_text=True)
    assert len(made.get_json()["balances_hash"]) == 64
    assert town.auditor.get(f"{CLOSINGS}?series={SERIES}").get_json() == {"items": [made.get_json()]}


def test_a_month_is_closed_once_and_not_before_its_end(town: Town) -> None:
    town.finance.post(CLOSINGS, closing(last_month()))
    this_month = (today().replace(day=1) + timedelta(days=32)).replace(day=1) - timedelta(days=1)

    assert refused(town.finance.post(CLOSINGS, closing(last_month()))) == (409, "period-is-closed")
    assert refused(town.finance.post(CLOSINGS, closing(this_month))) == (409, "period-is-not-over")
    within = refused(town.finance.post(CLOSINGS, closing(last_month() - timedelta(days=1))))
    assert within == (422, "period-ends-with-a-month")


@pytest.mark.parametrize("role", [Role.OPERATOR, Role.AUDITOR, Role.FUNDER, Role.VENUE, Role.PRESCRIBER])
def test_only_finance_closes_books(town: Town, role: Role) -> None:
    assert town.someone(role).post(CLOSINGS, closing(last_month())).status_code == 403


def test_an_act_on_a_closed_day_is_listed_with_the_day_that_it_claims(town: Town) -> None:
    town.world.funds(50_000)
    town.finance.post(CLOSINGS, closing(last_month()))
    deposit = {
        "series": SERIES,
        "reference": "VIR-TARDIF",
        "funder": "metropole",
        "amount_cents": 1_000,
        "received_on": last_month().isoformat(),
    }
    assert town.finance.post(f"{API}/deposits", deposit).status_code == 201

    [late] = town.auditor.get(LATE).get_json()["rows"]

    assert late["claimed_on"] == last_month().isoformat()
    assert late["effective_on"] == (last_month() + timedelta(days=1)).isoformat()
    assert (late["act"], late["cents"]) == ("deposit", 1_000)


def test_what_was_used_and_not_paid_is_accrued_by_operator(empty_town: Town) -> None:
    empty_town.open_campaign()
    [booklet, *_] = empty_town.in_hand()
    assert empty_town.redeem(serials_of(booklet)[:2]).status_code == 201

    report = empty_town.finance.get(f"{API}/reports/accrued-charges?series={SERIES}").get_json()

    [row] = report["rows"]
    assert (row["papers"], row["cents"]) == (2, 2_000)
    assert report["totals"]["cents"] == 2_000
