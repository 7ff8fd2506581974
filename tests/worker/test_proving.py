"""Every night the books are proved, and it is written down."""

from sqlalchemy import create_engine, text

from tests.world import World
from voucher_service.kernel import audit_runs, clock
from voucher_service.kernel.database import Database
from voucher_service.worker import proving


def _last(database: Database) -> int | None:
    with database.transaction() as session:
        run = audit_runs.last(session)
        return run.findings if run else None


def test_the_night_s_audit_is_written_down_with_what_it_found(
    committed: World, database: Database, owner_url: str
) -> None:
    committed.campaign()
    committed.active(1)
    assert _last(database) is None

    proving.prove(database, clock.now())
    assert _last(database) == 0

    owner = create_engine(owner_url)
    with owner.begin() as connection:
        connection.execute(
            text("UPDATE account SET balance = 7 WHERE address = 'voucher/PN-2026-000001-01/1'")
        )
    owner.dispose()
    proving.prove(database, clock.now())
    assert _last(database) == 2
