"""What an operator is owed and paid, as the operator and the finance team read it."""

import pytest

from tests.api.test_payment_runs import PREVIEWS, Till, opened
from tests.api.town import API, SERIES, Town, refused, today
from tests.settlement.camt import entry

REFERENCE = "PN-2026-R1-1"


@pytest.fixture
def till(empty_town: Town) -> Till:
    return opened(empty_town)


def test_an_operator_reads_what_it_is_owed_and_what_it_lacks(till: Till) -> None:
    clerk = till.town.clerk
    path = f"{API}/venue-operators/{clerk.organisation_id}/dues"

    before = clerk.get(path).get_json()
    till.freeze()
    after = till.clerk.get(path).get_json()

    [due], [frozen] = before["campaigns"], after["campaigns"]
    assert (due["due_cents"], due["vouchers"], due["frozen_cents"], before["missing"]) == (2_000, 2, 0, [])
    assert (frozen["due_cents"], frozen["pay_by"], frozen["frozen_cents"]) == (0, None, 2_000)
    assert refused(till.town.other_clerk.get(path)) == (404, "operator-is-unknown")


def test_a_payment_opens_on_its_redemptions(till: Till) -> None:
    till.approved()
    till.hear(entry("20.00", end_to_end=REFERENCE))
    clerk = till.town.clerk

    [listed] = clerk.get(f"{API}/payments").get_json()["items"]
    read = clerk.get(f"{API}/payments/{REFERENCE}").get_json()
    first = clerk.get(f"{API}/payments/{REFERENCE}/redemptions?limit=1").get_json()
    rest = clerk.get(
        f"{API}/payments/{REFERENCE}/redemptions?limit=1&cursor={first['next_cursor']}"
    ).get_json()

    assert listed == read
    assert (read["stage"], read["amount_cents"], read["masked_iban"]) == ("paid", 2_000, "FR76 **** 0189")
    assert [one["serial"] for page in (first, rest) for one in page["items"]] == till.serials[:2]


def test_a_payment_opens_on_the_claims_that_it_takes(till: Till) -> None:
    till.approved()
    till.hear(entry("20.00", end_to_end=REFERENCE))
    clerk, path = till.town.clerk, f"{API}/payments"
    claimed = clerk.get(f"{path}/{REFERENCE}/redemptions?limit=1").get_json()["items"][0]
    body = {"redemption_id": claimed["redemption_id"], "cause": "taken-twice"}
    assert till.clerk.post(f"{API}/reversals", body).status_code == 201
    till.town.redeem(till.serials[2:5])

    preview = till.clerk.get(f"{PREVIEWS}?series={SERIES}&cut_off_on={today()}").get_json()
    run = till.freeze().get_json()

    read = clerk.get(f"{path}/PN-2026-R2-1").get_json()
    figures = ("amount_cents", "claim_cents", "netted_cents", "net_cents")
    assert tuple(read[name] for name in figures) == (3_000, 1_000, 1_000, 2_000)
    assert tuple(preview["payments"][0][name] for name in figures) == (3_000, 1_000, 1_000, 2_000)
    assert (run["total_cents"], run["netted_cents"], run["net_cents"]) == (3_000, 1_000, 2_000)
    assert (run["left_netted_cents"], run["left_net_cents"]) == (1_000, 2_000)
    taken = clerk.get(f"{path}/PN-2026-R2-1/claims").get_json()["items"]
    assert [one["serial"] for one in taken] == [claimed["serial"]]
    assert taken[0]["reversed_on"]
    assert refused(till.town.other_clerk.get(f"{path}/PN-2026-R2-1/claims")) == (404, "payment-is-unknown")
    assert clerk.get(f"{path}/{REFERENCE}/claims").get_json() == {"items": []}


def test_payments_are_listed_newest_first_a_page_at_a_time_to_whom_they_concern(till: Till) -> None:
    till.freeze()
    till.town.redeem(till.serials[2:3])
    till.freeze()
    path, other = f"{API}/payments", till.town.other_clerk

    first = till.clerk.get(f"{path}?limit=1&operator_id={till.town.clerk.organisation_id}")
    rest = till.clerk.get(
        f"{path}?limit=1&operator_id={till.town.clerk.organisation_id}"
        f"&cursor={first.get_json()['next_cursor']}"
    )

    references = [one["reference"] for page in (first, rest) for one in page.get_json()["items"]]
    assert references == ["PN-2026-R2-1", REFERENCE]
    assert other.get(path).get_json()["items"] == []
    assert refused(other.get(f"{path}/{REFERENCE}")) == (404, "payment-is-unknown")
    assert refused(other.get(f"{path}/{REFERENCE}/redemptions")) == (404, "payment-is-unknown")
