"""A worker killed in the middle of a job: another takes the job up."""

import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Event
from time import monotonic

import pytest

from tests import databases
from tests.conftest import Workspace
from voucher_service.kernel import clock, jobs
from voucher_service.kernel.actor import SYSTEM
from voucher_service.kernel.database import Database
from voucher_service.kernel.jobs import Job

_PATIENCE_SECONDS = 60


@contextmanager
def _worker(url: str, role: str, keys: Path) -> Iterator[subprocess.Popen[bytes]]:
    command = [sys.executable, "-m", "tests.worker.patient", url, role, str(keys)]
    with subprocess.Popen(command, cwd=databases.ROOT) as running:
        yield running
        running.kill()


def _wait(until: Callable[[], bool]) -> None:
    end = monotonic() + _PATIENCE_SECONDS
    while not until():
        assert monotonic() < end, "it did not happen in time"
        Event().wait(0.1)


@pytest.fixture
def job(database: Database, tmp_path: Path) -> Job:
    """Give a job that waits to be done."""
    params = {"mark": str(tmp_path / "mark")}
    return database.run(
        lambda session: jobs.enqueue(session, kind="patient", params=params, at=clock.now(), by=SYSTEM)
    )


def test_a_job_whose_worker_was_killed_is_done_by_another(
    job: Job, database: Database, owner_url: str, workspace: Workspace, tmp_path: Path
) -> None:
    role = databases.role(workspace.template)

    def state() -> str:
        return database.run(lambda session: jobs.get(session, job_id=job.id, by=SYSTEM).state)

    with _worker(owner_url, role, tmp_path / "keys"):
        _wait(Path(job.params["mark"]).exists)
    killed = state()
    with _worker(owner_url, role, tmp_path / "keys"):
        _wait(lambda: state() == "succeeded")

    assert killed == "running"
