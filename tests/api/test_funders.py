"""Who pays for vouchers."""

from uuid import uuid4

from tests.api.callers import Caller
from tests.api.conftest import Enrol
from tests.api.town import API, refused
from voucher_service.kernel.actor import Role

FUNDERS = f"{API}/funders"


def test_a_funder_is_enrolled_and_read_back(operator: Caller, caller: Enrol) -> None:
    made = operator.post(FUNDERS, {"code": "etat", "name": "État"})

    assert made.status_code == 201
    assert caller(Role.FUNDER).get(made.headers["Location"]).get_json() == made.get_json()


def test_funders_are_listed_by_code_a_page_at_a_time(operator: Caller) -> None:
    for code in ("metropole", "caf", "etat"):
        operator.post(FUNDERS, {"code": code, "name": code})

    first = operator.get(f"{FUNDERS}?limit=2").get_json()
    second = operator.get(f"{FUNDERS}?limit=2&cursor={first['next_cursor']}").get_json()

    assert [one["code"] for one in first["items"] + second["items"]] == ["caf", "etat", "metropole"]
    assert second["next_cursor"] is None


def test_a_code_is_given_once(operator: Caller) -> None:
    operator.post(FUNDERS, {"code": "etat", "name": "État"})

    assert refused(operator.post(FUNDERS, {"code": "etat", "name": "Encore"})) == (409, "funder-exists")


def test_a_funder_of_an_organisation_that_does_not_exist_is_refused(operator: Caller) -> None:
    answer = operator.post(FUNDERS, {"code": "etat", "name": "État", "organisation_id": str(uuid4())})

    assert refused(answer) == (404, "organisation-is-unknown")


def test_an_unknown_funder_is_not_found(operator: Caller) -> None:
    assert refused(operator.get(f"{FUNDERS}/personne")) == (404, "funder-is-unknown")


def test_a_venue_does_not_enrol_funders(caller: Enrol) -> None:
    assert caller(Role.VENUE).post(FUNDERS, {"code": "etat", "name": "État"}).status_code == 403
