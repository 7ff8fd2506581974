"""Anybody finds a venue; its own people and the operator's describe it."""

from typing import Any
from uuid import uuid4

import pytest

from tests.api.callers import Caller
from tests.api.county import OTHER_SIRET, SIRET, County, described, listed
from tests.api.town import API, Town, refused, today
from voucher_service.kernel.actor import Role

VENUES = f"{API}/venues"
PRIVATE = {"registered_by", "imported_digest", "imported_version", "identity_key", "source", "source_id"}


def _names(caller: Caller, query: str = "") -> list[str]:
    return [venue["name"] for venue in listed(caller, VENUES + query)]


def test_a_venue_is_registered_and_anybody_reads_it(county: County, anyone: Caller) -> None:
    said = described(
        services=["safe-use", "everyday-tools"],
        conditions=["free"],
        modalities=["workshop"],
        latitude=43.61,
        longitude=3.87,
        opening_hours="Mo-Fr 09:00-12:00",
        website="https://lieu.example.org",
        phone="+33400000000",
        insee="34999",
        address_complement="Bâtiment B",
    )
    operator_id = county.venue_operator()

    registered = county.operator.post(VENUES, said | {"operator_id": operator_id})

    assert registered.status_code == 201
    read = anyone.get(registered.headers["Location"])
    assert read.get_json() == registered.get_json()
    assert read.get_json().items() >= (said | {"operator_id": operator_id, "version": 1}).items()
    assert read.headers["ETag"] == '"1"'
    assert not PRIVATE & read.get_json().keys()


def test_a_commune_and_a_service_are_looked_for_as_people_write_them(county: County, anyone: Caller) -> None:
    county.venue("Un", commune="Saint-Thibéry-Fictif", services=["safe-use"])
    county.venue("Deux", commune="Saint-Thibéry-Fictif", services=["employment"])
    county.venue("Trois", services=["safe-use"])

    assert _names(anyone, "?commune=ST+THIBERY+FICTIF") == ["Deux", "Un"]
    assert _names(anyone, "?service=safe-use") == ["Un", "Trois"]
    assert _names(anyone, "?service=safe-use&commune=ville-fictive") == ["Trois"]


def test_the_nearest_venue_comes_first_with_its_distance(county: County, anyone: Caller) -> None:
    county.venue("Loin", latitude=44.6, longitude=3.88)
    county.venue("Près", latitude=43.61, longitude=3.88)
    county.venue("Ici", latitude=43.6, longitude=3.88)
    county.venue("Nulle part")

    found = listed(anyone, f"{VENUES}?near=43.6,3.88&radius_m=5000&limit=1")

    assert [(venue["name"], venue["distance_m"]) for venue in found] == [("Ici", 0), ("Près", 1112)]
    assert {venue["distance_m"] for venue in listed(anyone, VENUES)} == {None}


@pytest.mark.parametrize("query", ["", "&near=43.6,3.88"])
def test_pages_hold_every_venue_once(county: County, anyone: Caller, query: str) -> None:
    for number in range(5):
        county.venue(f"Lieu {number}", latitude=43.6, longitude=3.88)

    assert _names(anyone, f"?limit=2{query}") == [f"Lieu {number}" for number in range(5)]


def test_the_venues_of_an_operator_and_of_a_campaign_are_found(
    county: County, town: Town, anyone: Caller
) -> None:
    operator_id = county.venue_operator()
    good, other = county.venue("Bon", operator_id=operator_id), county.venue("Autre", operator_id=operator_id)
    county.venue("Ailleurs")
    decided = {"series": "PN-2026", "decision": "accredited", "reason": "file-complete"}
    decided["effective_on"] = today().isoformat()
    county.colleague.post(f"{API}/accreditations", decided | {"venue_id": good["id"]})

    assert _names(anyone, f"?operator_id={operator_id}") == ["Autre", "Bon"]
    assert [venue["id"] for venue in listed(anyone, f"{VENUES}?series=PN-2026")] == [good["id"]]
    suspended = decided | {"venue_id": good["id"], "decision": "suspended", "reason": "under-enquiry"}
    county.operator.post(f"{API}/accreditations", suspended)
    assert listed(anyone, f"{VENUES}?series=PN-2026") == []
    assert refused(anyone.get(f"{VENUES}?series=PN-2031")) == (404, "campaign-is-unknown")
    assert other["operator_id"] == operator_id


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("near=43.6", "request-is-invalid"),
        ("near=43.6;3.88", "request-is-invalid"),
        ("near=nan,inf", "request-is-invalid"),
        ("near=91,3.88", "point-is-not-on-earth"),
        ("near=43.6,3.88&radius_m=0", "request-is-invalid"),
        ("near=43.6,3.88&radius_m=100001", "request-is-invalid"),
        ("service=magic", "request-is-invalid"),
        ("operator_id=me", "request-is-invalid"),
        ("unknown=1", "request-is-invalid"),
    ],
)
def test_an_impossible_search_is_refused(anyone: Caller, query: str, code: str) -> None:
    assert refused(anyone.get(f"{VENUES}?{query}")) == (422, code)


