"""Each promise about the end of validity, refunds and calls, broken by hand, is found by the check that makes it."""

from collections.abc import Iterator

import pytest
from sqlalchemy import Engine, create_engine, text
from sqlalchemy.orm import Session

from tests.books import findings_in
from tests.expiring import (
    approve,
    call,
    carry,
    colleague,
    over,
    pay,
    prepare,
    receive,
    release,
    schedule,
)
from tests.world import TODAY, World, serials_of
from voucher_service.funding.refunds import Source
from voucher_service.ledger import accounts
from voucher_service.reports import findings
from voucher_service.settlement.fund_calls import Basis
from voucher_service.vouchers.redemption import Taken

DAMAGES = {
    "DELETE FROM expired_booklet": "expiries-are-in-the-books",
    "UPDATE expiry SET papers = papers + 1": "expiries-are-in-the-books",
    "UPDATE expiry SET value_cents = value_cents + 1": "expiries-are-in-the-books",
    "UPDATE expiry SET expired_on = expired_on + 1": "expiries-are-in-the-books",
    "UPDATE expired_booklet SET papers = papers - 1": "booklets-expire-with-what-was-left",
    "UPDATE account SET balance = balance + 1 WHERE address = 'expired'": "counters-equal-transfers",
    "UPDATE expired_release SET amount_cents = amount_cents + 1": "releases-are-in-the-books",
    "DELETE FROM expired_release": "releases-are-in-the-books",
    "UPDATE refund SET amount_cents = amount_cents + 1 WHERE source = 'unspent'": "what-is-set-aside-is-in-the-books",
    "UPDATE refund SET amount_cents = amount_cents + 1 WHERE no = 1": "paid-refunds-left-the-money",
    "UPDATE refund SET amount_cents = amount_cents + 1 WHERE no = 2": "what-is-carried-over-arrives",
    "UPDATE refund SET amount_cents = 10 * amount_cents WHERE no = 3": "refunds-under-way-are-covered",
    "UPDATE fund_call SET amount_cents = amount_cents + 1": "calls-ask-for-what-they-name",
    "DELETE FROM call_instalment": "calls-ask-for-what-they-name",
    "UPDATE call_line SET cents = cents + 1": "calls-ask-for-what-is-borne",
    "UPDATE call_line SET is_credit = NOT is_credit, cents = -cents": "calls-ask-for-what-is-borne",
    "UPDATE call_beneficiary SET cents = cents - 1": "calls-are-owed-to-who-advanced",
    "INSERT INTO call_cancellation SELECT campaign_id, no, '-', issued_on, at, by FROM fund_call WHERE no = 1": (
        "cancelled-calls-received-nothing"
    ),
    "INSERT INTO call_line SELECT campaign_id, redemption_id, funder, is_credit, call_no, cents, 1 FROM call_line": (
        "things-are-called-once"
    ),
    "UPDATE call_receipt SET amount_cents = amount_cents + 100000": "receipts-stay-within-their-call",
}


@pytest.fixture
def books(committed: World, owner_url: str) -> Iterator[Engine]:
    """Give the books of a campaign that is over, as their owner: every act of its end was done once."""
    committed.campaign()
    [handed], [_stock] = committed.in_hand(), committed.active()
    shop = committed.shop()
    taken = [one for one in committed.redeem(serials_of(handed)[:3], shop).items if isinstance(one, Taken)]
    committed.pledge(10_000)
    schedule(committed, [(TODAY, 10_000)])
    called = call(committed, Basis.INSTALMENTS, funder="metropole")
    committed.deposit(10_000, reference="VIR-1")
    receive(committed, called, 10_000, deposit="VIR-1")
    call(committed)
    committed.reverse(taken[0].redemption_id, shop.clerk)
    over(committed)
    release(committed)
    committed.series = "PN-2027"
    committed.campaign()
    committed.pledge(1_000)
    committed.series = "PN-2026"
    second = colleague(committed)
    paid, carried = prepare(committed, 3_000), prepare(committed, 1_000, into_series="PN-2027")
    prepare(committed, 2_000)
    prepare(committed, 4_000, source=Source.UNSPENT)
    for refund in (paid, carried):
        approve(committed, refund, second)
    pay(committed, paid)
    carry(committed, carried)
    owner = create_engine(owner_url)
    yield owner
    owner.dispose()


def test_what_was_done_at_the_end_is_in_the_books_and_any_damage_is_found(
    books: Engine, committed: World
) -> None:
    assert findings_in(committed) == []
    assert committed.balance(accounts.EXPIRED) == 0
    with books.connect() as connection:
        for damage, check in DAMAGES.items():
            with connection.begin() as undone:
                connection.execute(text("SET session_replication_role = replica"))
                connection.execute(text(damage))
                with Session(connection) as session:
                    found = {one.check for one in findings.findings(session)}
                assert check in found, damage
                undone.rollback()
