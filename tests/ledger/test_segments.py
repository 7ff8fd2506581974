"""Segments: sums of closed stretches, which change no answer and can be made again."""

from datetime import timedelta

import pytest
from sqlalchemy import create_engine, func, select, text
from sqlalchemy.orm import Session

from tests.ledger.conftest import DAY, EMPTY, FULL, Books, euros
from voucher_service.kernel.database import Database
from voucher_service.ledger import accounts, audit, record, segments, statements
from voucher_service.ledger.segments import Segment, Stretch

SHORT = 5
ENDS = select(Stretch.through).order_by(Stretch.no)


@pytest.fixture(autouse=True)
def short_stretches(monkeypatch: pytest.MonkeyPatch) -> None:
    """Cut a stretch after five transfers instead of ten thousand."""
    monkeypatch.setattr(segments, "STRETCH", SHORT)


def live(session: Session, mine: Books, entries: int) -> int:
    """Move one cent more each time, on four days, to and from vouchers and venues; return the last position."""
    for number in range(entries):
        debit, credit = (FULL, EMPTY) if number % 2 else ("bank", f"venue/{number % 3}/due")
        mine.move(session, debit, credit, number + 1, on=DAY + timedelta(days=number % 4))
    return record.sequence(session, campaign_id=mine.campaign_id)


def closed(session: Session, mine: Books) -> int:
    return segments.close_full(session, campaign_id=mine.campaign_id)


def test_a_stretch_is_summed_once_it_is_full(session: Session, mine: Books) -> None:
    live(session, mine, SHORT - 2)
    assert closed(session, mine) == 0

    live(session, mine, 1)

    assert closed(session, mine) == 1
    assert segments.summed(session, campaign_id=mine.campaign_id) == (1, SHORT)


def test_transfers_are_looked_up_where_statistics_know_only_one_large_entry(
    database: Database, owner_url: str, shared: Books
) -> None:
    with database.transaction() as session:
        shared.post(session, [euros("bank", "venue/0/due", 1)] * 3_000)
    _analyze(owner_url)
    with database.transaction() as session:
        live(session, shared, 3 * SHORT)
    read = text("SELECT seq_scan FROM pg_stat_xact_user_tables WHERE relname = 'transfer'")

    with database.transaction() as session:
        assert closed(session, shared) == 4
        assert session.scalar(read) == 0


def _analyze(owner_url: str) -> None:
    engine = create_engine(owner_url, isolation_level="AUTOCOMMIT")
    with engine.connect() as owner:
        owner.execute(text("ANALYZE"))
    engine.dispose()


def test_closing_again_adds_nothing(session: Session, mine: Books) -> None:
    live(session, mine, 3 * SHORT)
    assert closed(session, mine) == 3
    rows = session.scalar(select(func.count()).select_from(Segment))

    assert closed(session, mine) == 0
    assert session.scalar(select(func.count()).select_from(Segment)) == rows


def test_a_stretch_is_filled_by_what_its_entries_move_not_by_their_number(
    session: Session, mine: Books
) -> None:
    live(session, mine, 1)
    mine.post(session, [euros(FULL, EMPTY, 1)] * (3 * SHORT))
    live(session, mine, 2)
    assert closed(session, mine) == 1
    assert list(session.scalars(ENDS)) == [3]

    live(session, mine, SHORT)

    assert closed(session, mine) == 1
    assert list(session.scalars(ENDS)) == [3, 3 + SHORT]


def test_only_stretches_within_a_position_count_for_it(session: Session, mine: Books) -> None:
    live(session, mine, 3 * SHORT)
    closed(session, mine)

    def summed(position: int) -> tuple[int, int]:
        return segments.summed(session, campaign_id=mine.campaign_id, position=position)

    assert [summed(position) for position in (0, 4, 5, 9, 10)] == [(0, 0), (0, 0), (1, 5), (1, 5), (2, 10)]


def test_every_balance_is_the_same_with_segments_and_without(session: Session, mine: Books) -> None:
    last = live(session, mine, 23)
    asked = [
        (position, on)
        for position in range(last + 1)
        for on in (None, DAY, DAY + timedelta(days=1), DAY + timedelta(days=9))
    ]

    def answers() -> list[list[statements.Flow]]:
        return [
            statements.flows(session, campaign_id=mine.campaign_id, position=position, effective_on=on)
            for position, on in asked
        ]

    before = answers()
    assert closed(session, mine) == 4

    assert answers() == before


def test_all_vouchers_are_one_line_of_a_segment(session: Session, mine: Books) -> None:
    addresses = [accounts.voucher(f"PN-2026-000001-{n:02d}", 1) for n in range(1, 4)]
    accounts.open_accounts(session, campaign_id=mine.campaign_id, addresses=addresses)
    for address in addresses:
        mine.move(session, FULL, address, 10)
    live(session, mine, 1)

    assert closed(session, mine) == 1
    lines = session.execute(
        select(Segment.address, Segment.credits).where(Segment.address.startswith("voucher/"))
    )
    assert [tuple(line) for line in lines] == [("voucher/*", 30)]


def test_segments_that_were_closed_properly_recompute(session: Session, mine: Books) -> None:
    live(session, mine, 4 * SHORT)
    closed(session, mine)

    assert list(audit.segments_recompute(session)) == []


def test_a_stretch_that_is_full_and_not_summed_yet_is_no_finding(session: Session, mine: Books) -> None:
    live(session, mine, SHORT)
    closed(session, mine)
    live(session, mine, 2 * SHORT)

    assert list(audit.segments_recompute(session)) == []
