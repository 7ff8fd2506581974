"""Each promise about what was done with vouchers, broken by hand, is found by the check that makes it."""

import pytest
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from tests import life
from voucher_service.vouchers import audit

ACTIVE = "booklets-are-active-by-one-activation"
TAKEN = "redemptions-are-in-the-books"
GIVEN_BACK = "reversals-are-in-the-books"
VOID = "voids-are-in-the-books"
SENT = "nobody-takes-what-he-sent-out"
ONE = "serial = 'PN-2026-000003-01'"


def test_the_acts_of_a_campaign_that_lived_are_all_in_the_books(lived: Engine) -> None:
    with Session(lived) as session:
        assert [one for check in audit.CHECKS for one in check(session)] == []


@pytest.mark.parametrize(
    ("damage", "check"),
    [
        ("DELETE FROM active_booklet WHERE booklet = 'PN-2026-000005'", ACTIVE),
        ("INSERT INTO active_booklet SELECT 1, 'PN-2026-000004', id FROM activation LIMIT 1", ACTIVE),
        ("UPDATE activation SET last_booklet = last_booklet + 1 WHERE first_booklet = 3", ACTIVE),
        (f"DELETE FROM redemption WHERE {ONE}", TAKEN),
        (f"UPDATE redemption SET venue_no = venue_no + 1 WHERE {ONE}", TAKEN),
        (f"UPDATE redemption SET face_cents = 500 WHERE {ONE}", TAKEN),
        (f"UPDATE redemption SET colour = colour + 1 WHERE {ONE}", TAKEN),
        (f"UPDATE redemption SET served_on = served_on - 1 WHERE {ONE}", TAKEN),
        (f"UPDATE redemption SET issue = 2 WHERE {ONE}", TAKEN),
        (f"UPDATE voucher SET colour = 1 WHERE {ONE}", TAKEN),
        ("UPDATE transfer SET amount = 900 WHERE debit = 'voucher/PN-2026-000003-01/1'", TAKEN),
        ("UPDATE transfer SET credit = 'venue/9/due' WHERE debit = 'voucher/PN-2026-000003-01/1'", TAKEN),
        ("UPDATE entry SET kind = 'void' WHERE kind = 'redeem'", TAKEN),
        ("DELETE FROM redemption_reversal WHERE serial = 'PN-2026-000001-01'", GIVEN_BACK),
        ("UPDATE redemption_reversal SET entry_no = entry_no + 1", GIVEN_BACK),
        ("UPDATE entry SET reverses_line = reverses_line + 9 WHERE kind = 'reverse'", GIVEN_BACK),
        ("UPDATE transfer SET credit = 'voucher/PN-2026-000001-09/1' WHERE credit = 'expired'", GIVEN_BACK),
        ("UPDATE redemption SET turn = 3 WHERE turn = 1", GIVEN_BACK),
        ("UPDATE voiding SET papers = papers + 1", VOID),
        ("UPDATE voiding SET value_cents = value_cents + 1", VOID),
        ("DELETE FROM void WHERE serial = 'PN-2026-000002-01'", VOID),
        ("DELETE FROM voiding", VOID),
        ("DELETE FROM duty_performed WHERE duty = 'allocate'", SENT),
        ("UPDATE redemption SET by = (SELECT by FROM allocation LIMIT 1)", SENT),
    ],
)
def test_a_broken_promise_about_acts_is_found(lived: Engine, damage: str, check: str) -> None:
    with life.tampered(lived, damage) as session:
        assert check in life.found(session)
