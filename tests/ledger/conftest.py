"""What the tests of the ledger share: books with a few open accounts, and no voucher in sight."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

import pytest
from sqlalchemy.orm import Session

from voucher_service.kernel.database import Database
from voucher_service.ledger import accounts, books, journal
from voucher_service.ledger.journal import Act, Posted, Transfer

SOMEONE = UUID(int=7)
DAY = date(2026, 6, 15)
FULL, EMPTY = "funds/full", "funds/empty"


@dataclass(frozen=True)
class Books:
    """One campaign's books: everything in unattributed euros, whose face is one cent."""

    campaign_id: int

    def act(
        self, on: date = DAY, kind: str = "test", reverses: int | None = None, reverses_line: int = 0
    ) -> Act:
        """Describe an act of these books."""
        return Act(self.campaign_id, kind, on, SOMEONE, reverses, reverses_line)

    def move(
        self,
        session: Session,
        debit: str,
        credit: str,
        amount: int,
        *,
        on: date = DAY,
        seen: dict[str, int] | None = None,
    ) -> Posted:
        """Move one amount."""
        return self.post(session, [euros(debit, credit, amount)], on=on, seen=seen)

    def post(
        self,
        session: Session,
        transfers: Sequence[Transfer],
        *,
        on: date = DAY,
        seen: dict[str, int] | None = None,
    ) -> Posted:
        """Write one entry."""
        return journal.post(session, self.act(on), transfers, seen=seen or {})

    def counter(self, session: Session, address: str) -> tuple[int, int]:
        """Read an account's balance and version."""
        return accounts.seen(session, campaign_id=self.campaign_id, addresses=[address])[address]


def euros(debit: str, credit: str, amount: int) -> Transfer:
    """Make a transfer of unattributed euros."""
    return Transfer(debit, credit, amount, books.UNATTRIBUTED)


def opened(session: Session) -> Books:
    """Open books: 1 000 cents in ``funds/full``, none in ``funds/empty``."""
    mine = Books(books.open_book(session))
    accounts.open_accounts(session, campaign_id=mine.campaign_id, addresses=[FULL, EMPTY])
    mine.move(session, "bank", FULL, 1_000)
    return mine


@pytest.fixture
def mine(session: Session) -> Books:
    """Give books in the test's own transaction."""
    return opened(session)


@pytest.fixture
def shared(database: Database) -> Books:
    """Give books that every transaction sees."""
    return database.run(opened)
