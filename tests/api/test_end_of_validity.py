"""The end of validity through the API: the calendar, its signatures, statements, refunds and calls."""

from datetime import timedelta
from typing import Any

import pytest

from tests.api.callers import Caller
from tests.api.town import API, SERIES, Town, refused, today
from tests.world import serials_of
from voucher_service.kernel import clock
from voucher_service.kernel.actor import Role
from voucher_service.worker import end_of_validity


@pytest.fixture
def past(empty_town: Town) -> Town:
    """Give a town whose campaign is over since yesterday; a funder of it can sign in."""
    town = empty_town
    last = today() - timedelta(days=1)
    town.open_campaign(use_until=last, present_until=last)
    return town


def _figures(town: Town) -> list[dict[str, Any]]:
    listed: list[dict[str, Any]] = town.finance.get(f"{API}/validity-milestones?series={SERIES}").get_json()[
        "items"
    ]
    return listed


def _post(caller: Caller, noun: str, **said: Any) -> Any:
    return caller.post(f"{API}/{noun}", {"series": SERIES} | said)


def test_the_calendar_is_a_list_of_what_is_planned_due_and_done(past: Town) -> None:
    signed = _post(past.finance, "validity-signatures", milestone="stop")

    listed = _figures(past)

    assert signed.status_code == 201
    assert [(one["milestone"], one["state"]) for one in listed] == [
        ("alert", "due"),
        ("stop", "done"),
        ("commitment", "due"),
        ("stock-expiry", "due"),
        ("expiry", "due"),
        ("joint-statement", "planned"),
    ]
    again = _post(past.finance, "validity-signatures", milestone="stop")
    assert refused(again) == (409, "milestone-is-done")


def test_the_calendar_turns_its_pages(past: Town) -> None:
    first = past.finance.get(f"{API}/validity-milestones?limit=4").get_json()
    second = past.finance.get(f"{API}/validity-milestones?limit=4&cursor={first['next_cursor']}").get_json()

    assert len(first["items"]) == 4
    assert [one["milestone"] for one in second["items"]] == ["expiry", "joint-statement"]
    assert second["next_cursor"] is None


def test_after_the_stop_a_prescriber_is_told_clearly(empty_town: Town) -> None:
    town = empty_town
    town.open_campaign()
    [booklet] = town.world.active()
    town.world.allocate([booklet], town.desk)
    _post(town.finance, "validity-signatures", milestone="stop")

    answer = town.worker.post(
        f"{API}/handovers", {"series": SERIES, "site_id": str(town.desk.site.id), "booklets": [booklet]}
    )

    assert refused(answer) == (409, "distribution-is-over")
    assert answer.get_json()["stopped_on"] == today().isoformat()


def test_an_expiry_by_hand_is_long_work_and_is_done_once(past: Town) -> None:
    past.world.active()

    asked = _post(past.finance, "validity-runs", milestone="stock-expiry")
    assert asked.status_code == 202
    assert asked.get_json()["kind"] == "end-of-validity"
    end_of_validity.keep_the_calendar(past.database, clock.now())

    [done] = [one for one in _figures(past) if one["milestone"] == "stock-expiry"]
    assert (done["state"], done["by_name"]) == ("done", None)
    assert done["figures"] == {"booklets": 1, "papers": 10, "value_cents": 10_000}
    assert refused(_post(past.finance, "validity-runs", milestone="stock-expiry")) == (
        409,
        "milestone-is-done",
    )
    assert refused(_post(past.finance, "validity-runs", milestone="stop")) == (409, "milestone-is-signed")
    late = _post(past.finance, "validity-runs", milestone="joint-statement")
    assert refused(late) == (409, "milestone-is-not-due")


def test_a_statement_is_drawn_read_and_answered_by_both_sides(past: Town) -> None:
    past.world.active()
    end_of_validity.keep_the_calendar(past.database, clock.now())
    drawn = _post(past.finance, "joint-statements").get_json()
    assert (drawn["number"], drawn["no"]) == ("PN-2026/EC-1", 1)
    assert _post(past.finance, "joint-statements").get_json()["no"] == 1

    table = past.auditor.get(f"{API}/reports/joint-statement?series={SERIES}&no=1").get_json()
    rows = {row["line"]: row["cents"] for row in table["rows"]}
    agreed = _post(past.finance, "joint-statement-answers", no=1, agreed=True)

    assert (rows["activated"], rows["expired-never-handed-over"], rows["left"]) == (10_000, 10_000, 0)
    assert rows["expired-advanced/metropole"] == 10_000
    assert (agreed.status_code, agreed.get_json()["side"]) == (201, "operator")
    silent = _post(past.finance, "joint-statement-answers", no=1, agreed=False)
    assert refused(silent) == (422, "remark-is-missing")
    twice = _post(past.finance, "joint-statement-answers", no=1, agreed=True)
    assert refused(twice) == (409, "statement-is-answered")
    for form, begins in (("pdf", b"%PDF"), ("csv", b"Code;Ligne"), ("json", b"{")):
        answer = past.auditor.get(f"{API}/reports/joint-statement?series={SERIES}&no=1&format={form}")
        assert begins in answer.data[:400]


