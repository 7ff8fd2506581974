"""Facts are written once: refused to the service by privilege, and to anybody by trigger."""

from collections.abc import Iterator

import pytest
from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import DBAPIError

from tests import databases
from tests.conftest import Workspace
from voucher_service import schema
from voucher_service.kernel.database import Base

STAYS = {
    "account": {"campaign_id", "address"},
    "campaign": {
        "id", "series", "organisation_id", "money_side", "face_cents", "booklet_size", "created_at",
    },
    "client": {"id", "organisation_id", "name", "role", "secret_hash", "created_at"},
    "job": {
        "id", "kind", "params", "user_id", "organisation_id", "role", "is_referent", "created_at",
    },
    "mediator": {"id", "operator_id", "label", "standing", "registered_at", "registered_by"},
    "organisation": {"id", "kind", "created_at", "created_by"},
    "print_style": set(),
    "recovery_code": {"factor_id", "digest"},
    "second_factor": {"id", "user_id", "sealed", "created_at"},
    "service_user": {"id", "organisation_id", "email", "name", "role", "is_referent", "created_at"},
    "site": {
        "id", "no", "organisation_id", "name", "address", "postcode", "commune", "opened_at", "opened_by",
    },
    "venue": {"id", "no", "registered_at", "registered_by"},
    "venue_operator": {"organisation_id", "enrolled_at", "enrolled_by"},
}  # fmt: skip
"""The tables that are edited, and the columns of theirs that stay as they were written."""
EMPTIED: dict[str, set[str]] = {
    "directory_file": {"digest", "content"},
    "outgoing_mail": {"id", "recipient", "subject", "created_at"},
    "print_logo": set(),
    "web_session": {"id", "user_id", "digest", "address", "agent", "opened_at"},
}
"""The tables that are edited and whose rows are taken away, and what stays as it was written while they are there."""
ERASED = {"handover_answers", "idempotency", "to_record"}
"""The tables of which rows are taken away: personal answers, old answers of the API, the queue of the record."""
FROZEN = sorted(set(schema.tables().tables) - set(STAYS) - set(EMPTIED) - ERASED)
NO_PRIVILEGE, RESTRICTED, VIOLATED = "42501", "23001", "23514"
_WATCHED = text("""
SELECT CASE WHEN tgtype & 1 = 1 THEN 'row' ELSE 'statement' END
       || CASE WHEN tgtype & 16 = 16 THEN ' update' ELSE '' END || CASE WHEN tgtype & 8 = 8 THEN ' delete' ELSE '' END
       || CASE WHEN tgtype & 32 = 32 THEN ' truncate' ELSE '' END
FROM pg_trigger JOIN pg_proc ON pg_proc.oid = tgfoid
WHERE tgrelid = CAST(:table AS regclass) AND proname = 'refuse_change' AND tgenabled = 'O' AND tgtype & 2 = 2""")


def refusal(connection: Connection, statement: str) -> str | None:
    """Try to change something, undo it, and return the state in which PostgreSQL refused it, if it did."""
    attempt = connection.begin_nested()
    try:
        connection.execute(text(statement))
    except DBAPIError as error:
        return str(getattr(error.orig, "sqlstate", None))
    finally:
        attempt.rollback()
    return None


def watched(connection: Connection, table: str) -> set[str]:
    """Say what the triggers of a table stop before it happens."""
    return set(connection.execute(_WATCHED, {"table": table}).scalars())


@pytest.fixture
def service(workspace: Workspace, lived: Engine) -> Iterator[Connection]:
    """Give the books of a campaign that lived, with the privileges of the service."""
    role = databases.role(workspace.template)
    with lived.connect() as connection, connection.begin() as everything:
        connection.execute(text(f'SET LOCAL ROLE "{role}"'))
        yield connection
        everything.rollback()


@pytest.fixture
def owner(lived: Engine) -> Iterator[Connection]:
    """Give the same books to their owner, whom no privilege stops."""
    with lived.connect() as connection, connection.begin() as everything:
        yield connection
        everything.rollback()


@pytest.mark.parametrize("table", FROZEN)
def test_the_service_may_not_change_a_fact(service: Connection, table: str) -> None:
    column = list(Base.metadata.tables[table].columns)[-1].name

    assert refusal(service, f'UPDATE {table} SET "{column}" = DEFAULT') == NO_PRIVILEGE
    assert refusal(service, f"DELETE FROM {table}") == NO_PRIVILEGE
    assert refusal(service, f"TRUNCATE {table} CASCADE") == NO_PRIVILEGE


@pytest.mark.parametrize("table", FROZEN)
def test_nobody_changes_a_fact_while_the_triggers_stand(owner: Connection, table: str) -> None:
    column = list(Base.metadata.tables[table].columns)[-1].name
    if owner.execute(text(f"SELECT EXISTS (SELECT FROM {table})")).scalar_one():
        assert refusal(owner, f'UPDATE {table} SET "{column}" = DEFAULT') == RESTRICTED
        assert refusal(owner, f"DELETE FROM {table}") == RESTRICTED
    assert refusal(owner, f"TRUNCATE {table} CASCADE") == RESTRICTED
    # An empty table fires nothing row by row: there, the trigger's definition is what can be seen.
    assert watched(owner, table) == {"row update delete", "statement truncate"}


@pytest.mark.parametrize("table", sorted(STAYS))
def test_of_an_edited_table_what_names_a_thing_stays(service: Connection, table: str) -> None:
    columns = {column.name for column in Base.metadata.tables[table].columns}

    kept = {name for name in columns if refusal(service, f'UPDATE {table} SET "{name}" = "{name}"')}

    assert kept == STAYS[table]
    assert refusal(service, f"DELETE FROM {table}") == NO_PRIVILEGE
    assert refusal(service, f"TRUNCATE {table} CASCADE") == NO_PRIVILEGE


@pytest.mark.parametrize("table", sorted(EMPTIED))
def test_what_is_emptied_keeps_its_name_until_then(service: Connection, table: str) -> None:
    columns = {column.name for column in Base.metadata.tables[table].columns}

    kept = {name for name in columns if refusal(service, f'UPDATE {table} SET "{name}" = "{name}"')}

    assert kept == EMPTIED[table]
    assert refusal(service, f"DELETE FROM {table}") is None
    assert refusal(service, f"TRUNCATE {table} CASCADE") == NO_PRIVILEGE


@pytest.mark.parametrize("table", sorted(ERASED - {"to_record"}))
def test_what_may_be_erased_is_never_changed(service: Connection, table: str) -> None:
    for column in Base.metadata.tables[table].columns:
        assert refusal(service, f'UPDATE {table} SET "{column.name}" = "{column.name}"') == NO_PRIVILEGE
    assert refusal(service, f"DELETE FROM {table}") is None
    assert refusal(service, f"TRUNCATE {table} CASCADE") == NO_PRIVILEGE


def test_the_service_owns_nothing_and_makes_no_table(service: Connection) -> None:
    assert refusal(service, "CREATE TABLE another (id bigint)") == NO_PRIVILEGE
    assert refusal(service, "ALTER TABLE entry DISABLE TRIGGER ALL") == NO_PRIVILEGE
    assert refusal(service, "SET session_replication_role = replica") == NO_PRIVILEGE


def test_no_counter_falls_below_zero_even_by_the_owners_hand(owner: Connection) -> None:
    assert refusal(owner, "UPDATE account SET balance = -1") == VIOLATED
