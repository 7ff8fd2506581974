"""Who delivers is registered by his operator's people; the State-funded are given derogations."""

from typing import Any
from uuid import uuid4

import pytest

from tests.api.county import OTHER_SIRET, SIRET, County, listed
from tests.api.town import API, refused
from voucher_service.kernel.actor import Role

MEDIATORS, DEROGATIONS = f"{API}/mediators", f"{API}/derogations"


def _derogation(mediator_id: str, **said: Any) -> dict[str, Any]:
    days = {"valid_from_on": "2026-01-01", "valid_until_on": "2026-12-31"}
    return {"mediator_id": mediator_id, "reference": "Dérogation inventée 7"} | days | said


def test_an_operators_people_register_who_delivers_and_read_no_others(county: County) -> None:
    mine, theirs = county.venue_operator(siret=SIRET), county.venue_operator(siret=OTHER_SIRET)
    me, foreign = county.someone(Role.VENUE, mine), county.mediator(theirs)
    body = {"operator_id": mine, "label": "Bénévole B", "standing": "volunteer"}

    registered = me.post(MEDIATORS, body)

    assert registered.status_code == 201
    assert me.get(registered.headers["Location"]).get_json() == registered.get_json()
    assert [one["id"] for one in listed(me, MEDIATORS)] == [registered.get_json()["id"]]
    assert refused(me.post(MEDIATORS, body | {"operator_id": theirs})) == (404, "operator-is-unknown")
    assert refused(me.get(f"{MEDIATORS}?operator_id={theirs}")) == (404, "operator-is-unknown")
    assert refused(me.get(f"{MEDIATORS}/{foreign['id']}")) == (404, "mediator-is-unknown")
    assert refused(me.patch(f"{MEDIATORS}/{foreign['id']}", {"left_on": "2026-04-01"}, version=1)) == (
        404,
        "mediator-is-unknown",
    )


def test_mediators_are_listed_by_operator(county: County) -> None:
    mine, theirs = county.venue_operator(siret=SIRET), county.venue_operator(siret=OTHER_SIRET)
    first, second, third = (county.mediator(one)["id"] for one in (mine, theirs, mine))

    assert [one["id"] for one in listed(county.operator, f"{MEDIATORS}?limit=2")] == [first, second, third]
    assert [one["id"] for one in listed(county.operator, f"{MEDIATORS}?operator_id={mine}")] == [first, third]


def test_a_mediator_leaves_on_a_day(county: County) -> None:
    mediator = county.mediator(county.venue_operator())
    path = f"{MEDIATORS}/{mediator['id']}"

    left = county.operator.patch(path, {"left_on": "2026-04-01"}, version=1)
    late = county.operator.patch(path, {"left_on": "2026-05-01"}, version=1)

    assert left.get_json() == mediator | {"left_on": "2026-04-01", "version": 2}
    assert refused(late) == (412, "mediator-has-changed")


def test_a_derogation_is_read_with_its_mediator(county: County) -> None:
    mediator = county.mediator(county.venue_operator())

    granted = county.operator.post(DEROGATIONS, _derogation(mediator["id"]))

    assert granted.status_code == 201
    read = county.operator.get(f"{MEDIATORS}/{mediator['id']}").get_json()
    assert read["derogations"] == [granted.get_json()]


@pytest.mark.parametrize(
    ("said", "status", "code"),
    [
        ({"valid_until_on": "2025-12-31"}, 422, "derogation-ends-before-it-begins"),
        ({"mediator_id": str(uuid4())}, 404, "mediator-is-unknown"),
        ({"reference": ""}, 422, "request-is-invalid"),
    ],
)
def test_a_derogation_that_cannot_be_is_refused(
    county: County, said: dict[str, str], status: int, code: str
) -> None:
    mediator = county.mediator(county.venue_operator())

    assert refused(county.operator.post(DEROGATIONS, _derogation(mediator["id"]) | said)) == (status, code)


def test_an_employee_needs_no_derogation(county: County) -> None:
    mediator = county.mediator(county.venue_operator(), standing="employee")

    assert refused(county.operator.post(DEROGATIONS, _derogation(mediator["id"]))) == (
        409,
        "mediator-needs-no-derogation",
    )
