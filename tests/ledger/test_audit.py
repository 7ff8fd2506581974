"""Each promise of the ledger, broken by hand, is found by the check that makes it."""

import pytest
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from tests import life
from voucher_service.ledger import audit

COUNTERS = "counters-equal-transfers"
SHORT = "guarded-accounts-never-ran-short"
CLEARED = "activation-clears-per-funder"
WHOLE = "amounts-are-whole-faces"
AGREE = "entries-and-transfers-agree"
ONCE = "every-entry-is-recorded-once"
MIRROR = "reversals-mirror-and-follow"
SEGMENTS = "segments-recompute"
LAST = "(SELECT max(position) FROM record)"


def test_the_books_of_a_campaign_that_lived_have_no_finding(lived: Engine) -> None:
    with Session(lived) as session:
        assert [one for check in audit.CHECKS for one in check(session)] == []


@pytest.mark.parametrize(
    ("damage", "check"),
    [
        ("UPDATE account SET balance = balance + 1 WHERE address = 'funds/metropole'", COUNTERS),
        ("UPDATE account SET balance = 1 WHERE address = 'bank'", COUNTERS),
        ("DELETE FROM account WHERE address = 'voucher/PN-2026-000001-05/1'", COUNTERS),
        ("DELETE FROM account WHERE address = 'voucher/PN-2026-000001-02/1'", COUNTERS),
        ("DELETE FROM transfer WHERE credit = 'voucher/PN-2026-000001-05/1'", COUNTERS),
        ("UPDATE transfer SET amount = 2000 WHERE credit = 'voucher/PN-2026-000001-05/1'", COUNTERS),
        (
            """UPDATE record SET position = position + 1000
               WHERE entry_no = (SELECT entry_no FROM activation WHERE first_booklet = 1)""",
            SHORT,
        ),
        ("UPDATE transfer SET amount = 100000 WHERE debit = 'funds/metropole' AND credit = 'bank'", SHORT),
        (
            """UPDATE record SET position = position + 1000
               WHERE entry_no = (SELECT entry_no FROM redemption_reversal WHERE serial = 'PN-2026-000001-01'
                                 ORDER BY entry_no LIMIT 1)""",
            SHORT,
        ),
        (
            "UPDATE transfer SET amount = amount + 1000 WHERE debit = 'funds/metropole' AND credit = 'activation'",
            CLEARED,
        ),
        (
            """UPDATE transfer SET colour = (SELECT min(no) FROM colour WHERE face_cents = 1 AND no > 1)
               WHERE credit = 'activation' AND debit = 'funds/metropole'""",
            CLEARED,
        ),
        ("UPDATE transfer SET amount = 999 WHERE credit = 'voucher/PN-2026-000001-05/1'", WHOLE),
        ("UPDATE transfer SET colour = 99 WHERE credit = 'voucher/PN-2026-000001-05/1'", WHOLE),
        ("UPDATE transfer SET colour = 1 WHERE credit = 'custody/used'", WHOLE),
        ("UPDATE transfer SET credit = 'custody/used' WHERE credit = 'suspense'", WHOLE),
        ("DELETE FROM transfer WHERE credit = 'suspense'", AGREE),
        ("DELETE FROM entry WHERE no = (SELECT max(no) FROM entry)", AGREE),
        ("DELETE FROM record WHERE position = 5", ONCE),
        (f"DELETE FROM record WHERE position = {LAST}", ONCE),
        (f"UPDATE record SET position = position + 1 WHERE position = {LAST}", ONCE),
        ("INSERT INTO to_record SELECT campaign_id, entry_no FROM record WHERE position = 3", ONCE),
        (f"INSERT INTO record SELECT 1, {LAST} + 1, 999999", ONCE),
        ("UPDATE entry SET reverses = 999999 WHERE kind = 'undo-hand-over'", MIRROR),
        ("UPDATE entry SET reverses = (SELECT max(no) FROM entry) WHERE kind = 'undo-hand-over'", MIRROR),
        ("DROP INDEX uq_entry_reverses; UPDATE entry SET reverses_line = 1 WHERE kind = 'reverse'", MIRROR),
        ("INSERT INTO segment VALUES (1, 1, 'bank', 1, '2026-06-15', 1, 0)", SEGMENTS),
        ("INSERT INTO stretch VALUES (1, 1, 3)", SEGMENTS),
    ],
)
def test_a_broken_promise_of_the_ledger_is_found(lived: Engine, damage: str, check: str) -> None:
    with life.tampered(lived, damage) as session:
        assert check in life.found(session)
