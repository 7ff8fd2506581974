"""Record: every entry gets one place, dense and for ever, however late it commits."""

from concurrent.futures import ThreadPoolExecutor

from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.ledger.conftest import EMPTY, FULL, Books, opened
from voucher_service.kernel.database import Database
from voucher_service.ledger import audit, record
from voucher_service.ledger.record import Recorded


def places(session: Session, mine: Books) -> dict[int, int]:
    rows = session.execute(
        select(Recorded.entry_no, Recorded.position)
        .where(Recorded.campaign_id == mine.campaign_id)
        .order_by(Recorded.position)
    )
    return {row.entry_no: row.position for row in rows}


def test_entries_are_placed_in_the_order_of_their_numbers(session: Session, mine: Books) -> None:
    second = mine.move(session, FULL, EMPTY, 1).no
    third = mine.move(session, FULL, EMPTY, 1).no

    assert record.sequence(session, campaign_id=mine.campaign_id) == 3
    assert list(places(session, mine))[1:] == [second, third]
    assert list(places(session, mine).values()) == [1, 2, 3]


def test_a_place_once_given_never_changes(session: Session, mine: Books) -> None:
    record.sequence(session, campaign_id=mine.campaign_id)
    before = places(session, mine)
    mine.move(session, FULL, EMPTY, 1)

    record.sequence(session, campaign_id=mine.campaign_id)
    record.sequence(session, campaign_id=mine.campaign_id)

    after = places(session, mine)
    assert len(after) == 2
    assert before.items() <= after.items()


def test_empty_books_have_no_position(session: Session) -> None:
    empty = Books(opened(session).campaign_id + 1_000)

    assert record.sequence(session, campaign_id=empty.campaign_id) == 0
    assert record.last_position(session, campaign_id=empty.campaign_id) == 0


def test_the_last_position_is_read_without_placing_anything(session: Session, mine: Books) -> None:
    assert record.last_position(session, campaign_id=mine.campaign_id) == 0

    record.sequence(session, campaign_id=mine.campaign_id)

    assert record.last_position(session, campaign_id=mine.campaign_id) == 1


def test_an_entry_that_commits_late_comes_later_and_is_not_skipped(database: Database, shared: Books) -> None:
    with database.transaction() as slow:
        late = shared.move(slow, "bank", "suspense", 1).no
        early = database.run(lambda session: shared.move(session, FULL, EMPTY, 1)).no
        assert late < early
        assert database.run(lambda s: record.sequence(s, campaign_id=shared.campaign_id)) == 2

    assert database.run(lambda s: record.sequence(s, campaign_id=shared.campaign_id)) == 3
    with database.snapshot() as session:
        assert list(places(session, shared))[1:] == [early, late]
        assert [one for check in audit.CHECKS for one in check(session)] == []


def test_an_act_that_was_undone_leaves_no_gap(database: Database, shared: Books) -> None:
    session = Session(database.engine)
    shared.move(session, FULL, EMPTY, 1)
    session.rollback()
    session.close()
    database.run(lambda s: shared.move(s, FULL, EMPTY, 1))

    assert database.run(lambda s: record.sequence(s, campaign_id=shared.campaign_id)) == 2
    with database.snapshot() as view:
        assert list(places(view, shared).values()) == [1, 2]


def test_each_campaign_has_an_order_of_its_own(session: Session, mine: Books) -> None:
    other = opened(session)
    mine.move(session, FULL, EMPTY, 1)

    assert record.sequence(session, campaign_id=mine.campaign_id) == 2
    assert record.sequence(session, campaign_id=other.campaign_id) == 1


def test_two_who_place_while_six_write_give_each_entry_one_place(database: Database, shared: Books) -> None:
    def write(_: int) -> None:
        for _ in range(25):
            database.run(lambda session: shared.move(session, "bank", "suspense", 1))

    def place(_: int) -> None:
        for _ in range(15):
            database.run(lambda session: record.sequence(session, campaign_id=shared.campaign_id))

    with ThreadPoolExecutor(8) as pool:
        work = [pool.submit(write, n) for n in range(6)] + [pool.submit(place, n) for n in range(2)]
        for done in work:
            done.result()

    assert database.run(lambda s: record.sequence(s, campaign_id=shared.campaign_id)) == 151
    with database.snapshot() as session:
        assert [one for check in audit.CHECKS for one in check(session)] == []