def test_an_unknown_venue_is_not_found(anyone: Caller) -> None:
    assert refused(anyone.get(f"{VENUES}/{uuid4()}")) == (404, "venue-is-unknown")


@pytest.mark.parametrize(
    ("said", "pointer"),
    [
        ({"name": None}, "/name"),
        ({"postcode": "34"}, "/postcode"),
        ({"latitude": "43.6"}, "/latitude"),
        ({"latitude": True}, "/latitude"),
        ({"latitude": 90.1}, "/latitude"),
        ({"longitude": -181}, "/longitude"),
        ({"longitude": 10**400}, "/longitude"),
        ({"services": ["magic"]}, "/services/0"),
        ({"website": "javascript:alert(1)"}, "/website"),
        ({"secret": "x"}, "/secret"),
    ],
)
def test_a_venue_described_wrongly_is_told_where(county: County, said: dict[str, Any], pointer: str) -> None:
    answer = county.operator.post(VENUES, described() | said)

    assert refused(answer) == (422, "request-is-invalid")
    assert pointer in {error["pointer"] for error in answer.get_json()["errors"]}


def test_what_the_fields_cannot_tell_alone_is_told_together(county: County) -> None:
    answer = county.operator.post(VENUES, described(" ", latitude=43.6, address="1 rue\n"))

    assert refused(answer) == (422, "venue-is-misdescribed")
    assert answer.get_json()["flaws"] == ["name-missing", "position-invalid", "text-unprintable"]


def test_a_venue_is_registered_once(county: County) -> None:
    county.venue()

    answer = county.operator.post(VENUES, described("LE PIXEL INVENTE"))

    assert refused(answer) == (409, "venue-is-registered-already")


def test_its_own_people_edit_a_venue_and_strangers_do_not_find_it(county: County) -> None:
    mine, theirs = county.venue_operator(siret=SIRET), county.venue_operator(siret=OTHER_SIRET)
    venue = county.venue(operator_id=mine, phone="+33400000000", services=["safe-use"])
    path, closed = f"{VENUES}/{venue['id']}", {"opening_hours": "off", "phone": None}

    foreign = county.someone(Role.VENUE, theirs).patch(path, closed, version=1)
    own = county.someone(Role.VENUE, mine).patch(path, closed, version=1)

    assert refused(foreign) == (404, "venue-is-unknown")
    assert own.get_json() == venue | closed | {"version": 2, "updated_on": own.get_json()["updated_on"]}
    assert own.headers["ETag"] == '"2"'


def test_an_edit_needs_the_version_that_was_read(county: County) -> None:
    path = f"{VENUES}/{county.venue()['id']}"
    county.operator.patch(path, {"name": "Le Premier"}, version=1)

    late = county.operator.patch(path, {"name": "Le Second"}, version=1)
    blind = county.operator.ask("PATCH", path, json={"name": "Le Troisième"})

    assert refused(late) == (412, "venue-has-changed")
    assert late.get_json()["version"] == 2
    assert refused(blind) == (428, "if-match-is-missing")


def test_a_venue_does_not_lose_what_it_must_have(county: County) -> None:
    path = f"{VENUES}/{county.venue()['id']}"

    answer = county.operator.patch(path, {"name": None}, version=1)

    assert refused(answer) == (422, "request-is-invalid")


def test_a_venue_is_entrusted_to_one_operator_for_good(county: County) -> None:
    venue = county.venue()
    first, second = county.venue_operator(siret=SIRET), county.venue_operator(siret=OTHER_SIRET)

    def entrust(operator_id: str) -> Any:
        body = {"venue_id": venue["id"], "operator_id": operator_id}
        return county.operator.post(f"{API}/venue-entrustments", body)

    entrusted, again, other = entrust(first), entrust(first), entrust(second)

    assert (entrusted.status_code, entrusted.get_json()["operator_id"]) == (201, first)
    assert entrusted.headers["Location"] == f"{VENUES}/{venue['id']}"
    assert (again.status_code, again.get_json()["version"]) == (201, 2)
    assert refused(other) == (409, "venue-has-an-operator")
    assert refused(entrust(str(uuid4()))) == (404, "operator-is-unknown")
