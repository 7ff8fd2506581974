"""Production: a batch of booklets, in one transaction whatever its size."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from voucher_service.kernel import clock
from voucher_service.vouchers import production
from voucher_service.vouchers.production import Batch
from voucher_service.worker.works import Run, work


@work("production")
def produce(run: Run) -> Mapping[str, Any]:
    """Produce the booklets that were asked for, once: the batch bears the job's identifier."""
    at = clock.now()

    def command(session: Session) -> Batch:
        return production.produce(
            session,
            series=run.params["series"],
            booklets=run.params["booklets"],
            on=date.fromisoformat(run.params["on"]),
            at=at,
            by=run.by,
            keyring=run.keyring,
            batch_id=run.job_id,
            progress=run.progress,
        )

    batch = run.database.run(command)
    return {
        "series": batch.series,
        "batch_no": batch.no,
        "first_booklet": batch.first_booklet,
        "last_booklet": batch.last_booklet,
    }
