"""Statements: what an account held, now, at a place in the record, and for a date."""

from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from tests.ledger.conftest import DAY, EMPTY, FULL, Books, euros
from voucher_service.ledger import accounts, record, statements

YESTERDAY, TOMORROW = DAY - timedelta(days=1), DAY + timedelta(days=1)
DUE = accounts.due(1)


def balance(session: Session, mine: Books, address: str, **when: object) -> int:
    return statements.balance(session, campaign_id=mine.campaign_id, address=address, **when)  # type: ignore[arg-type]


def placed(session: Session, mine: Books) -> int:
    return record.sequence(session, campaign_id=mine.campaign_id)


def test_a_live_balance_counts_what_is_not_placed_yet(session: Session, mine: Books) -> None:
    placed(session, mine)
    mine.move(session, FULL, DUE, 300)

    assert balance(session, mine, DUE) == 300
    assert balance(session, mine, FULL) == 700
    assert balance(session, mine, "bank") == -1_000


def test_a_balance_at_a_position_does_not_change_when_more_is_written(session: Session, mine: Books) -> None:
    mine.move(session, FULL, DUE, 300)
    then = placed(session, mine)
    mine.move(session, FULL, DUE, 50)
    placed(session, mine)

    assert balance(session, mine, DUE, position=then) == 300
    assert balance(session, mine, DUE, position=then + 1) == 350
    assert balance(session, mine, DUE, position=0) == 0


def test_a_balance_on_a_date_as_known_then_and_as_known_since(session: Session, mine: Books) -> None:
    mine.move(session, FULL, DUE, 300, on=DAY)
    known_then = placed(session, mine)
    mine.move(session, FULL, DUE, 50, on=YESTERDAY)
    known_now = placed(session, mine)

    def on(day: object, position: int) -> int:
        return balance(session, mine, DUE, effective_on=day, position=position)

    assert (on(YESTERDAY, known_then), on(YESTERDAY, known_now)) == (0, 50)
    assert (on(DAY, known_then), on(DAY, known_now)) == (300, 350)


@pytest.mark.parametrize(("day", "held"), [(YESTERDAY, 0), (DAY, 300), (TOMORROW, 350)])
def test_a_live_balance_counts_what_is_effective(
    session: Session, mine: Books, day: object, held: int
) -> None:
    mine.move(session, FULL, DUE, 300, on=DAY)
    mine.move(session, FULL, DUE, 50, on=TOMORROW)

    assert balance(session, mine, DUE, effective_on=day) == held


def test_one_voucher_is_read_alone_and_all_together(session: Session, mine: Books) -> None:
    one, other = accounts.voucher("PN-2026-000001-01", 1), accounts.voucher("PN-2026-000001-02", 1)
    accounts.open_accounts(session, campaign_id=mine.campaign_id, addresses=[one, other])
    mine.move(session, FULL, one, 100)
    mine.move(session, FULL, other, 100)
    then = placed(session, mine)
    mine.move(session, one, DUE, 100)

    assert balance(session, mine, one) == 0
    assert balance(session, mine, one, position=then) == 100
    assert balance(session, mine, other) == 100
    [all_vouchers] = statements.flows(session, campaign_id=mine.campaign_id, prefixes=["voucher/"])
    assert (all_vouchers.address, all_vouchers.debits, all_vouchers.credits) == ("voucher/*", 100, 200)


def test_an_address_that_begins_another_is_not_confused_with_it(session: Session, mine: Books) -> None:
    mine.move(session, FULL, "venue/1/due", 1)
    mine.move(session, FULL, "venue/10/due", 10)
    mine.move(session, FULL, "suspense", 5)

    assert balance(session, mine, "venue/1/due") == 1
    flows = statements.flows(session, campaign_id=mine.campaign_id, prefixes=["venue/1", "susp"])
    assert {flow.address: flow.balance for flow in flows} == {
        "venue/1/due": 1,
        "venue/10/due": 10,
        "suspense": 5,
    }


def test_debits_and_credits_are_equal_over_all_accounts(session: Session, mine: Books) -> None:
    mine.move(session, FULL, DUE, 300)
    mine.move(session, DUE, EMPTY, 20)

    flows = statements.flows(session, campaign_id=mine.campaign_id)

    assert sum(flow.balance for flow in flows) == 0
    assert sum(flow.debits for flow in flows) == sum(flow.credits for flow in flows) == 1_320


def test_movements_come_a_page_at_a_time_in_the_order_of_record(session: Session, mine: Books) -> None:
    for amount in (300, 50, 7):
        mine.move(session, FULL, DUE, amount)
    mine.move(session, DUE, EMPTY, 2)
    last = placed(session, mine)

    def page(after: tuple[int, int], limit: int) -> list[statements.Movement]:
        found = statements.movements(
            session, campaign_id=mine.campaign_id, address=DUE, position=last, after=after, limit=limit
        )
        return list(found)

    first = page((0, 0), 3)
    rest = page((first[-1].position, first[-1].line), 3)

    assert [move.amount for move in first] == [300, 50, 7]
    assert [(move.amount, move.counterpart) for move in rest] == [(-2, EMPTY)]
    assert page((rest[-1].position, rest[-1].line), 3) == []


def test_a_page_of_movements_goes_on_within_one_entry(session: Session, mine: Books) -> None:
    mine.post(session, [euros("bank", DUE, amount) for amount in (1, 2, 3)])
    last = placed(session, mine)

    found = list(
        statements.movements(
            session, campaign_id=mine.campaign_id, address=DUE, position=last, after=(last, 1)
        )
    )

    assert [(move.line, move.amount) for move in found] == [(2, 2), (3, 3)]
