"""The schema that the migrations make is the schema that the code declares."""

import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import create_engine, func, select, text
from sqlalchemy.orm import Session

from tests import databases
from tests.conftest import Workspace
from voucher_service import schema
from voucher_service.identity import organisations
from voucher_service.identity.organisations import OrganisationKind
from voucher_service.kernel import clock
from voucher_service.kernel.actor import SYSTEM
from voucher_service.kernel.database import Database


def test_the_migrations_make_exactly_the_tables_that_the_code_declares(owner_url: str) -> None:
    assert schema.drift(owner_url) == []


def test_drift_sees_a_column_that_no_migration_made(owner_url: str) -> None:
    engine = create_engine(owner_url)
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE forgotten (id bigint PRIMARY KEY)"))
    engine.dispose()

    assert [step[0] for step in schema.drift(owner_url) if step[1].name == "forgotten"] == ["remove_table"]


def test_migrating_a_second_time_changes_nothing(
    owner_url: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)

    schema.migrate(owner_url)

    assert schema.current(owner_url) == schema.head()


def test_two_databases_of_one_cluster_migrate_at_once(workspace: Workspace) -> None:
    names = [f"{workspace.name}_{which}" for which in "ab"]
    urls = [workspace.cluster.create(name) for name in (*names, names[0])]
    command = "import sys; from voucher_service import schema; schema.migrate(sys.argv[1])"
    started = [subprocess.Popen([sys.executable, "-c", command, url], cwd=databases.ROOT) for url in urls]

    assert [process.wait() for process in started] == [0] * len(urls)
    assert {schema.current(url) for url in urls} == {schema.head()}
    for name in names:
        databases.drop(workspace.cluster, name)


def test_the_service_acts_as_the_data_role_and_not_as_the_owner(database: Database, session: Session) -> None:
    assert session.scalar(text("SELECT current_user LIKE '%\\_app'"))
    with database.snapshot() as view:
        assert view.scalar(text("SELECT current_user LIKE '%\\_app'"))


def test_what_a_test_commits_is_gone_for_the_next(workspace: Workspace) -> None:
    def tables(database: Database) -> int | None:
        with database.snapshot() as view:
            return view.scalar(
                select(func.count()).select_from(text("pg_tables")).where(text("tablename = 'litter'"))
            )

    engine = create_engine(workspace.clean().engine.url)
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE litter ()"))
    engine.dispose()
    assert tables(workspace.clean()) == 1

    workspace.is_clean, workspace.is_altered = False, True

    assert tables(workspace.clean()) == 0


def test_a_database_that_is_emptied_is_as_its_migrations_left_it(workspace: Workspace) -> None:
    def numbered(database: Database) -> list[int]:
        with database.transaction() as session:
            return [session.scalars(text("SELECT nextval('entry_no_seq')")).one(), *_counts(session)]

    workspace.is_clean, workspace.is_altered = False, True
    fresh = numbered(workspace.clean())
    with workspace.clean().transaction() as session:
        organisations.found(
            session, name="Litter", siret=None, kind=OrganisationKind.FUNDER, at=clock.now(), by=SYSTEM
        )
    workspace.is_clean = False

    assert numbered(workspace.clean()) == fresh
    workspace.is_clean = False


def _counts(session: Session) -> list[int]:
    tables = session.scalars(
        text("SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1")
    ).all()
    return [session.scalar(text(f"SELECT count(*) FROM {table}")) or 0 for table in tables]
