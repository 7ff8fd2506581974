"""Closing: on 1 February the year that waited for its last acts is closed for good."""

from datetime import datetime
from functools import partial

import structlog

from voucher_service.kernel import clock
from voucher_service.kernel.actor import SYSTEM
from voucher_service.kernel.database import Database
from voucher_service.ledger import periods
from voucher_service.worker.works import scheduled

_log = structlog.get_logger(__name__)


@scheduled("5 23 * * *")
def close_years(database: Database, at: datetime) -> None:
    """Close each year whose December is closed and whose 31 January is over (23:05 UTC is past midnight in Paris)."""
    on = clock.civil_date(at)
    for waiting in database.run(partial(periods.years_to_close, on=on)):
        closed = partial(
            periods.close,
            campaign_id=waiting.campaign_id,
            through_on=waiting.through_on,
            on=on,
            at=at,
            by=SYSTEM,
        )
        database.run(closed)
        _log.info("a year is closed", campaign_id=waiting.campaign_id, year=waiting.open_year)
