"""Long work: queued with its act, taken up, told about, called off, and taken up again."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from typing import Any
from uuid import UUID

import psycopg
import pytest
from psycopg import sql
from sqlalchemy.engine import make_url

from tests import databases
from tests.conftest import Workspace
from voucher_service.kernel import clock, conninfo, jobs
from voucher_service.kernel.actor import SYSTEM
from voucher_service.kernel.database import Database
from voucher_service.kernel.jobs import Job, JobIsOver
from voucher_service.kernel.keys import Keyring
from voucher_service.kernel.refusal import Refusal
from voucher_service.worker import process, works
from voucher_service.worker.works import Run


class ItRains(Refusal):
    """It rains: wait for the sun.

    FR: Il pleut : attendez le soleil.
    """


@pytest.fixture
def work(database: Database, keyring: Keyring) -> Callable[[], None]:
    """Give a way to have all that is queued done."""

    def all_of_it() -> None:
        queue = process.queue(database, keyring)
        queue.run_worker(wait=False, install_signal_handlers=False, listen_notify=False)

    return all_of_it


@pytest.fixture
def counting(monkeypatch: pytest.MonkeyPatch) -> None:
    """Know three kinds of work."""

    def count(run: Run) -> Mapping[str, Any]:
        for number in range(run.params["to"]):
            run.progress(number, run.params["to"])
        return {"counted": run.params["to"]}

    def refuse(_run: Run) -> Mapping[str, Any]:
        raise ItRains

    def crash(_run: Run) -> Mapping[str, Any]:
        raise ZeroDivisionError

    for kind, function in {"count": count, "refuse": refuse, "crash": crash}.items():
        monkeypatch.setitem(works.WORKS, kind, function)


def _ask(database: Database, kind: str, **params: Any) -> UUID:
    return database.run(
        lambda session: jobs.enqueue(session, kind=kind, params=params, at=clock.now(), by=SYSTEM)
    ).id


def _read(database: Database, job_id: UUID) -> Job:
    return database.run(lambda session: jobs.get(session, job_id=job_id, by=SYSTEM))


@pytest.mark.usefixtures("counting")
def test_a_job_is_done_and_says_its_result(database: Database, work: Callable[[], None]) -> None:
    job_id = _ask(database, "count", to=3)
    before = _read(database, job_id).state

    work()

    job = _read(database, job_id)
    assert (before, job.state, job.result, job.total) == ("queued", "succeeded", {"counted": 3}, 3)


@pytest.mark.usefixtures("counting")
def test_a_job_whose_act_was_undone_does_not_exist(database: Database) -> None:
    with suppress(ItRains), database.transaction() as session:
        jobs.enqueue(session, kind="count", params={"to": 1}, at=clock.now(), by=SYSTEM)
        raise ItRains

    with database.transaction() as session:
        assert session.connection().exec_driver_sql("SELECT count(*) FROM procrastinate_jobs").scalar() == 0


@pytest.mark.usefixtures("counting")
def test_a_job_that_is_refused_says_why(database: Database, work: Callable[[], None]) -> None:
    job_id = _ask(database, "refuse")

    work()

    job = _read(database, job_id)
    assert job.state == "failed"
    assert job.failure == {
        "code": "it-rains",
        "title": {"en": ItRains.title("en"), "fr": ItRains.title("fr")},
    }


@pytest.mark.usefixtures("counting")
def test_a_job_that_breaks_says_so_and_not_how(database: Database, work: Callable[[], None]) -> None:
    job_id = _ask(database, "crash")

    work()

    assert _read(database, job_id).failure == {"code": "something-broke"}


@pytest.mark.usefixtures("counting")
def test_a_job_called_off_stops_and_cannot_be_called_off_twice(
    database: Database, work: Callable[[], None]
) -> None:
    job_id = _ask(database, "count", to=10)
    database.run(lambda session: jobs.call_off(session, job_id=job_id, at=clock.now(), by=SYSTEM))

    work()

    assert _read(database, job_id).state == "cancelled"
    with pytest.raises(JobIsOver):
        database.run(lambda session: jobs.call_off(session, job_id=job_id, at=clock.now(), by=SYSTEM))


@pytest.fixture
def odd_login(database: Database, owner_url: str, workspace: Workspace) -> Iterator[Database]:
    """Give the same database to a login whose name holds a space and quotes, as a password may."""
    name, role = f'{workspace.name} d\'Art "+"', databases.role(workspace.template)
    words = sql.SQL("CREATE ROLE {} LOGIN IN ROLE {}").format(sql.Identifier(name), sql.Identifier(role))
    with psycopg.connect(conninfo.of(make_url(owner_url)), autocommit=True) as owner:
        owner.execute(words)
        url = database.engine.url.set(username=name, password='d\'A "rt" +2 @:/')
        known = Database(url.render_as_string(hide_password=False), role=role)
        yield known
        known.engine.dispose()
        owner.execute(sql.SQL("DROP ROLE {}").format(sql.Identifier(name)))


@pytest.mark.usefixtures("counting")
def test_a_worker_signs_in_whatever_stands_in_its_name_or_password(
    odd_login: Database, keyring: Keyring
) -> None:
    job_id = _ask(odd_login, "count", to=1)

    process.queue(odd_login, keyring).run_worker(
        wait=False, install_signal_handlers=False, listen_notify=False
    )

    assert _read(odd_login, job_id).state == "succeeded"
