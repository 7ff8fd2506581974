"""A batch is produced once, however often a worker begins it."""

from tests.world import World
from voucher_service.kernel import clock, jobs
from voucher_service.kernel.actor import SYSTEM
from voucher_service.kernel.database import Database
from voucher_service.vouchers import production
from voucher_service.worker.production import produce
from voucher_service.worker.works import Run


def test_a_batch_that_a_dead_worker_had_produced_is_not_produced_again(
    database: Database, committed: World
) -> None:
    committed.campaign()
    params = {"series": committed.series, "booklets": 2, "on": "2026-06-15"}
    job = database.run(
        lambda session: jobs.enqueue(session, kind="production", params=params, at=clock.now(), by=SYSTEM)
    )
    run = Run(database, committed.keyring, job.id, params, SYSTEM)

    first, again = produce(run), produce(run)

    assert (
        first == again == {"series": committed.series, "batch_no": 1, "first_booklet": 1, "last_booklet": 2}
    )
    with database.transaction() as session:
        assert len(production.search(session, series=committed.series)) == 1
