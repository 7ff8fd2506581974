"""The database goes away and comes back; the service says so, and goes on."""

import os
import signal
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from tests.api.callers import Caller, enrol, new_key
from tests.databases import FAST
from voucher_service import schema
from voucher_service.app import create_app
from voucher_service.kernel.actor import Role
from voucher_service.kernel.config import Settings, data_role
from voucher_service.kernel.database import Database
from voucher_service.kernel.embedded import Cluster
from voucher_service.kernel.keys import Keyring

MISSION = {"name": "Mission locale", "kind": "prescriber"}


@pytest.fixture
def cluster(tmp_path: Path) -> Iterator[Cluster]:
    """Give a server of the test's own, to be killed."""
    cluster = Cluster(tmp_path / "postgresql", FAST)
    yield cluster
    cluster.close()


@pytest.fixture
def operator(cluster: Cluster, keys: Keyring) -> Iterator[Caller]:
    """Give someone of the operator's, on that server."""
    url = cluster.create("gone")
    schema.migrate(url)
    database = Database(url, role=data_role(url))
    yield enrol(create_app(Settings(), database, keys), database, Role.OPERATOR)
    database.engine.dispose()


def _kill(server: int) -> None:
    """Kill a database server with all its processes, of which one could still answer a last request."""
    children = Path(f"/proc/{server}/task/{server}/children").read_text().split()
    for process in [server, *map(int, children)]:
        with suppress(ProcessLookupError):
            os.kill(process, signal.SIGKILL)


def test_the_database_killed_is_a_503_and_then_the_service_goes_on(
    operator: Caller, cluster: Cluster
) -> None:
    key = new_key()
    operator.get("/readyz")
    _kill(cluster.pid or 0)

    gone = [operator.post("/api/v1/organisations", MISSION, key=key) for _ in range(3)]
    cluster.ensure_running()
    back = [operator.post("/api/v1/organisations", MISSION, key=key) for _ in range(2)]

    assert {answer.status_code for answer in gone} == {503}
    assert all(int(answer.headers["Retry-After"]) > 0 for answer in gone)
    assert gone[0].get_json()["code"] == "database-is-away"
    assert [answer.status_code for answer in back] == [201, 201]
    assert back[0].data == back[1].data
