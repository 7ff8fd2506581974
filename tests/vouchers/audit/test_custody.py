"""Each promise about where papers are, broken by hand, is found by the check that makes it."""

import pytest
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from tests import life
from voucher_service.vouchers.audit import custody

CHARGED = "custody-sums-to-what-was-taken-in-charge"
PLACES = "places-hold-what-their-booklets-say"
BOUND = "booklets-bind-what-has-not-ended"
MOVES = "moves-are-of-their-acts"


def test_the_papers_of_a_campaign_that_lived_are_all_somewhere(lived: Engine) -> None:
    with Session(lived) as session:
        assert [one for check in custody.CHECKS for one in check(session)] == []


@pytest.mark.parametrize(
    ("damage", "check"),
    [
        ("UPDATE transfer SET amount = 11 WHERE debit = 'custody/taken-in-charge' AND amount = 10", CHARGED),
        ("DELETE FROM replacement WHERE serial = 'PN-2026-000002-03'", CHARGED),
        ("INSERT INTO voucher VALUES (1, 'PN-2026-000002-11', 'PN-2026-000002', 11, 2)", CHARGED),
        ("UPDATE transfer SET credit = 'custody/used' WHERE credit = 'custody/shortage'", PLACES),
        ("DELETE FROM booklet_move WHERE booklet = 'PN-2026-000005' AND act = 'give-back'", PLACES),
        ("UPDATE booklet_move SET place = 'custody/stock' WHERE place = 'custody/shortage'", PLACES),
        ("DELETE FROM void WHERE serial = 'PN-2026-000004-01'", PLACES),
        ("DELETE FROM redemption WHERE serial = 'PN-2026-000003-01'", PLACES),
        ("DELETE FROM redemption_reversal WHERE serial = 'PN-2026-000001-04'", PLACES),
        ("UPDATE account SET balance = 9 WHERE address = 'booklet/PN-2026-000005'", BOUND),
        ("DELETE FROM account WHERE address = 'booklet/PN-2026-000005'", BOUND),
        ("DELETE FROM booklet WHERE number = 'PN-2026-000005'", BOUND),
        ("UPDATE allocation SET booklets = booklets + 1", MOVES),
        ("DELETE FROM receipt", MOVES),
        ("DELETE FROM sent_back", MOVES),
        ("DELETE FROM given_back", MOVES),
        ("DELETE FROM stock_count WHERE cardinality(found_again) > 0", MOVES),
        ("UPDATE stock_count SET missing = '{}' WHERE cardinality(missing) > 0", MOVES),
        ("UPDATE booklet_move SET place = 'custody/stock' WHERE act = 'count'", MOVES),
        ("DELETE FROM handover WHERE inferred", MOVES),
        ("DELETE FROM handover_undone", MOVES),
        ("UPDATE booklet_move SET place = 'custody/beneficiaries' WHERE act = 'give-back'", MOVES),
        ("UPDATE booklet_move SET entry_no = 999999 WHERE act = 'give-back'", MOVES),
    ],
)
def test_a_broken_promise_about_custody_is_found(lived: Engine, damage: str, check: str) -> None:
    with life.tampered(lived, damage) as session:
        assert check in life.found(session)
