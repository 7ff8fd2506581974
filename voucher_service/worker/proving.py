"""Proving: every night, every promise of the books is proved again."""

from datetime import datetime
from functools import partial

import structlog

from voucher_service.kernel import audit_runs
from voucher_service.kernel.database import Database
from voucher_service.reports import findings
from voucher_service.worker.works import scheduled

_log = structlog.get_logger(__name__)


@scheduled("41 1 * * *")
def prove(database: Database, at: datetime) -> None:
    """Run the audit, write down what it found, and cry out where it found anything."""
    found = [finding for examined in findings.examine(database) for finding in examined.findings]
    database.run(partial(audit_runs.note, at=at, findings=len(found)))
    for check in sorted({finding.check for finding in found}):
        _log.error("the books break a promise: freeze no run until it is understood", check=check)
