"""Upkeep: what the service forgets, by the clock."""

from datetime import datetime, timedelta

from voucher_service.identity import sessions
from voucher_service.kernel import idempotency, mail
from voucher_service.kernel.database import Database
from voucher_service.worker.works import scheduled

ANSWERS_KEPT_FOR = timedelta(days=90)
MAILS_KEPT_FOR = timedelta(days=90)
SESSIONS_KEPT_FOR = timedelta(days=30)


@scheduled("17 2 * * *")
def forget_answers(database: Database, at: datetime) -> None:
    """Forget the answers that nobody will ask for again; natural keys still forbid a second effect."""
    database.run(lambda session: idempotency.forget(session, before=at - ANSWERS_KEPT_FOR))


@scheduled("27 2 * * *")
def forget_sessions(database: Database, at: datetime) -> None:
    """Forget from where people were signed in to the pages, a month after it was over."""
    database.run(lambda session: sessions.forget(session, before=at - SESSIONS_KEPT_FOR))


@scheduled("27 2 * * *")
def forget_mails(database: Database, at: datetime) -> None:
    """Forget to whom the service wrote."""
    database.run(lambda session: mail.forget(session, before=at - MAILS_KEPT_FOR))
