"""Each promise about papers, broken by hand, is found by the check that makes it."""

import pytest
from sqlalchemy import Engine

from tests import life

WORTH = "papers-are-worth-what-their-facts-say"
SERIALS = "serials-are-continuous"
CODES = "each-paper-has-one-code"


@pytest.mark.parametrize(
    ("damage", "check"),
    [
        ("UPDATE account SET balance = 1000 WHERE address = 'voucher/PN-2026-000001-02/1'", WORTH),
        ("UPDATE account SET balance = 0 WHERE address = 'voucher/PN-2026-000001-05/1'", WORTH),
        ("UPDATE account SET balance = 1000 WHERE address = 'voucher/PN-2026-000002-03/1'", WORTH),
        ("UPDATE account SET balance = 0 WHERE address = 'voucher/PN-2026-000002-03/2'", WORTH),
        ("UPDATE account SET balance = 1000 WHERE address = 'voucher/PN-2026-000001-04/1'", WORTH),
        ("DELETE FROM account WHERE address = 'voucher/PN-2026-000001-06/1'", WORTH),
        ("INSERT INTO account VALUES (1, 'voucher/PN-2026-000099-01/1', 0, 0)", WORTH),
        ("DELETE FROM void WHERE serial = 'PN-2026-000002-01'", WORTH),
        ("DELETE FROM redemption_reversal WHERE serial = 'PN-2026-000001-01'", WORTH),
        ("DELETE FROM active_booklet WHERE booklet = 'PN-2026-000005'", WORTH),
        ("DELETE FROM replacement WHERE serial = 'PN-2026-000002-03'", WORTH),
        ("UPDATE colour_share SET borne_cents = borne_cents + 1 WHERE funder = 'etat'", "patterns-are-exact"),
        ("UPDATE campaign_share SET borne_parts = 2 WHERE funder = 'etat'", "patterns-are-exact"),
        ("DELETE FROM colour_share WHERE funder = 'etat' AND advanced_cents = 0", "patterns-are-exact"),
        ("DELETE FROM voucher WHERE serial = 'PN-2026-000002-10'", "patterns-are-exact"),
        ("DELETE FROM voucher WHERE serial = 'PN-2026-000002-10'", SERIALS),
        ("DELETE FROM booklet WHERE number = 'PN-2026-000003'", SERIALS),
        ("UPDATE booklet SET ordinal = 99 WHERE number = 'PN-2026-000003'", SERIALS),
        ("UPDATE booklet SET batch_no = 1 WHERE number = 'PN-2026-000003'", SERIALS),
        ("UPDATE batch SET first_booklet = 20 WHERE no = 2", SERIALS),
        ("DELETE FROM batch WHERE no = 2", SERIALS),
        ("UPDATE voucher SET position = 12 WHERE serial = 'PN-2026-000002-10'", SERIALS),
        ("UPDATE voucher SET booklet = 'PN-2026-000001' WHERE serial = 'PN-2026-000002-10'", SERIALS),
        ("DELETE FROM code WHERE serial = 'PN-2026-000002-03' AND issue = 2", CODES),
        ("INSERT INTO code VALUES ('x', 1, 'PN-2026-000002-03', 2)", CODES),
        ("INSERT INTO code VALUES ('x', 1, 'PN-2026-000002-03', 3)", CODES),
        ("INSERT INTO code VALUES ('x', 1, 'PN-2026-000099-03', 1)", CODES),
    ],
)
def test_a_broken_promise_about_papers_is_found(lived: Engine, damage: str, check: str) -> None:
    with life.tampered(lived, damage) as session:
        assert check in life.found(session)
