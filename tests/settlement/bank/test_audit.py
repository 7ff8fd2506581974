"""Each promise about the bank is broken here, and the audit sees it."""

from collections.abc import Iterator

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from tests.life import unstopped
from tests.settlement.bank.told import day, fee
from tests.settlement.camt import balance, entry
from tests.settlement.office import opened
from tests.world import World
from voucher_service.settlement.bank import audit

_SECOND_DAY = """
INSERT INTO bank_balance SELECT message_no, iban, 'S-2', date '2026-11-25', 7000, date '2026-11-25', 7650
FROM bank_balance"""


@pytest.fixture
def owner(owner_url: str, committed: World) -> Iterator[Session]:
    """Give a payment and a fee that the bank told of, in the hands of an owner whom no trigger stops."""
    scene = opened(committed)
    scene.office.earned(scene.shop, scene.serials[:2])
    scene.office.approved()
    paid, taken = entry("20.00", end_to_end="PN-2026-R1-1"), fee("3.50")
    scene.office.listen(day(balance("OPBD", "100.00"), balance("CLBD", "76.50"), paid, taken))
    assert scene.office.findings() == []
    with unstopped(owner_url) as session:
        yield session


@pytest.mark.parametrize(
    ("damage", "checks"),
    [
        ("UPDATE bank_balance SET closing_cents = 7651", {"the-bank-agrees-with-the-books"}),
        (
            "UPDATE bank_line SET amount_cents = 2001 WHERE amount_cents = 2000",
            {"movements-are-in-the-books"},
        ),
        (
            "DELETE FROM bank_resolution WHERE meaning = 'charge'",
            {"charges-are-told-by-the-bank", "the-bank-agrees-with-the-books"},
        ),
        (
            "UPDATE transfer SET debit = credit, credit = debit WHERE debit = 'operator/charges'",
            {
                "charges-are-told-by-the-bank",
                "movements-are-in-the-books",
                "the-bank-agrees-with-the-books",
            },
        ),
        (
            _SECOND_DAY,
            {"no-statement-is-missing"},
        ),
    ],
)
def test_what_the_bank_said_and_what_the_books_say_cannot_part_unseen(
    owner: Session, damage: str, checks: set[str]
) -> None:
    assert [one for check in audit.CHECKS for one in check(owner)] == []

    owner.execute(text(damage))

    assert {one.check for check in audit.CHECKS for one in check(owner)} == checks
