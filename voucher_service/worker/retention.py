"""Retention: each night, what was noted about people is erased when its time is over, as their letter promises."""

from datetime import datetime, timedelta
from functools import partial

from voucher_service.kernel.database import Database
from voucher_service.vouchers import answers
from voucher_service.worker.works import scheduled

_DAYS = 365 * answers.YEARS_KEPT


@scheduled("40 2 * * *")
def forget_old_answers(database: Database, at: datetime) -> None:
    """Erase the coded answers of handovers noted too long ago; the handovers stay."""
    database.run(partial(answers.forget, before=at - timedelta(days=_DAYS)))
