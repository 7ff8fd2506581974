"""The log tells what was asked of the service and what came of it; never who, nor with what."""

import io

import pytest
from flask import Flask, request

from tests.api.callers import Caller
from tests.api.town import Town
from tests.logbook import lines
from voucher_service.app import create_app
from voucher_service.kernel.config import Settings
from voucher_service.kernel.database import Database
from voucher_service.kernel.keys import Keyring

PEOPLE: dict[str, str] = {}


def test_a_request_is_one_line(operator: Caller, log: io.StringIO) -> None:
    answer = operator.get("/api/v1/venues?limit=3")

    [line] = lines(log)
    assert line["request_id"] == answer.headers["X-Request-Id"]
    assert (line["route"], line["method"], line["status"]) == (
        "/api/v1/venues",
        "GET",
        answer.status_code,
    )
    assert line["ms"] > 0


def test_no_line_holds_a_query_a_code_an_address_or_a_token(town: Town, log: io.StringIO) -> None:
    letters = "7KQ2MXW9D4HTB"
    town.operator.get(f"/api/v1/venues?q=a.martin@exemple.fr&code={letters}")
    town.operator.get(f"/api/v1/vouchers/{letters}")
    town.operator.get(f"/nothing/a.martin@exemple.fr/{letters}?token=sesame")
    town.operator.post("/api/v1/voucher-lookups", {"codes": [letters], "email": "a.martin@exemple.fr"})
    town.operator.ask("MARTIN", "/api/v1/venues")

    said = log.getvalue()
    assert len(lines(log)) >= 5
    for secret in ("exemple.fr", letters, "sesame", "MARTIN", "?", "eyJ"):
        assert secret not in said


def test_a_failure_is_found_again_by_the_reference_that_its_answer_gives(
    database: Database, keys: Keyring, log: io.StringIO
) -> None:
    app = create_app(Settings(), database, keys)
    app.add_url_rule("/api/break", "break", lambda: PEOPLE["a.martin@exemple.fr"])

    answer = app.test_client().get("/api/break")

    reference = answer.get_json()["instance"].removeprefix("urn:uuid:")
    broken, request = lines(log)
    assert answer.status_code == 500
    assert (broken["request_id"], request["request_id"]) == (reference, reference)
    assert "KeyError" in broken["exception"]
    assert "exemple.fr" not in log.getvalue()


@pytest.mark.parametrize(("proxies", "seen"), [(0, "127.0.0.1"), (1, "192.0.2.7"), (2, "198.51.100.4")])
def test_a_forwarded_address_is_believed_from_as_many_proxies_as_there_are(
    database: Database, keys: Keyring, proxies: int, seen: str
) -> None:
    app: Flask = create_app(Settings(proxies=proxies), database, keys)
    asked: list[str] = []
    app.before_request(lambda: asked.append(request.remote_addr or ""))

    app.test_client().get("/healthz", headers={"X-Forwarded-For": "198.51.100.4, 192.0.2.7"})

    assert asked == [seen]
