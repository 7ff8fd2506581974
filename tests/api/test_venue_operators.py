"""Venue operators are enrolled, told what they lack, and paid where they say."""

from typing import Any
from uuid import uuid4

import pytest

from tests.api.county import IBAN, MASKED_IBAN, OTHER_SIRET, SIRET, County, listed
from tests.api.town import API, refused
from voucher_service.kernel.actor import Role

OPERATORS, ACTS, ACCOUNTS = f"{API}/venue-operators", f"{API}/cashing-acts", f"{API}/bank-details"


def _account(operator_id: str, **said: Any) -> dict[str, Any]:
    return {"operator_id": operator_id, "iban": IBAN, "holder": "Association Inventée"} | said


def _act(operator_id: str, **said: Any) -> dict[str, Any]:
    act = {"means": "regie-de-recettes", "reference": "Arrêté 2026-07", "signed_on": "2026-01-15"}
    return {"operator_id": operator_id} | act | said


def test_a_public_body_is_told_what_it_lacks_until_it_lacks_nothing(county: County) -> None:
    town = county.venue_operator(legal_form="public")

    def missing() -> Any:
        return county.operator.get(f"{OPERATORS}/{town}").get_json()["missing"]

    at_first = missing()
    county.operator.post(ACTS, _act(town, reference="Arrêté 2025-01"))
    act = county.operator.post(ACTS, _act(town))
    with_act = missing()
    county.paid_on(town)

    assert at_first == ["cashing-act", "bank-details"]
    assert with_act == ["bank-details"]
    assert missing() == []
    assert county.operator.get(f"{OPERATORS}/{town}").get_json()["cashing_act"] == act.get_json()


def test_each_of_a_list_is_told_what_it_lacks_itself(county: County) -> None:
    public, unknown = (
        county.venue_operator(legal_form="public"),
        county.venue_operator(legal_form="unknown", siret=None),
    )
    county.operator.post(ACTS, _act(public))

    found = {one["organisation_id"]: one for one in listed(county.finance, f"{OPERATORS}?limit=1")}

    assert found[public]["missing"] == ["bank-details"]
    assert found[public]["cashing_act"]["reference"] == "Arrêté 2026-07"
    assert found[unknown]["missing"] == ["siret", "legal-form", "bank-details"]
    assert found[unknown]["cashing_act"] is None


def test_a_legal_form_is_corrected_by_who_has_read_it(county: County) -> None:
    path = f"{OPERATORS}/{county.venue_operator(legal_form='unknown')}"
    read = county.operator.get(path)

    corrected = county.operator.patch(path, {"legal_form": "company"}, version=1)
    late = county.operator.patch(path, {"legal_form": "public"}, version=1)

    assert (read.headers["ETag"], corrected.headers["ETag"]) == ('"1"', '"2"')
    assert corrected.get_json() == read.get_json() | {
        "legal_form": "company",
        "version": 2,
        "missing": ["bank-details"],
    }
    assert refused(late) == (412, "operator-has-changed")


def test_an_operators_people_read_their_own_and_no_other(county: County) -> None:
    mine, theirs = county.venue_operator(siret=SIRET), county.venue_operator(siret=OTHER_SIRET)
    me = county.someone(Role.VENUE, mine)

    assert [one["organisation_id"] for one in listed(me, OPERATORS)] == [mine]
    assert me.get(f"{OPERATORS}/{mine}").get_json()["siret"] == SIRET
    assert refused(me.get(f"{OPERATORS}/{theirs}")) == (404, "operator-is-unknown")


def test_only_an_organisation_founded_to_run_venues_is_enrolled(county: County) -> None:
    body = {"organisation_id": county.founded("prescriber"), "legal_form": "public"}

    assert refused(county.operator.post(OPERATORS, body)) == (409, "organisation-is-not-a-venue-operator")
    assert refused(county.operator.post(OPERATORS, body | {"legal_form": "king"})) == (
        422,
        "request-is-invalid",
    )


@pytest.mark.parametrize(
    ("said", "status", "code"),
    [
        ({"operator_id": str(uuid4())}, 404, "operator-is-unknown"),
        ({"means": "handshake"}, 422, "request-is-invalid"),
        ({"signed_on": "2026-02-30"}, 422, "request-is-invalid"),
        ({"reference": " "}, 422, "name-is-malformed"),
    ],
)
def test_a_cashing_act_that_cannot_be_is_refused(
    county: County, said: dict[str, str], status: int, code: str
) -> None:
    body = _act(county.venue_operator()) | said

    assert refused(county.operator.post(ACTS, body)) == (status, code)


def test_an_iban_is_whole_for_finance_only(county: County) -> None:
    operator_id = county.venue_operator()
    clerk = county.someone(Role.VENUE, operator_id)

    recorded = clerk.post(ACCOUNTS, _account(operator_id))
    shown = {
        role: listed(county.someone(role, operator_id if role is Role.VENUE else None), ACCOUNTS)[0]["iban"]
        for role in (Role.OPERATOR, Role.FINANCE, Role.VENUE, Role.AUDITOR)
    }

    assert (recorded.status_code, recorded.get_json()["iban"]) == (201, MASKED_IBAN)
    assert "941234567890" not in recorded.text
    assert shown.pop(Role.FINANCE) == IBAN.replace(" ", "")
    assert set(shown.values()) == {MASKED_IBAN}


def test_the_latest_account_is_listed_first(county: County) -> None:
    operator_id, other = county.venue_operator(siret=SIRET), county.venue_operator(siret=OTHER_SIRET)
    for holder in ("Premier", "Second"):
        county.paid_on(operator_id, holder=holder)
    county.finance.post(ACCOUNTS, _account(other, holder="Autre"))

    def holders(query: str) -> list[str]:
        return [one["holder"] for one in listed(county.finance, ACCOUNTS + query)]

    assert holders("?limit=1") == ["Autre", "Second", "Premier"]
    assert holders(f"?operator_id={operator_id}") == ["Second", "Premier"]


def test_nobody_reads_or_changes_where_another_is_paid(county: County) -> None:
    mine, theirs = county.venue_operator(siret=SIRET), county.venue_operator(siret=OTHER_SIRET)
    county.finance.post(ACCOUNTS, _account(theirs))
    me = county.someone(Role.VENUE, mine)

    assert listed(me, ACCOUNTS) == []
    assert refused(me.get(f"{ACCOUNTS}?operator_id={theirs}")) == (404, "operator-is-unknown")
    assert refused(me.post(ACCOUNTS, _account(theirs))) == (404, "operator-is-unknown")


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ({"iban": "FR76 3000 1007 9412 3456 7890 186"}, "iban-is-wrong"),
        ({"iban": "x"}, "iban-is-wrong"),
        ({"bic": "DEUTDEFF"}, "bic-is-wrong"),
        ({"holder": " "}, "name-is-malformed"),
        ({"iban": None}, "request-is-invalid"),
    ],
)
def test_an_account_that_cannot_be_is_refused(county: County, said: dict[str, str | None], code: str) -> None:
    assert refused(county.finance.post(ACCOUNTS, _account(county.venue_operator()) | said)) == (422, code)
