"""What was done before duties were separated counts from the day on which they are."""

from importlib import import_module

from sqlalchemy import create_engine, select, text

from tests.settlement.office import opened
from tests.world import World
from voucher_service.identity.separation import Duty, DutyPerformed

WRITTEN = select(DutyPerformed.subject, DutyPerformed.duty, DutyPerformed.user_id, DutyPerformed.person_id)


def test_whoever_created_a_venue_froze_a_run_or_sent_a_booklet_is_known(
    committed: World, owner_url: str
) -> None:
    scene = opened(committed)
    scene.office.earned(scene.shop, scene.serials[:1])
    scene.office.freeze()
    first_halves = (Duty.CREATE_VENUE, Duty.PREPARE_RUN, Duty.ALLOCATE)
    wanted = WRITTEN.where(DutyPerformed.duty.in_(first_halves))
    before = {tuple(row) for row in committed.do(lambda s: s.execute(wanted).all())}
    migration = import_module("migrations.versions.0017_separate_duties")
    owner = create_engine(owner_url)
    with owner.begin() as connection:
        connection.execute(text("SET LOCAL session_replication_role = replica"))
        connection.execute(text("DELETE FROM duty_performed"))
        connection.execute(text(migration.DONE_BEFORE))
    owner.dispose()

    after = {tuple(row) for row in committed.do(lambda s: s.execute(WRITTEN).all())}

    assert {row[1] for row in before} == set(first_halves)
    assert after == before
