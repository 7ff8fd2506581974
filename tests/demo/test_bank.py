"""The demonstration's bank writes what a bank writes: our own reader, which trusts nothing, believes it."""

from datetime import UTC, date, datetime

from voucher_service.demo.bank import Bank
from voucher_service.kernel.money import Cents
from voucher_service.settlement import bank_statements
from voucher_service.settlement.sepa import Party, Payment, PaymentOrder, encode

TODAY = date(2026, 11, 24)
NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)
PAYER, OPEN, CLOSED = (
    "FR7630006000011234567890189",
    "FR7630004000031234567890143",
    "FR1420041010050500013M02606",
)


def order() -> bytes:
    payments = (
        Payment("PN-2026-R1-1", Cents(12_345), Party("Ouvert", OPEN), "lot 1"),
        Payment("PN-2026-R1-2", Cents(670), Party("Fermé", CLOSED), "lot 1"),
    )
    return encode(PaymentOrder("PN-2026-R1", NOW, TODAY, Party("Payeur", PAYER), payments))


def test_each_payment_is_booked_and_what_goes_to_a_closed_account_comes_back_with_the_reason() -> None:
    bank = Bank(PAYER, balance_cents=100_000)
    [statement] = bank_statements.read(bank.pay(order(), closed={CLOSED}, on=TODAY, at=NOW))
    assert statement.iban == PAYER
    assert [(line.end_to_end_id, line.amount_cents, line.is_credit) for line in statement.lines] == [
        ("PN-2026-R1-1", 12_345, False),
        ("PN-2026-R1-2", 670, False),
        ("PN-2026-R1-2", 670, True),
    ]
    assert [line.return_reason for line in statement.lines] == [None, None, "AC04"]
    assert bank.balance_cents == 100_000 - 12_345


def test_two_statements_never_give_one_reference_to_two_movements() -> None:
    bank = Bank(PAYER, balance_cents=100_000)
    files = [bank.pay(order(), closed=(), on=TODAY, at=NOW) for _ in range(2)]
    lines = [line for file in files for statement in bank_statements.read(file) for line in statement.lines]
    assert len({line.bank_reference for line in lines}) == len(lines) == 4
