"""The service says whether it lives, and whether it can do its work."""

from flask import Flask
from sqlalchemy import create_engine, text

from tests.api.callers import Caller
from voucher_service import schema


def test_a_process_that_answers_lives(anyone: Caller) -> None:
    assert anyone.get("/healthz").get_json() == {"status": "alive"}


def test_a_database_that_is_up_to_date_can_be_worked_with(anyone: Caller) -> None:
    ready = anyone.get("/readyz")

    assert ready.status_code == 200
    assert ready.get_json() == {"status": "ready", "migration": schema.head(), "workers": 0}


def test_a_database_older_than_the_service_is_not_worked_with(app: Flask, owner_url: str) -> None:
    _at_migration(owner_url, "0001")

    behind = app.test_client().get("/readyz")

    assert (behind.status_code, behind.get_json()["code"]) == (503, "database-is-behind")


def test_a_database_ahead_of_the_service_is_being_updated_and_is_worked_with(
    app: Flask, owner_url: str
) -> None:
    _at_migration(owner_url, "9999")

    assert app.test_client().get("/readyz").status_code == 200


def _at_migration(owner_url: str, name: str) -> None:
    engine = create_engine(owner_url)
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = :name"), {"name": name})
    engine.dispose()
