"""Mailing: each mail of the outbox taken out, tried again with growing waits, given up at last."""

from functools import partial
from uuid import UUID

import procrastinate
import structlog
from procrastinate.jobs import Job

from voucher_service.kernel import clock, jobs, mail
from voucher_service.kernel.database import Database
from voucher_service.kernel.postman import NotDelivered, Postman

_DATABASE_IS_AWAY_SECONDS = 5
_log = structlog.get_logger(__name__)


class TryAgain(Exception):  # noqa: N818 -- not an error: the queue is told when
    """The mail did not leave, and is to be tried again after ``seconds``."""

    def __init__(self, seconds: int) -> None:
        """Say when."""
        super().__init__(f"in {seconds} s")
        self.seconds = seconds


class _Patience(procrastinate.BaseRetryStrategy):
    """Wait as long as the mail says; where the database went away, as long as it usually takes."""

    def get_retry_decision(self, *, exception: BaseException, job: Job) -> procrastinate.RetryDecision:
        """Return when to try again: always, since a mail that is given up ends its job."""
        del job
        seconds = exception.seconds if isinstance(exception, TryAgain) else _DATABASE_IS_AWAY_SECONDS
        return procrastinate.RetryDecision(retry_in={"seconds": seconds})


def install(app: procrastinate.App, database: Database, postman: Postman) -> None:
    """Let this queue send mails."""

    @app.task(name=mail.TASK, queue=jobs.QUEUE, retry=_Patience())
    def _send(mail_id: str) -> None:
        send(database, postman, UUID(mail_id))


def send(database: Database, postman: Postman, mail_id: UUID) -> None:
    """Send a mail that waits, outside any transaction, and write down how it went; raises ``TryAgain``."""
    waiting = database.run(partial(mail.find_waiting, mail_id=mail_id))
    if waiting is None:
        return
    try:
        postman.deliver(waiting)
    except NotDelivered as failure:
        _failed(database, mail_id, failure)
    else:
        database.run(partial(mail.note_sent, mail_id=mail_id, at=clock.now()))


def _failed(database: Database, mail_id: UUID, failure: NotDelivered) -> None:
    note = partial(mail.note_failure, mail_id=mail_id, reason=failure.reason, is_final=failure.is_final)
    wait = database.run(partial(note, at=clock.now()))
    if wait is None:
        _log.error("a mail is given up", mail_id=str(mail_id), reason=failure.reason)
        return
    _log.warning("a mail did not leave", mail_id=str(mail_id), reason=failure.reason)
    raise TryAgain(int(wait.total_seconds()))
