"""A directory is taken in: planned, imported, and a second time nothing is new."""

import json
from typing import Any

import pytest
from werkzeug.test import TestResponse

from tests.api.callers import Caller, new_key
from tests.api.county import SIRET, County, listed
from tests.api.town import API, refused
from tests.network.directory import files

IMPORTS, VENUES = f"{API}/venue-imports", f"{API}/venues"
CSV, JSON = "text/csv", "application/json"
FILE = files.template(
    {"nom": "Un", "siret": SIRET, "services": "safe-use"}, {"nom": "UN"}, {"nom": ""}, {"nom": "Deux"}
)


def _send(operator: Caller, file: bytes, query: str = "", content_type: str = CSV) -> TestResponse:
    return operator.post(IMPORTS + query, data=file, content_type=content_type)


def _counts(answer: TestResponse) -> dict[str, int]:
    assert answer.status_code == 201, answer.text
    return {outcome: number for outcome, number in answer.get_json()["counts"].items() if number}


def _codes(line: dict[str, Any]) -> list[str]:
    return [problem["code"] for problem in line["problems"]]


def test_a_dry_run_writes_nothing_the_import_does_and_again_nothing_is_new(
    county: County, anyone: Caller
) -> None:
    planned = _send(county.operator, FILE, "?dry_run=true")
    before = listed(anyone, VENUES)
    done = _send(county.operator, FILE)
    venues = listed(anyone, VENUES)
    again = _send(county.operator, FILE)

    assert (planned.get_json()["dry_run"], done.get_json()["dry_run"]) == (True, False)
    assert _counts(planned) == _counts(done) == {"imported": 2, "merged": 1, "refused": 1}
    assert before == []
    assert sorted(venue["name"] for venue in venues) == ["Deux", "Un"]
    assert _counts(again) == {"unchanged": 3, "refused": 1}
    assert listed(anyone, VENUES) == venues


def test_every_line_says_what_became_of_it(county: County, anyone: Caller) -> None:
    report = _send(county.operator, FILE).get_json()
    ids = {venue["name"]: venue["id"] for venue in listed(anyone, VENUES)}

    first, second, third, fourth = report["lines"]
    assert [line["number"] for line in report["lines"]] == [2, 3, 4, 5]
    assert (first["outcome"], first["venue_id"], first["problems"][:0]) == ("imported", ids["Un"], [])
    assert (second["outcome"], second["venue_id"], second["with_line"]) == ("merged", ids["Un"], 2)
    assert (third["outcome"], third["venue_id"]) == ("refused", None)
    assert "name-missing" in _codes(third)
    assert (fourth["outcome"], "siret-missing" in _codes(fourth)) == ("imported", True)
    assert sum(report["counts"].values()) == len(report["lines"])
    assert report["format"] == "template"


def test_what_is_wrong_is_said_in_the_readers_language(county: County) -> None:
    headers = {"Accept-Language": "fr"}

    answer = county.operator.post(IMPORTS, data=FILE, content_type=CSV, headers=headers)

    details = {one["code"]: one["detail"] for line in answer.get_json()["lines"] for one in line["problems"]}
    assert details["name-missing"] == "Le nom du lieu manque."


def test_a_siret_gives_the_venue_an_operator_that_can_be_read(county: County, anyone: Caller) -> None:
    _send(county.operator, FILE)
    venue = next(venue for venue in listed(anyone, VENUES) if venue["name"] == "Un")

    found = county.operator.get(f"{API}/venue-operators/{venue['operator_id']}").get_json()

    assert (found["siret"], found["missing"]) == (SIRET, ["legal-form", "bank-details"])


def test_a_file_of_the_national_standard_is_sent_as_json(county: County, anyone: Caller) -> None:
    answer = _send(county.operator, files.national_v0({}, {"id": "901", "nom": "Autre"}), content_type=JSON)

    assert (_counts(answer), answer.get_json()["format"]) == ({"imported": 2}, "national-0.1")
    assert len(listed(anyone, VENUES)) == 2


def test_the_directory_of_the_herault_is_completed_by_a_template(county: County, anyone: Caller) -> None:
    _send(county.operator, files.herault({}))
    named = {"nom": "Point Inventé", "commune": "Ville-Fictive", "siret": SIRET}

    completed = _send(county.operator, files.template(named))

    assert _counts(completed) == {"merged": 1}
    [venue] = listed(anyone, VENUES)
    assert venue["operator_id"] is not None


def test_an_import_repeated_under_its_key_is_done_once(county: County) -> None:
    key = new_key()

    first, again = (county.operator.post(IMPORTS, data=FILE, content_type=CSV, key=key) for _ in range(2))
    other = county.operator.post(IMPORTS, data=FILE + b"\n", content_type=CSV, key=key)

    assert again.headers["Idempotent-Replayed"] == "true"
    assert again.data == first.data
    assert refused(other) == (422, "idempotency-key-is-reused")


@pytest.mark.parametrize(
    ("file", "content_type", "status", "code"),
    [
        (b"", CSV, 422, "format-is-unknown"),
        (b"a;b\n1;2\n", CSV, 422, "format-is-unknown"),
        (b"\x00\x01", CSV, 422, "file-is-not-text"),
        (FILE.replace(b"Deux", b"\xe9cole"), CSV, 422, "file-is-not-utf8"),
        (FILE + b'"never closed', CSV, 422, "file-is-broken"),
        (FILE.replace(b"date_maj", b"surprise"), CSV, 422, "columns-are-unknown"),
        (json.dumps({"nom": "x"}).encode(), JSON, 422, "file-is-broken"),
        (b"[1e999]", JSON, 422, "format-is-unknown"),
        (b"PK\x03\x04", "application/vnd.ms-excel", 415, "content-type-is-not-accepted"),
        (b"x" * (20 * 1024 * 1024 + 1), CSV, 413, "body-is-too-large"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_whole(
    county: County, anyone: Caller, file: bytes, content_type: str, status: int, code: str
) -> None:
    assert refused(_send(county.operator, file, content_type=content_type)) == (status, code)
    assert listed(anyone, VENUES) == []


def test_a_dry_run_is_yes_or_no(county: County) -> None:
    assert refused(_send(county.operator, FILE, "?dry_run=perhaps")) == (422, "request-is-invalid")
