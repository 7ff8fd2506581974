"""An organisation's name or SIRET is put right by the operator; what it was before is read beside it."""

from tests.api.county import OTHER_SIRET, SIRET, County
from tests.api.town import API, refused
from voucher_service.kernel.actor import Role

CORRECTIONS = f"{API}/organisation-corrections"
NAME = "Association renommée"


def test_a_correction_shows_what_was_known_before_and_why(county: County) -> None:
    organisation_id = county.founded("venue_operator", siret=SIRET)
    before = county.operator.get(f"{API}/organisations/{organisation_id}").get_json()
    body = {"organisation_id": organisation_id, "name": NAME, "siret": SIRET, "reason": "renamed"}

    corrected = county.operator.post(CORRECTIONS, body)

    assert corrected.status_code == 201
    assert corrected.get_json()["name_before"] == before["name"]
    assert county.operator.get(f"{API}/organisations/{organisation_id}").get_json()["name"] == NAME
    told = county.operator.get(f"{API}/organisations/{organisation_id}/corrections").get_json()["items"]
    assert told == [corrected.get_json()]


def test_another_legal_person_s_siret_is_no_move(county: County) -> None:
    organisation_id = county.founded("venue_operator", siret=SIRET)
    body = {"organisation_id": organisation_id, "name": NAME, "siret": OTHER_SIRET}

    assert refused(county.operator.post(CORRECTIONS, body | {"reason": "moved"})) == (409, "siren-differs")
    assert county.operator.post(CORRECTIONS, body | {"reason": "mistyped"}).status_code == 201


def test_only_the_operator_corrects(county: County) -> None:
    organisation_id = county.founded("venue_operator", siret=SIRET)
    body = {"organisation_id": organisation_id, "name": NAME, "siret": SIRET, "reason": "renamed"}
    answer = county.someone(Role.VENUE, organisation_id).post(CORRECTIONS, body)

    assert refused(answer) == (403, "duty-is-not-yours")
