"""Booklets put into people's hands, without a name; undone, corrected, erased, given back."""

from typing import Any

import pytest
from werkzeug.test import TestResponse

from tests.api.town import API, SERIES, Town, refused, today
from tests.world import serials_of

HANDOVERS = f"{API}/handovers"
ANSWERS = {"age_band": "60-69", "situation": "retired", "need": "basic-skills", "priority_public": True}


def _held(town: Town, booklets: int = 1) -> list[str]:
    numbers = town.world.active(booklets)
    town.world.allocate(numbers, town.desk)
    return numbers


def _body(town: Town, booklets: list[str], **change: Any) -> dict[str, Any]:
    return {"series": SERIES, "site_id": str(town.desk.site.id), "booklets": booklets} | change


def _hand_over(town: Town, booklets: list[str], **change: Any) -> TestResponse:
    return town.worker.post(HANDOVERS, _body(town, booklets, **change))


def test_two_booklets_are_handed_to_one_person(town: Town) -> None:
    numbers = _held(town, 2)

    made = _hand_over(town, numbers, answers=ANSWERS)

    shown = made.get_json()
    assert (made.status_code, shown["numbers"], shown["handed_on"]) == (201, numbers, today().isoformat())
    assert {name: shown["answers"][name] for name in ANSWERS} == ANSWERS
    assert town.worker.get(made.headers["Location"]).get_json() == shown
    [listed] = town.worker.get(f"{HANDOVERS}?series={SERIES}").get_json()["items"]
    assert (listed["id"], listed["undone"], listed["inferred"]) == (shown["id"], False, False)


def test_the_next_booklets_may_go_to_the_same_person(town: Town) -> None:
    first, second = _held(town, 2)
    person = _hand_over(town, [first]).get_json()["person_id"]

    assert _hand_over(town, [second], person_id=person).get_json()["person_id"] == person


def test_nobody_hands_over_or_reads_at_another_organisations_site(town: Town) -> None:
    numbers = _held(town)

    foreign = town.other_worker.post(HANDOVERS, _body(town, numbers))
    made = _hand_over(town, numbers)

    assert refused(foreign) == (404, "site-is-unknown")
    assert refused(town.other_worker.get(made.headers["Location"])) == (404, "handover-is-unknown")
    assert town.other_worker.get(HANDOVERS).get_json()["items"] == []
    assert town.operator.post(HANDOVERS, _body(town, numbers)).status_code == 403


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"handed_on": "2199-01-01"}, "day-of-handover-is-out-of-bounds"),
        ({"booklets": []}, "request-is-invalid"),
        ({"answers": {"age_band": "old"}}, "request-is-invalid"),
        ({"answers": {"name": "Jeanne"}}, "request-is-invalid"),
    ],
)
def test_what_a_handover_may_not_say(town: Town, change: dict[str, Any], code: str) -> None:
    body = _body(town, _held(town)) | change

    assert refused(town.worker.post(HANDOVERS, body)) == (422, code)


def test_a_handover_that_did_not_happen_is_undone_once(town: Town) -> None:
    made = _hand_over(town, _held(town)).get_json()
    undoing = {"handover_id": made["id"]}

    foreign = town.other_worker.post(f"{API}/handover-undoings", undoing)
    undone = town.worker.post(f"{API}/handover-undoings", undoing)
    again = town.worker.post(f"{API}/handover-undoings", undoing)

    assert refused(foreign) == (404, "handover-is-unknown")
    assert undone.status_code == 201
    assert again.status_code == 409
    assert town.worker.get(f"{HANDOVERS}/{made['id']}").get_json()["undone"] is True


def test_a_handover_of_which_a_voucher_was_used_is_not_undone(town: Town) -> None:
    numbers = _held(town)
    made = _hand_over(town, numbers).get_json()
    town.redeem(serials_of(numbers[0])[:1])

    answer = town.worker.post(f"{API}/handover-undoings", {"handover_id": made["id"]})

    assert refused(answer) == (409, "handover-has-moved-on")


def test_what_was_noted_is_corrected_by_a_revision(town: Town) -> None:
    made = _hand_over(town, _held(town), answers=ANSWERS).get_json()
    correction = {"handover_id": made["id"], "answers": {"age_band": "70-and-over"}}

    foreign = town.other_worker.post(f"{API}/handover-corrections", correction)
    corrected = town.worker.post(f"{API}/handover-corrections", correction)

    assert refused(foreign) == (404, "handover-is-unknown")
    assert corrected.get_json() == {"handover_id": made["id"], "revision": 2}
    answers = town.worker.get(f"{HANDOVERS}/{made['id']}").get_json()["answers"]
    assert (answers["age_band"], answers["situation"]) == ("70-and-over", "unknown")


def test_what_was_noted_is_erased_and_the_handover_stays(town: Town) -> None:
    made = _hand_over(town, _held(town), answers=ANSWERS).get_json()
    erasure = {"handover_id": made["id"]}

    foreign = town.other_worker.post(f"{API}/handover-erasures", erasure)
    erased = town.worker.post(f"{API}/handover-erasures", erasure)

    assert refused(foreign) == (404, "handover-is-unknown")
    assert erased.status_code == 201
    assert town.worker.get(f"{HANDOVERS}/{made['id']}").get_json() == made | {"answers": None}


def test_a_begun_booklet_is_given_back_and_handed_to_another_person(town: Town) -> None:
    numbers = _held(town)
    first = _hand_over(town, numbers).get_json()
    town.redeem(serials_of(numbers[0])[:3])
    body = {"series": SERIES, "booklet": numbers[0], "site_id": str(town.desk.site.id)}

    foreign = town.other_worker.post(f"{API}/given-back-booklets", body)
    back = town.worker.post(f"{API}/given-back-booklets", body)
    second = _hand_over(town, numbers)

    assert refused(foreign) == (404, "site-is-unknown")
    assert (back.status_code, back.get_json()["papers"]) == (201, 7)
    assert second.get_json()["person_id"] != first["person_id"]
