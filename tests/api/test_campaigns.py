"""Campaigns: their terms, and who may change them from which version."""

from typing import Any

import pytest

from tests.api.callers import Caller
from tests.api.town import API, refused
from voucher_service.kernel.actor import Role

CAMPAIGNS = f"{API}/campaigns"
TERMS: dict[str, Any] = {
    "name": "Campagne fictive",
    "legal_basis": "marche",
    "legal_reference": "M-2026-01",
    "deliberation": "D-2026-01",
    "decided_on": "2026-01-15",
    "money_side": "bank",
    "use_from": "2026-02-01",
    "use_until": "2026-12-31",
    "present_until": "2027-01-31",
    "services": ["everyday-tools"],
    "territory": ["34"],
}
CAMPAIGN = TERMS | {
    "series": "PN-2026",
    "key": [
        {"funder": "etat", "advanced_parts": 0, "borne_parts": 1, "due_on": "used"},
        {"funder": "metropole", "advanced_parts": 1, "borne_parts": 1, "due_on": "bought"},
    ],
}


@pytest.fixture
def operator(operator: Caller) -> Caller:
    for code in ("etat", "metropole"):
        operator.post(f"{API}/funders", {"code": code, "name": code})
    return operator


def test_a_campaign_is_opened_and_read_back_with_its_keys(operator: Caller) -> None:
    made = operator.post(CAMPAIGNS, CAMPAIGN)

    assert made.status_code == 201
    shown = operator.get(made.headers["Location"])
    assert shown.get_json() == made.get_json()
    assert shown.get_json()["key"] == CAMPAIGN["key"]
    assert (shown.get_json()["services"], shown.get_json()["blocked"]) == (["everyday-tools"], False)


def test_terms_that_contradict_each_other_name_the_field(operator: Caller) -> None:
    answer = operator.post(CAMPAIGNS, CAMPAIGN | {"use_until": "2026-01-31"})

    assert refused(answer) == (422, "terms-are-inconsistent")
    assert answer.get_json()["field"] == "use_until"


def test_a_campaign_has_no_limits_until_it_is_given_some(operator: Caller) -> None:
    made = operator.post(CAMPAIGNS, CAMPAIGN)
    limits = {"booklets_per_person": 1, "vouchers_per_visit": 2, "ceiling_cents": 5_000_000}

    changed = operator.ask(
        "PUT", f"{CAMPAIGNS}/PN-2026", json=TERMS | limits, headers={"If-Match": made.headers["ETag"]}
    )

    assert {name: made.get_json()[name] for name in limits} == dict.fromkeys(limits)
    assert {name: changed.get_json()[name] for name in limits} == limits


def test_a_ceiling_has_room_for_one_booklet(operator: Caller) -> None:
    answer = operator.post(CAMPAIGNS, CAMPAIGN | {"ceiling_cents": 9_999})

    assert refused(answer) == (422, "terms-are-inconsistent")
    assert answer.get_json()["field"] == "ceiling_cents"


def test_a_series_is_used_once(operator: Caller) -> None:
    operator.post(CAMPAIGNS, CAMPAIGN)

    assert refused(operator.post(CAMPAIGNS, CAMPAIGN)) == (409, "series-is-taken")


def test_terms_are_changed_from_the_version_that_was_read(operator: Caller) -> None:
    version = operator.post(CAMPAIGNS, CAMPAIGN).headers["ETag"]
    longer = TERMS | {"present_until": "2027-03-31"}

    changed = operator.ask("PUT", f"{CAMPAIGNS}/PN-2026", json=longer, headers={"If-Match": version})
    stale = operator.ask("PUT", f"{CAMPAIGNS}/PN-2026", json=TERMS, headers={"If-Match": version})

    assert (changed.status_code, changed.get_json()["present_until"]) == (200, "2027-03-31")
    assert changed.headers["ETag"] != version
    assert refused(stale) == (412, "campaign-has-changed")


def test_terms_are_not_changed_blindly(operator: Caller) -> None:
    operator.post(CAMPAIGNS, CAMPAIGN)

    assert operator.ask("PUT", f"{CAMPAIGNS}/PN-2026", json=TERMS).status_code == 428


def test_the_face_value_of_a_campaign_stays(operator: Caller) -> None:
    version = operator.post(CAMPAIGNS, CAMPAIGN).headers["ETag"]

    answer = operator.ask(
        "PUT", f"{CAMPAIGNS}/PN-2026", json=TERMS | {"face_cents": 2000}, headers={"If-Match": version}
    )

    assert refused(answer) == (422, "terms-are-inconsistent")


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("services", ["piano"]),
        ("territory", ["Hérault"]),
        ("series", "pn"),
        ("key", []),
        ("face_cents", "10"),
        ("booklets_per_person", 0),
        ("vouchers_per_visit", 21),
        ("ceiling_cents", 0),
    ],
)
def test_what_cannot_be_understood_is_refused_at_its_field(operator: Caller, field: str, value: Any) -> None:
    answer = operator.post(CAMPAIGNS, CAMPAIGN | {field: value})

    assert refused(answer) == (422, "request-is-invalid")
    assert answer.get_json()["errors"][0]["pointer"].startswith(f"/{field}")


def test_everybody_may_read_the_campaigns_and_few_open_them(operator: Caller, caller: Any) -> None:
    operator.post(CAMPAIGNS, CAMPAIGN)
    venue = caller(Role.VENUE)

    assert [one["series"] for one in venue.get(CAMPAIGNS).get_json()["items"]] == ["PN-2026"]
    assert venue.post(CAMPAIGNS, CAMPAIGN).status_code == 403


def test_an_unknown_campaign_is_not_found(operator: Caller) -> None:
    assert refused(operator.get(f"{CAMPAIGNS}/PN-2099")) == (404, "campaign-is-unknown")
