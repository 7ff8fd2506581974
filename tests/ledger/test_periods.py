"""Periods: what is closed stays as it was, and a later act says which day it claims."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime
from functools import partial
from threading import Barrier

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import create_engine, select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session
from sqlalchemy.pool import NullPool

from tests.ledger.conftest import EMPTY, FULL, Books, opened
from voucher_service.kernel.actor import SYSTEM
from voucher_service.kernel.database import Database
from voucher_service.ledger import audit, periods, periods_audit, statements
from voucher_service.ledger.journal import Entry
from voucher_service.ledger.periods import (
    PeriodClosing,
    PeriodEndsWithAMonth,
    PeriodIsClosed,
    PeriodIsNotOver,
    YearIsStillOpen,
)

JUNE, JULY, NOVEMBER = date(2026, 6, 30), date(2026, 7, 31), date(2026, 11, 30)
DECEMBER = date(2026, 12, 31)
IN_AUGUST, IN_JANUARY, IN_FEBRUARY = date(2026, 8, 3), date(2027, 1, 12), date(2027, 2, 1)
AT = datetime(2026, 8, 3, 9, tzinfo=UTC)


def close(session: Session, mine: Books, through_on: date, on: date) -> PeriodClosing:
    return periods.close(
        session, campaign_id=mine.campaign_id, through_on=through_on, on=on, at=AT, by=SYSTEM
    )


def days(session: Session, mine: Books, claimed: date) -> tuple[date, date | None]:
    posted = mine.move(session, FULL, EMPTY, 1, on=claimed)
    entry = session.get_one(Entry, (mine.campaign_id, posted.no))
    return entry.effective_on, entry.claimed_on


def findings(session: Session) -> list[object]:
    return [finding for check in audit.CHECKS for finding in check(session)]


def test_an_act_that_claims_a_closed_day_counts_in_the_open_period_and_says_so(
    session: Session, mine: Books
) -> None:
    close(session, mine, JUNE, IN_AUGUST)

    assert days(session, mine, date(2026, 6, 20)) == (date(2026, 7, 1), date(2026, 6, 20))
    assert days(session, mine, date(2026, 7, 1)) == (date(2026, 7, 1), None)
    assert findings(session) == []


def test_books_that_were_never_closed_take_every_day(session: Session, mine: Books) -> None:
    assert days(session, mine, date(2020, 1, 1)) == (date(2020, 1, 1), None)


def test_what_one_campaign_closes_stays_open_in_another(session: Session, mine: Books) -> None:
    other = opened(session)
    close(session, mine, JUNE, IN_AUGUST)

    assert days(session, other, JUNE) == (JUNE, None)


def test_the_balances_of_a_closed_period_never_change(session: Session, mine: Books) -> None:
    mine.move(session, FULL, EMPTY, 5, on=date(2026, 7, 2))
    closing = close(session, mine, JUNE, IN_AUGUST)
    before = periods.written(
        statements.flows(session, campaign_id=mine.campaign_id, position=closing.position, effective_on=JUNE)
    )

    mine.move(session, FULL, EMPTY, 7, on=date(2026, 6, 20))
    mine.move(session, FULL, EMPTY, 11, on=date(2026, 7, 20))

    now = periods.written(statements.flows(session, campaign_id=mine.campaign_id, effective_on=JUNE))
    assert closing.balances == before == now
    assert closing.digest == periods.digest(before)


def test_in_january_acts_of_the_year_are_still_entered_and_then_never_again(
    session: Session, mine: Books
) -> None:
    close(session, mine, NOVEMBER, date(2026, 12, 3))
    first = close(session, mine, DECEMBER, IN_JANUARY)
    served = date(2026, 12, 20)

    assert first.open_year == 2026
    assert days(session, mine, served) == (served, None)
    assert days(session, mine, date(2026, 11, 5)) == (DECEMBER, date(2026, 11, 5))
    assert days(session, mine, date(2025, 12, 5)) == (date(2027, 1, 1), date(2025, 12, 5))

    second = close(session, mine, DECEMBER, IN_FEBRUARY)

    assert second.closes_a_year
    assert not first.closes_a_year
    assert days(session, mine, served) == (date(2027, 1, 1), served)
    assert findings(session) == []


def test_december_closed_after_january_closes_the_year_at_once(session: Session, mine: Books) -> None:
    assert close(session, mine, DECEMBER, IN_FEBRUARY).closes_a_year


@pytest.mark.parametrize(
    ("closed", "through_on", "on", "refusal"),
    [
        ([], date(2026, 6, 29), IN_AUGUST, PeriodEndsWithAMonth),
        ([], JUNE, JUNE, PeriodIsNotOver),
        ([(JULY, IN_AUGUST)], JULY, IN_AUGUST, PeriodIsClosed),
        ([(JULY, IN_AUGUST)], JUNE, IN_AUGUST, PeriodIsClosed),
        ([(DECEMBER, IN_JANUARY)], DECEMBER, date(2027, 1, 31), PeriodIsClosed),
        ([(DECEMBER, IN_JANUARY)], date(2027, 1, 31), IN_FEBRUARY, YearIsStillOpen),
        ([(JULY, IN_AUGUST)], date(2027, 1, 31), IN_FEBRUARY, YearIsStillOpen),
        ([], date(2027, 1, 31), IN_FEBRUARY, YearIsStillOpen),
    ],
    ids=[
        "a day within a month",
        "a month on its last day",
        "a month twice",
        "a month before the last",
        "december twice while acts of the year may come",
        "january before the year",
        "january before december",
        "january before the books' first year",
    ],
)
def test_a_closing_out_of_its_time_is_refused(
    closed: list[tuple[date, date]],
    through_on: date,
    on: date,
    refusal: type[Exception],
    session: Session,
    mine: Books,
) -> None:
    for before, then in closed:
        close(session, mine, before, then)

    with pytest.raises(refusal):
        close(session, mine, through_on, on)


def test_what_can_be_closed_next_is_named_once_it_is_over(session: Session, mine: Books) -> None:
    def following(on: date) -> date | None:
        last = periods.latest(session, campaign_id=mine.campaign_id)
        return periods.following(last, since=date(2026, 6, 15), on=on)

    assert following(JUNE) is None
    assert following(date(2026, 7, 1)) == JUNE
    close(session, mine, JUNE, IN_AUGUST)
    assert following(IN_AUGUST) == JULY
    close(session, mine, DECEMBER, IN_JANUARY)
    assert following(IN_JANUARY) is None
    assert following(IN_FEBRUARY) == DECEMBER


def test_a_year_waits_to_be_closed_from_february_until_it_is(session: Session, mine: Books) -> None:
    close(session, mine, DECEMBER, IN_JANUARY)

    def waiting(on: date) -> list[int]:
        return [closing.campaign_id for closing in periods.years_to_close(session, on=on)]

    assert mine.campaign_id not in waiting(date(2027, 1, 31))
    assert mine.campaign_id in waiting(IN_FEBRUARY)
    close(session, mine, DECEMBER, IN_FEBRUARY)
    assert mine.campaign_id not in waiting(IN_FEBRUARY)


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    acts=st.lists(
        st.one_of(
            st.dates(date(2026, 1, 1), date(2027, 12, 31)),
            st.integers(1, 30).map(lambda months: f"close {months}"),
        ),
        max_size=25,
    )
)
def test_whatever_is_closed_and_entered_in_any_order_closed_books_stay_as_they_were(
    acts: list[date | str], database: Database
) -> None:
    with database.transaction() as session:
        mine, today = opened(session), date(2026, 1, 15)
        for act in acts:
            if isinstance(act, date):
                mine.move(session, FULL, EMPTY, 1, on=act)
                continue
            month = today.month - 1 + int(act.split()[1]) % 4
            today = date(today.year + month // 12, month % 12 + 1, 15)
            last = periods.latest(session, campaign_id=mine.campaign_id)
            ready = periods.following(last, since=date(2026, 1, 1), on=today)
            if ready:
                with session.begin_nested() as attempt:
                    try:
                        close(session, mine, ready, today)
                    except YearIsStillOpen:
                        attempt.rollback()

        assert [one for check in periods_audit.CHECKS for one in check(session)] == []
        session.rollback()


@pytest.fixture
def in_flight(database: Database, shared: Books) -> Iterator[Session]:
    """Give a transaction that has just entered an act of June, and is not committed."""
    with Session(database.engine) as session:
        shared.move(session, FULL, EMPTY, 3, on=JUNE)
        yield session


def test_a_closing_waits_for_the_acts_on_their_way_and_counts_them(
    database: Database, shared: Books, in_flight: Session
) -> None:
    with ThreadPoolExecutor(1) as pool:
        closing = pool.submit(database.run, partial(close, mine=shared, through_on=JUNE, on=IN_AUGUST))
        _until_somebody_waits(database)
        in_flight.commit()
        closed = closing.result(30)

    assert f'["{EMPTY}",1,0,3]' in closed.balances


def test_an_act_that_waited_for_a_closing_counts_after_it(database: Database, shared: Books) -> None:
    with Session(database.engine) as closing, ThreadPoolExecutor(1) as pool:
        close(closing, shared, JUNE, IN_AUGUST)
        act = pool.submit(database.run, partial(days, mine=shared, claimed=JUNE))
        _until_somebody_waits(database)
        closing.commit()

        assert act.result(30) == (date(2026, 7, 1), JUNE)


def test_many_acts_and_closings_at_once_leave_closed_books_as_they_were(
    database: Database, shared: Books
) -> None:
    start = Barrier(5)

    def enter(_: int) -> None:
        start.wait()
        for day in range(1, 26):
            database.run(partial(days, mine=shared, claimed=date(2026, 6 + day % 3, day)))

    def close_all() -> None:
        start.wait()
        for through_on in (JUNE, JULY, date(2026, 8, 31)):
            database.run(partial(close, mine=shared, through_on=through_on, on=date(2026, 9, 1)))

    with ThreadPoolExecutor(5) as pool:
        entered = [pool.submit(enter, number) for number in range(4)]
        pool.submit(close_all).result(60)
        for one in entered:
            one.result(60)

    with database.transaction() as session:
        assert findings(session) == []
        late = select(Entry).where(Entry.claimed_on.is_not(None))
        assert all(
            entry.claimed_on and entry.claimed_on < entry.effective_on for entry in session.scalars(late)
        )


@pytest.mark.parametrize(
    ("tampering", "check"),
    [
        (
            "UPDATE entry SET effective_on = '2026-06-02' WHERE effective_on = '2026-07-01'",
            "nothing-comes-into-a-closed-period",
        ),
        (
            "UPDATE entry SET claimed_on = '2026-07-20' WHERE effective_on = '2026-07-01'",
            "moved-entries-claim-a-closed-day",
        ),
        ("UPDATE period_closing SET balances = '[]'", "closed-balances-still-add-up"),
        ("UPDATE transfer SET amount = amount + 1", "closed-balances-still-add-up"),
    ],
)
def test_the_audit_finds_closed_books_that_were_changed(
    tampering: str, check: str, shared: Books, database: Database, owner_url: str
) -> None:
    database.run(partial(close, mine=shared, through_on=JUNE, on=IN_AUGUST))
    database.run(partial(shared.move, debit=FULL, credit=EMPTY, amount=1, on=JUNE))
    with Session(create_engine(owner_url, poolclass=NullPool)) as owner:
        owner.execute(text("SET LOCAL session_replication_role = replica"))

        owner.execute(text(tampering))

        assert check in {finding.check for one in periods_audit.CHECKS for finding in one(owner)}


def test_the_service_may_not_rewrite_a_closing(session: Session, mine: Books) -> None:
    close(session, mine, JUNE, IN_AUGUST)

    with pytest.raises(DBAPIError, match=r"permission denied|append-only"):
        session.execute(text("UPDATE period_closing SET through_on = '2026-01-31'"))


def _until_somebody_waits(database: Database) -> None:
    waiting = text("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted")
    with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as watcher:
        while not watcher.execute(waiting).scalar_one():
            pass
