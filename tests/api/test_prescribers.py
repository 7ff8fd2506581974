"""Prescribers are enrolled with their sites, and each reads its own."""

from uuid import uuid4

import pytest

from tests.api.county import County, listed
from tests.api.town import API, refused
from voucher_service.kernel.actor import Role

PRESCRIBERS, SITES = f"{API}/prescribers", f"{API}/prescriber-sites"


def test_a_prescriber_is_enrolled_once_and_read_under_its_name(county: County) -> None:
    organisation_id = county.founded("prescriber")
    name = county.operator.get(f"{API}/organisations/{organisation_id}").get_json()["name"]

    first, again = (county.operator.post(PRESCRIBERS, {"organisation_id": organisation_id}) for _ in range(2))

    assert (first.status_code, again.get_json()) == (201, first.get_json())
    read = county.operator.get(first.headers["Location"]).get_json()
    assert read == first.get_json()
    assert (read["organisation_id"], read["name"], read["siret"]) == (organisation_id, name, None)


def test_only_an_organisation_founded_to_prescribe_is_enrolled(county: County) -> None:
    def enrol(organisation_id: str) -> tuple[int, str]:
        return refused(county.operator.post(PRESCRIBERS, {"organisation_id": organisation_id}))

    assert enrol(county.founded("funder")) == (409, "organisation-is-not-a-prescriber")
    assert enrol(str(uuid4())) == (404, "organisation-is-unknown")
    assert enrol("x") == (422, "request-is-invalid")


def test_a_prescriber_reads_itself_and_no_other(county: County) -> None:
    mine, theirs = county.prescriber(), county.prescriber()
    me = county.someone(Role.PRESCRIBER, mine)

    assert [one["organisation_id"] for one in listed(me, PRESCRIBERS)] == [mine]
    assert me.get(f"{PRESCRIBERS}/{mine}").status_code == 200
    assert refused(me.get(f"{PRESCRIBERS}/{theirs}")) == (404, "prescriber-is-unknown")
    everybody = listed(county.finance, f"{PRESCRIBERS}?limit=1")
    assert [one["organisation_id"] for one in everybody] == [mine, theirs]


def test_a_site_is_opened_and_read_by_its_prescriber_only(county: County) -> None:
    mine, theirs = county.prescriber(), county.prescriber()
    me, body = county.someone(Role.PRESCRIBER, mine), {"name": " Accueil ", "commune": "Ville-Fictive"}

    said = {"address": "1 rue de l'Exemple", "postcode": "34999", "organisation_id": mine}
    opened = county.operator.post(SITES, body | said)
    foreign = county.site(theirs)

    assert (opened.status_code, opened.get_json()["name"]) == (201, "Accueil")
    assert me.get(opened.headers["Location"]).get_json() == opened.get_json()
    assert opened.get_json().items() >= said.items()
    assert refused(me.get(f"{SITES}/{foreign['id']}")) == (404, "site-is-unknown")
    assert foreign["no"] > opened.get_json()["no"]


def test_sites_are_listed_by_number_and_by_prescriber(county: County) -> None:
    mine, theirs = county.prescriber(), county.prescriber()
    sites = [county.site(organisation_id)["no"] for organisation_id in (mine, theirs, mine)]
    me = county.someone(Role.PRESCRIBER, mine)

    assert [site["no"] for site in listed(county.operator, f"{SITES}?limit=2")] == sites
    assert [site["no"] for site in listed(county.operator, f"{SITES}?organisation_id={theirs}")] == sites[1:2]
    assert [site["no"] for site in listed(me, SITES)] == sites[::2]
    assert refused(me.get(f"{SITES}?organisation_id={theirs}")) == (404, "prescriber-is-unknown")


@pytest.mark.parametrize(
    ("said", "status", "code"),
    [
        ({"organisation_id": str(uuid4())}, 404, "prescriber-is-unknown"),
        ({"postcode": "34"}, 422, "request-is-invalid"),
        ({"name": " "}, 422, "name-is-malformed"),
        ({"commune": None}, 422, "request-is-invalid"),
    ],
)
def test_a_site_that_cannot_be_is_refused(
    county: County, said: dict[str, str | None], status: int, code: str
) -> None:
    body = {"organisation_id": county.prescriber(), "name": "Accueil", "commune": "Ville-Fictive"}

    assert refused(county.operator.post(SITES, body | said)) == (status, code)
