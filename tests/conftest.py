"""What every test may ask for: a clean, real PostgreSQL, as the service and as its owner."""

import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import hypothesis
import pytest
from flask import Flask
from sqlalchemy import Engine, create_engine
from sqlalchemy.orm import Session

from tests import databases, life, world
from tests.demo import played
from voucher_service.app import create_app
from voucher_service.kernel.config import Settings
from voucher_service.kernel.database import Database
from voucher_service.kernel.embedded import Cluster
from voucher_service.kernel.keys import Keyring
from voucher_service.ledger import record

_EMPTIED_AT_MOST = 100
# What takes longest, after the tests in a browser.
_LONG = (
    "tests/api/test_contract_fuzz.py",
    "tests/vouchers/state_machine/",
    "tests/journeys/",
    "tests/demo/",
    "tests/test_schema.py",
)

hypothesis.settings.register_profile("steady", deadline=None, derandomize=True, database=None)
hypothesis.settings.load_profile("steady")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Let one process begin with the browser and another with what is long, so that both end with short tests.

    Of two processes each is given a half, and takes from the other's end once it is through with its own: a stage
    for the browser is then set up once, and nobody waits at the end for a test that takes a minute.
    """
    browser = [item for item in items if item.nodeid.startswith("tests/browser/")]
    long = [item for item in items if item.nodeid.startswith(_LONG)]
    short = [item for item in items if not item.nodeid.startswith(("tests/browser/", *_LONG))]
    beside = max(len(items) // 2 - len(browser), 0)
    items[:] = [*browser, *short[:beside], *long, *short[beside:]]


@dataclass
class Workspace:
    """This worker's database: copied from the template, and emptied after a test has committed to it.

    It is copied again where a test had its owner's hands in it, and now and then for the room of what was deleted.
    """

    cluster: Cluster
    template: str
    name: str = field(default_factory=lambda: f"test_{os.getpid()}")
    is_clean: bool = False
    is_altered: bool = True
    times_emptied: int = 0
    database: Database | None = None

    def clean(self) -> Database:
        """Return the database as the service sees it, in the state that the migrations leave."""
        if self.database is None or not self.is_clean:
            if self.database is not None:
                self.database.engine.dispose()
            self.database = self._emptied() or self._copied()
            self.is_clean = True
        return self.database

    def _emptied(self) -> Database | None:
        if self.is_altered or self.times_emptied >= _EMPTIED_AT_MOST:
            return None
        self.times_emptied += 1
        return self.database if databases.empty(self.cluster, self.name) else None

    def _copied(self) -> Database:
        url = databases.copy(self.cluster, self.name, of=self.template)
        self.is_altered, self.times_emptied = False, 0
        return Database(url, role=databases.role(self.template), pool_size=8)


@pytest.fixture(scope="session")
def workspace() -> Iterator[Workspace]:
    """Hold this worker's place in the shared cluster."""
    cluster = databases.open_cluster()
    space = Workspace(cluster, databases.template(cluster))
    yield space
    if space.database is not None:
        space.database.engine.dispose()
        databases.drop(cluster, space.name)
    cluster.close()


@pytest.fixture
def database(workspace: Workspace) -> Iterator[Database]:
    """Give a database of the test's own, to commit to and to race in, as the service's role."""
    database = workspace.clean()
    workspace.is_clean = False
    yield database
    database.engine.dispose()


@pytest.fixture
def owner_url(workspace: Workspace, database: Database) -> str:
    """Give the address of the same database as its owner, whom no privilege stops."""
    assert database.engine.url.database == workspace.name
    workspace.is_altered = True
    return workspace.cluster.url(workspace.name)


@pytest.fixture
def session(workspace: Workspace) -> Iterator[Session]:
    """Give one transaction as the service's role, undone at the end: the quickest way to a clean state."""
    with workspace.clean().engine.connect() as connection, connection.begin() as everything:
        with Session(connection, expire_on_commit=False, join_transaction_mode="create_savepoint") as session:
            yield session
        everything.rollback()


@pytest.fixture(scope="session")
def demonstration(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give the folder of a small demonstration that was played to its end: to look at, or to copy."""
    mine = tmp_path_factory.getbasetemp()
    return played.once(mine.parent if os.environ.get("PYTEST_XDIST_WORKER") else mine)


@pytest.fixture(scope="session")
def keyring(tmp_path_factory: pytest.TempPathFactory) -> Keyring:
    """Give keys that no other run has."""
    return world.new_keyring(tmp_path_factory.mktemp("keys"))


@pytest.fixture(scope="session")
def assembled(keyring: Keyring) -> Flask:
    """Give the application with nobody's database: a test equips it, since most are over before it is assembled."""
    return create_app(Settings(), Database("postgresql+psycopg://nobody@127.0.0.1:1/nothing"), keyring)


@pytest.fixture(scope="session")
def lived(workspace: Workspace, keyring: Keyring) -> Iterator[Engine]:
    """Give the books of a campaign that has lived, as their owner: to break, and to leave as they were."""
    name = f"{workspace.name}_lived"
    url = databases.copy(workspace.cluster, name, of=workspace.template)
    database = Database(url, role=databases.role(workspace.template))
    life.lived(world.in_database(database, keyring))
    with database.transaction() as session:
        record.sequence(session, campaign_id=1)
    database.engine.dispose()
    owner = create_engine(url)
    yield owner
    owner.dispose()
    databases.drop(workspace.cluster, name)


@pytest.fixture
def given(session: Session, keyring: Keyring) -> world.World:
    """Give a world that is undone with the test's transaction."""
    return world.in_session(session, keyring)


@pytest.fixture
def committed(database: Database, keyring: Keyring) -> world.World:
    """Give a world whose every act is committed, to race in."""
    return world.in_database(database, keyring)
