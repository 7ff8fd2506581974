"""The service, served: on the test's database, or on an embedded PostgreSQL of its own that may be killed."""

from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import psycopg
import pytest
from psycopg import sql
from sqlalchemy.engine import make_url

from tests import databases, world
from tests.conftest import Workspace
from tests.journeys.crowd import Crowd
from tests.journeys.served import Served, address, free_port
from voucher_service import schema
from voucher_service.kernel.config import data_role
from voucher_service.kernel.database import Database
from voucher_service.kernel.embedded import Cluster
from voucher_service.kernel.keys import Keyring


@pytest.fixture(scope="session")
def keys_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give the folder of the keys that the tests and the service share."""
    return tmp_path_factory.mktemp("keys")


@pytest.fixture(scope="session")
def keyring(keys_folder: Path) -> Keyring:
    """Give these keys."""
    return world.new_keyring(keys_folder)


@pytest.fixture
def served(
    workspace: Workspace,
    database: Database,
    owner_url: str,
    keys_folder: Path,
    keyring: Keyring,
    tmp_path: Path,
) -> Iterator[Served]:
    """Serve the test's database, with two URLs as ``docs/operations.md`` asks."""
    assert keyring.signing()
    login = _login(owner_url, databases.role(workspace.template))
    urls = {"DATABASE_URL": login, "DATABASE_OWNER_URL": owner_url}
    service = Served(
        free_port(), {**urls, "KEYS_DIR": str(keys_folder), "VAR_DIR": str(tmp_path)}, tmp_path / "log"
    )
    try:
        service.start()
        yield service
        assert service.stop() == 0
    finally:
        service.kill()


@pytest.fixture
def crowd(served: Served, database: Database, keyring: Keyring) -> Iterator[Crowd]:
    """Give the people of the served database."""
    with closing(
        Crowd(world.in_database(database, keyring), database, served.port, address(served.port))
    ) as crowd:
        yield crowd


@dataclass(frozen=True)
class Installation:
    """An embedded installation: its server, its database, its service and its people."""

    cluster: Cluster
    database: Database
    served: Served
    crowd: Crowd


@pytest.fixture(scope="module")
def installation(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    """Give an installation of the module's own, with the usual durable PostgreSQL."""
    folder, port = tmp_path_factory.mktemp("installation"), free_port()
    var = folder / "var"
    service = Served(port, {"VAR_DIR": str(var)}, folder / "log")
    cluster = Cluster(var / "postgresql")
    try:
        url = cluster.create("voucher_service")
        schema.migrate(url)
        database = Database(url, role=data_role(url))
        crowd = Crowd(
            world.in_database(database, Keyring(var / "keys", may_create=True)), database, port, address(port)
        )
        service.start()
        yield Installation(cluster, database, service, crowd)
        crowd.close()
        database.engine.dispose()
        assert service.stop() == 0
    finally:
        service.kill()
        cluster.close()


def _login(owner_url: str, role: str) -> str:
    # As an installation's own: a login that is a member of the service's role and nothing more.
    name, url = f"{role}_web", make_url(owner_url)
    plain = url.set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(plain) as connection:
        connection.execute("SELECT pg_advisory_xact_lock(0x7e57)")
        if not connection.execute("SELECT FROM pg_roles WHERE rolname = %s", [name]).rowcount:
            words = sql.SQL("CREATE ROLE {} LOGIN IN ROLE {}")
            connection.execute(words.format(sql.Identifier(name), sql.Identifier(role)))
    return url.set(username=name).render_as_string(hide_password=False)