def test_expired_value_goes_back_by_two_people(past: Town) -> None:
    past.world.active()
    end_of_validity.keep_the_calendar(past.database, clock.now())
    released = _post(past.finance, "expired-value-releases")
    assert released.get_json()["shares"] == {"metropole": 10_000}
    wanted = {"source": "expired", "funder": "metropole", "amount_cents": 10_000, "reason": "Fin de campagne"}
    prepared = _post(past.finance, "refunds", **wanted)
    assert (prepared.status_code, prepared.get_json()["standing"]) == (201, "prepared")

    alone = _post(past.finance, "refund-approvals", no=1)
    assert refused(alone) == (403, "duties-are-incompatible")
    second = past.someone(Role.FINANCE)
    assert _post(second, "refund-approvals", no=1).status_code == 201
    paid = _post(past.finance, "refund-payments", no=1, reference="VIR-1", paid_on=today().isoformat())

    assert paid.status_code == 201
    [listed] = past.auditor.get(f"{API}/refunds?series={SERIES}").get_json()["items"]
    assert (listed["standing"], [step["standing"] for step in listed["steps"]]) == (
        "paid",
        ["approved", "paid"],
    )
    assert past.world.balance("bank") == 0
    [share] = past.auditor.get(f"{API}/expired-value-releases?series={SERIES}").get_json()["items"]
    assert share == released.get_json()


def test_a_refund_is_withdrawn_or_carried_over(past: Town) -> None:
    past.world.funds(20_000)
    wanted = {"source": "unspent", "funder": "metropole", "amount_cents": 5_000, "reason": "Trop-perçu"}
    _post(past.finance, "refunds", **wanted)
    withdrawn = _post(past.finance, "refund-withdrawals", no=1, reason="Erreur")
    assert (withdrawn.status_code, withdrawn.get_json()["standing"]) == (201, "withdrawn")
    past.world.series = "PN-2027"
    past.world.campaign()
    past.world.pledge(5_000)
    past.world.series = SERIES
    _post(past.finance, "refunds", **wanted, into_series="PN-2027")
    _post(past.someone(Role.FINANCE), "refund-approvals", no=2)

    carried = _post(past.finance, "carry-overs", no=2)

    assert carried.status_code == 201
    assert (carried.get_json()["into_series"], carried.get_json()["deposit"]) == (
        "PN-2027",
        "REPORT-PN-2026-F2",
    )


def test_funders_are_called_and_what_came_is_matched(empty_town: Town) -> None:
    town = empty_town
    town.open_campaign()
    [booklet] = town.in_hand()
    town.redeem(serials_of(booklet)[:2])
    town.world.deposit(600, "etat", "VIR-ETAT")
    wanted = {
        "funder": "etat",
        "basis": "used",
        "until": today().isoformat(),
        "pay_by": (today() + timedelta(days=30)).isoformat(),
    }

    issued = _post(town.finance, "fund-calls", **wanted)
    assert (issued.status_code, issued.get_json()["amount_cents"]) == (201, 1_000)
    assert refused(_post(town.finance, "fund-calls", **wanted)) == (409, "nothing-to-call")
    received = _post(
        town.finance,
        "fund-call-receipts",
        no=1,
        amount_cents=600,
        received_on=today().isoformat(),
        deposit="VIR-ETAT",
    )

    assert received.status_code == 201
    [due] = town.auditor.get(f"{API}/fund-calls?series={SERIES}&standing=open").get_json()["items"]
    assert (due["number"], due["received_cents"], due["due_cents"]) == ("PN-2026-AF1", 600, 400)
    for report in ("fund-call", "fund-call-lines"):
        table = town.auditor.get(f"{API}/reports/{report}?series={SERIES}&no=1").get_json()
        assert table["totals"]["called_cents"] == 1_000
        pdf = town.auditor.get(f"{API}/reports/{report}?series={SERIES}&no=1&format=pdf")
        assert pdf.data[:4] == b"%PDF"


def test_a_wrong_call_is_cancelled(empty_town: Town) -> None:
    town = empty_town
    town.open_campaign()
    town.world.pledge(10_000)
    parts = [{"due_on": today().isoformat(), "amount_cents": 3_000}]
    assert _post(town.finance, "instalments", funder="metropole", parts=parts).status_code == 201
    until = (today() + timedelta(days=30)).isoformat()
    wanted = {"funder": "metropole", "basis": "instalments", "until": today().isoformat(), "pay_by": until}
    assert _post(town.finance, "fund-calls", **wanted).status_code == 201

    done = _post(town.finance, "fund-call-cancellations", no=1, reason="Montant erroné")
    again = _post(town.finance, "fund-call-cancellations", no=1, reason="Montant erroné")

    assert (done.status_code, done.get_json()["cancelled_on"]) == (201, today().isoformat())
    assert refused(again) == (409, "call-is-cancelled")
    [listed] = town.auditor.get(f"{API}/fund-calls?series={SERIES}&standing=cancelled").get_json()["items"]
    assert (listed["due_cents"], listed["cancelled_because"]) == (0, "Montant erroné")
    assert _post(town.finance, "fund-calls", **wanted).get_json()["number"] == "PN-2026-AF2"


def test_a_schedule_is_called_part_by_part(empty_town: Town) -> None:
    town = empty_town
    town.open_campaign()
    town.world.pledge(10_000)
    parts = [
        {"due_on": today().isoformat(), "amount_cents": 3_000, "label": "À la commande"},
        {"due_on": (today() + timedelta(days=60)).isoformat(), "amount_cents": 4_000, "label": "Au bilan"},
    ]
    made = _post(town.finance, "instalments", funder="metropole", parts=parts)
    assert [one["no"] for one in made.get_json()["items"]] == [1, 2]

    called = _post(
        town.finance,
        "fund-calls",
        funder="metropole",
        basis="instalments",
        until=today().isoformat(),
        pay_by=(today() + timedelta(days=30)).isoformat(),
    ).get_json()

    assert (called["amount_cents"], called["things"]) == (3_000, 1)
    assert town.auditor.get(f"{API}/instalments?series={SERIES}").get_json() == made.get_json()
