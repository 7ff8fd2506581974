"""Whoever watches over the service reads its figures from this machine or with the token, and nobody else."""

import re

import pytest
from flask import Flask
from prometheus_client.parser import text_string_to_metric_families as families
from sqlalchemy.orm import Session

from tests.api.callers import Caller
from tests.api.town import Town
from voucher_service.app import create_app
from voucher_service.kernel import audit_runs, clock, mail
from voucher_service.kernel.config import Settings
from voucher_service.kernel.database import Database
from voucher_service.kernel.keys import Keyring

TOKEN = "a-token-of-twenty-characters"
Figures = dict[tuple[str, tuple[str, ...]], float]


def read(app: Flask) -> Figures:
    """Read every figure: by its name and the values of its labels."""
    text = app.test_client().get("/metrics").get_data(as_text=True)
    return {
        (sample.name, tuple(value for _, value in sorted(sample.labels.items()))): sample.value
        for family in families(text)
        for sample in family.samples
    }


def test_a_request_is_counted_by_the_rule_it_met_and_its_refusal_by_its_code(
    app: Flask, operator: Caller
) -> None:
    before = read(app)
    operator.get("/api/v1/organisations/00000000-0000-7000-8000-000000000001")
    after = read(app)

    rule = "/api/v1/organisations/<uuid:organisation_id>"
    expected = [
        ("voucher_requests_total", ("GET", rule, "404")),
        ("voucher_request_seconds_count", ("GET", rule)),
        ("voucher_refusals_total", ("organisation-is-unknown",)),
    ]
    assert [after[figure] - before.get(figure, 0) for figure in expected] == [1, 1, 1]


def test_the_figures_tell_what_waits(app: Flask, database: Database) -> None:
    def happen(session: Session) -> None:
        mail.post(session, to="a.martin@exemple.fr", subject="Bonjour", text="À demain.", at=clock.now())
        audit_runs.note(session, at=clock.now(), findings=3)

    assert ("voucher_audit_findings", ()) not in read(app)
    database.run(happen)
    figures = read(app)

    assert figures["voucher_database_up", ()] == 1
    assert figures["voucher_mails_undelivered", ("waiting",)] == 1
    assert figures["voucher_queue_tasks", ("todo",)] == 1
    assert figures["voucher_audit_findings", ()] == 3
    assert figures["voucher_workers_alive", ()] == 0


def test_entries_not_yet_in_order_are_counted(town: Town) -> None:
    town.world.funds(100_000)

    assert read(town.app)["voucher_record_waiting", ()] > 0


def test_the_figures_name_no_one_and_nothing(town: Town) -> None:
    town.operator.get("/api/v1/venues?q=a.martin@exemple.fr")
    text = town.app.test_client().get("/metrics").get_data(as_text=True)

    labels = set(re.findall(r'(\w+)="', text))
    assert labels <= {"route", "method", "status", "le", "code", "state", "standing"}
    assert "@" not in text
    assert not re.search(r"[0-9a-f]{8}-[0-9a-f]{4}-", text)


@pytest.mark.parametrize(
    ("address", "headers", "status"),
    [
        ("127.0.0.1", {}, 200),
        ("::1", {}, 200),
        ("192.0.2.7", {}, 404),
        ("127.0.0.1", {"X-Forwarded-For": "192.0.2.7"}, 404),
        ("127.0.0.1", {"Forwarded": "for=192.0.2.7"}, 404),
        ("192.0.2.7", {"Authorization": f"Bearer {TOKEN}"}, 200),
        ("192.0.2.7", {"Authorization": f"Bearer {TOKEN}x"}, 404),
    ],
)
def test_who_reads_the_figures(
    database: Database, keys: Keyring, address: str, headers: dict[str, str], status: int
) -> None:
    app = create_app(Settings(metrics_token=TOKEN), database, keys)

    said = app.test_client().get("/metrics", headers=headers, environ_overrides={"REMOTE_ADDR": address})

    assert said.status_code == status
    without = create_app(Settings(), database, keys).test_client()
    said = without.get(
        "/metrics", headers={"Authorization": "Bearer "}, environ_overrides={"REMOTE_ADDR": "192.0.2.7"}
    )
    assert said.status_code == 404


def test_the_figures_are_there_when_the_database_is_not(keys: Keyring) -> None:
    app = create_app(Settings(), Database("postgresql+psycopg://nobody@127.0.0.1:1/nothing"), keys)

    assert read(app)["voucher_database_up", ()] == 0
