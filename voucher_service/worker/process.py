"""Process: the worker itself, which takes jobs from the queue until it is told to stop."""

import logging
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

import procrastinate
import structlog
from procrastinate.exceptions import ConnectorException
from psycopg import OperationalError as ConnectionLost
from sqlalchemy.exc import InterfaceError, OperationalError

from voucher_service.kernel import clock, conninfo, jobs
from voucher_service.kernel.database import Database
from voucher_service.kernel.keys import Keyring
from voucher_service.kernel.postman import Postman
from voucher_service.worker import mailing, running, works
from voucher_service.worker.works import Duty

_AWAY = (ConnectorException, ConnectionLost, OperationalError, InterfaceError)
_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Pace:
    """How often a worker says that it lives, after how many seconds of silence its jobs are another's."""

    heartbeat_seconds: float = 2.0
    dead_after_seconds: float = 10.0
    look_for_the_dead: str = "*/10 * * * * *"


USUAL = Pace()


def queue(
    database: Database,
    keyring: Keyring,
    pace: Pace = USUAL,
    *,
    postman: Postman | None = None,
    var_dir: Path = Path("var"),
) -> procrastinate.App:
    """Return the queue of this database, with every task that it may hold; without a postman, no mails.

    What works write as files is kept under ``var_dir``.
    """
    works.gather()
    app = procrastinate.App(connector=procrastinate.PsycopgConnector(**_connection(database)))
    once_more = procrastinate.RetryStrategy(max_attempts=1000, wait=5, retry_exceptions=_AWAY)

    @app.task(name=jobs.TASK, queue=jobs.QUEUE, retry=once_more)
    def _run(job_id: str) -> None:
        running.run(database, keyring, UUID(job_id), var_dir=var_dir)

    if postman is not None:
        mailing.install(app, database, postman)
    _take_up_again(app, pace)
    for name, (cron, duty) in works.DUTIES.items():
        _schedule(app, name, cron, duty, database)
    return app


def run_until_stopped(
    database: Database,
    keyring: Keyring,
    pace: Pace = USUAL,
    *,
    postman: Postman | None = None,
    var_dir: Path = Path("var"),
) -> None:
    """Take jobs until SIGTERM or SIGINT; wait for a database that is away."""
    logging.getLogger("procrastinate").setLevel(logging.WARNING)
    while True:
        try:
            queue(database, keyring, pace, postman=postman, var_dir=var_dir).run_worker(
                queues=[jobs.QUEUE],
                concurrency=2,
                update_heartbeat_interval=pace.heartbeat_seconds,
                stalled_worker_timeout=pace.dead_after_seconds,
                fetch_job_polling_interval=2.0,
                delete_jobs="successful",
            )
        except _AWAY as error:
            _log.warning("the database is away", error=str(error).splitlines()[0])
            time.sleep(1)
        else:
            return


def _take_up_again(app: procrastinate.App, pace: Pace) -> None:
    @app.periodic(cron=pace.look_for_the_dead)
    @app.task(
        name="voucher_service.take_up_again",
        queue=jobs.QUEUE,
        queueing_lock="take_up_again",
        pass_context=True,
    )
    async def _retry(context: procrastinate.JobContext, timestamp: int) -> None:
        del context, timestamp
        for job in await app.job_manager.get_stalled_jobs(seconds_since_heartbeat=pace.dead_after_seconds):
            await app.job_manager.retry_job(job)


def _schedule(app: procrastinate.App, name: str, cron: str, duty: Duty, database: Database) -> None:
    @app.periodic(cron=cron)
    @app.task(name=name, queue=jobs.QUEUE, queueing_lock=name)
    def _do(timestamp: int) -> None:
        del timestamp
        duty(database, clock.now())


def _connection(database: Database) -> dict[str, Any]:
    return {
        "conninfo": conninfo.of(database.engine.url),
        "kwargs": {"options": database.options},
        "min_size": 1,
        "max_size": 4,
    }
