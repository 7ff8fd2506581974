"""Where a campaign's vouchers are good is decided venue by venue, and every decision stays."""

from typing import Any
from uuid import uuid4

import pytest
from werkzeug.test import TestResponse

from tests.api.county import OTHER_SIRET, SIRET, County, listed
from tests.api.town import API, SERIES, Town, refused, today
from voucher_service.kernel.actor import Role

ACCREDITATIONS = f"{API}/accreditations"


def _decide(county: County, venue: str, **said: Any) -> TestResponse:
    body = {"series": SERIES, "venue_id": venue, "decision": "accredited", "reason": "file-complete"}
    return county.colleague.post(ACCREDITATIONS, body | said)


def test_a_venue_is_accredited_then_suspended_and_both_are_kept(county: County, town: Town) -> None:
    venue = county.venue(operator_id=county.venue_operator())["id"]

    first = _decide(county, venue)
    second = _decide(county, venue, decision="suspended", reason="under-enquiry", effective_on="2026-12-01")

    assert (first.status_code, first.get_json()["effective_on"]) == (201, today().isoformat())
    assert second.get_json()["effective_on"] == "2026-12-01"
    kept = listed(county.finance, f"{ACCREDITATIONS}?venue_id={venue}&series={SERIES}&limit=1")
    assert kept == [first.get_json(), second.get_json()]


def test_a_venues_people_read_the_decisions_on_their_own(county: County, town: Town) -> None:
    mine, theirs = county.venue_operator(siret=SIRET), county.venue_operator(siret=OTHER_SIRET)
    own = county.venue("Le Mien", operator_id=mine)["id"]
    other = county.venue("Le Leur", operator_id=theirs)["id"]
    _decide(county, own)
    _decide(county, other)
    me = county.someone(Role.VENUE, mine)

    assert [one["venue_id"] for one in listed(me, ACCREDITATIONS)] == [own]
    assert [one["venue_id"] for one in listed(county.operator, ACCREDITATIONS)] == [own, other]
    assert refused(me.get(f"{ACCREDITATIONS}?venue_id={other}")) == (404, "venue-is-unknown")


def test_a_venue_is_not_accredited_before_its_operator_is_ready(county: County, town: Town) -> None:
    nobodys = county.venue("Personne")["id"]
    public = county.venue("Public", operator_id=county.venue_operator(legal_form="public"))["id"]

    unpaid, unready = _decide(county, nobodys), _decide(county, public)

    assert refused(unpaid) == (409, "venue-has-no-operator")
    assert refused(unready) == (409, "venue-is-not-ready")
    assert unready.get_json()["missing"] == ["cashing-act"]


@pytest.mark.parametrize(
    ("said", "status", "code"),
    [
        ({"series": "PN-2031"}, 404, "campaign-is-unknown"),
        ({"venue_id": str(uuid4())}, 404, "venue-is-unknown"),
        ({"decision": "perhaps"}, 422, "request-is-invalid"),
        ({"effective_on": "tomorrow"}, 422, "request-is-invalid"),
    ],
)
def test_a_decision_that_cannot_be_is_refused(
    county: County, town: Town, said: dict[str, str], status: int, code: str
) -> None:
    venue = county.venue(operator_id=county.venue_operator())["id"]

    assert refused(_decide(county, venue, **said)) == (status, code)
