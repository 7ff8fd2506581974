"""A person needs booklets; the handover may come later."""

from typing import Any
from uuid import uuid4

from tests.api.town import API, SERIES, Town, refused, today

PRESCRIPTIONS = f"{API}/prescriptions"


def _body(town: Town, **change: Any) -> dict[str, Any]:
    wanted = {"series": SERIES, "site_id": str(town.desk.site.id), "need": "basic-skills", "booklets": 2}
    return wanted | change


def test_a_prescription_is_made_today_and_read_by_its_own_organisation(town: Town) -> None:
    made = town.worker.post(PRESCRIPTIONS, _body(town))

    assert (made.status_code, made.get_json()["prescribed_on"]) == (201, today().isoformat())
    assert town.worker.get(made.headers["Location"]).get_json() == made.get_json()
    assert town.worker.get(PRESCRIPTIONS).get_json()["items"] == [made.get_json()]
    assert refused(town.other_worker.get(made.headers["Location"])) == (404, "prescription-is-unknown")
    assert town.other_worker.get(PRESCRIPTIONS).get_json()["items"] == []


def test_nobody_prescribes_at_another_organisations_site(town: Town) -> None:
    assert refused(town.other_worker.post(PRESCRIPTIONS, _body(town))) == (404, "site-is-unknown")


def test_a_handover_follows_its_prescription_to_the_same_person(town: Town) -> None:
    numbers = town.world.active()
    town.world.allocate(numbers, town.desk)
    prescribed = town.worker.post(PRESCRIPTIONS, _body(town)).get_json()
    body = {"series": SERIES, "site_id": str(town.desk.site.id), "booklets": numbers}

    unknown = town.worker.post(f"{API}/handovers", body | {"prescription_id": str(uuid4())})
    handed = town.worker.post(f"{API}/handovers", body | {"prescription_id": prescribed["id"]})

    assert refused(unknown) == (404, "prescription-is-unknown")
    assert handed.get_json()["person_id"] == prescribed["person_id"]
