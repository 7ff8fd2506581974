"""Tests of what we understand of the bank's statement, and of the bank that is not ours."""

from datetime import date

import pytest

from tests.settlement.camt import IBAN, balance, entry, statement
from tests.settlement.other_bank import open_bank
from tests.settlement.test_sepa import ASSOCIATION, ON, OPERATOR, order, payment
from voucher_service.settlement.bank_statements import StatementDoesNotAddUp, read
from voucher_service.settlement.statement_lines import StatementIsIncomplete


def test_a_payment_is_recognised_on_the_statement_of_a_bank_that_is_not_ours() -> None:
    with open_bank(on=ON) as bank:
        bank.open_account("OPERATOR", OPERATOR.iban, balance_cents=1_000_000)
        bank.take_order(order(payment(1, 12_345), payment(2, 99, ASSOCIATION)))
        bank.until(date(2026, 11, 25))
        (found,) = [one for data in bank.statements("OPERATOR") for one in read(data)]

    assert found.iban == OPERATOR.iban
    assert [(line.end_to_end_id, line.amount_cents, line.is_credit) for line in found.lines] == [
        ("PN-2026-R3-1", 12_345, False),
        ("PN-2026-R3-2", 99, False),
    ]
    assert found.lines[1].counterparty_iban == ASSOCIATION.iban
    assert {line.booked_on for line in found.lines} == {ON}
    assert not any(line.is_return for line in found.lines)


def test_a_payment_sent_back_days_later_is_a_return_with_its_reason() -> None:
    back = {"behaviour": "return-later", "parameters": {"days": 2, "end_to_end_id": "PN-2026-R3-2"}}
    with open_bank(on=ON) as bank:
        bank.open_account("OPERATOR", OPERATOR.iban, balance_cents=1_000_000, **back)
        bank.take_order(order(payment(1, 12_345), payment(2, 99, ASSOCIATION)))
        bank.until(date(2026, 11, 27))
        lines = [line for data in bank.statements("OPERATOR") for one in read(data) for line in one.lines]

    (returned,) = [line for line in lines if line.is_return]
    assert (returned.end_to_end_id, returned.amount_cents, returned.is_credit) == ("PN-2026-R3-2", 99, True)
    assert returned.return_reason == "AC04"
    assert returned.booked_on == date(2026, 11, 26)
    assert len({line.bank_reference for line in lines}) == len(lines) == 3


def test_a_bank_that_leaves_a_movement_out_is_found_out() -> None:
    with open_bank(on=ON) as bank:
        bank.open_account("OPERATOR", OPERATOR.iban, balance_cents=1_000_000, behaviour="statement-gap")
        bank.take_order(order(payment(1, 12_345), payment(2, 99, ASSOCIATION)))
        bank.until(date(2026, 11, 25))
        (data,) = bank.statements("OPERATOR")

    with pytest.raises(StatementDoesNotAddUp) as refused:
        read(data)
    assert refused.value.missing_cents < 0


def test_a_movement_only_announced_is_left_for_the_day_it_is_booked() -> None:
    pending = entry(reference="P").replace("BOOK", "PDNG")

    (found,) = read(statement(pending, entry(reference="B")))

    assert [line.bank_reference for line in found.lines] == ["B"]


def test_two_lines_under_one_bank_reference_are_two_lines() -> None:
    (found,) = read(statement(entry(reference="R"), entry(reference="R")))

    assert [line.bank_reference for line in found.lines] == ["R", "R#2"]


def test_a_line_without_the_banks_reference_is_known_by_its_place_in_the_statement() -> None:
    data = statement(entry(reference="NONREF"), entry(reference=""))

    (found,) = read(data)

    assert [line.bank_reference for line in found.lines] == ["STMT-1/1", "STMT-1/2"]
    assert read(data) == (found,)


def test_several_accounts_in_one_file_are_several_statements() -> None:
    one = statement(entry(), number="A").decode()
    other = statement(entry(reference="X"), number="B").decode()
    both = one.replace("</Stmt>", "</Stmt>" + other[other.index("<Stmt>") : other.index("</Stmt>") + 7])

    found = read(both.encode())

    assert [(one.id, one.iban, len(one.lines)) for one in found] == [("A", IBAN, 1), ("B", IBAN, 1)]


@pytest.mark.parametrize(("closing", "missing_cents"), [("876.55", 0), ("876.54", -1), ("1000.00", 12_345)])
def test_the_movements_must_lead_from_one_balance_to_the_other(closing: str, missing_cents: int) -> None:
    data = statement(balance("OPBD", "1000.00"), balance("CLBD", closing), entry("123.45"))

    if not missing_cents:
        assert len(read(data)[0].lines) == 1
        return
    with pytest.raises(StatementDoesNotAddUp) as refused:
        read(data)
    assert refused.value.facts() == {"statement": "STMT-1", "missing_cents": missing_cents}


def test_an_overdrawn_account_adds_up_too() -> None:
    data = statement(balance("PRCD", "10.00"), balance("CLBD", "113.45", "DBIT"), entry("123.45"))

    assert len(read(data)[0].lines) == 1


@pytest.mark.parametrize(
    ("missing", "element"), [("<Id>STMT-1</Id>", "Id"), (f"<IBAN>{IBAN}</IBAN>", "Acct/Id/IBAN")]
)
def test_a_statement_that_does_not_say_which_it_is_is_refused(missing: str, element: str) -> None:
    with pytest.raises(StatementIsIncomplete) as refused:
        read(statement(entry()).replace(missing.encode(), b""))
    assert refused.value.element == element


def test_a_statement_with_one_balance_of_two_is_incomplete() -> None:
    with pytest.raises(StatementIsIncomplete) as refused:
        read(statement(balance("OPBD", "10.00"), entry("10.00")))
    assert refused.value.element == "Bal"
