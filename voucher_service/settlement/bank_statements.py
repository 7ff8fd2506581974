"""Bank statements: reading what the bank says, from a file that anybody may have made (``camt.053``)."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import ClassVar

from lxml import etree

from voucher_service.kernel.refusal import Kind, Refusal
from voucher_service.settlement.statement_files import parts
from voucher_service.settlement.statement_lines import (
    Line,
    StatementIsIncomplete,
    amount_cents,
    is_credit,
    lines,
    text,
)


@dataclass(eq=False)
class StatementDoesNotAddUp(Refusal):
    """The statement's movements do not lead from its opening to its closing balance: ask the bank again.

    FR: Les mouvements du relevé ne mènent pas du solde d'ouverture au solde de clôture : redemandez-le.
    """

    kind: ClassVar[Kind] = Kind.INVALID
    statement: str
    missing_cents: int


@dataclass(frozen=True, slots=True)
class Statement:
    """One account's statement: its number at the bank, the account, and what was booked."""

    id: str
    iban: str
    lines: tuple[Line, ...]


def read(data: bytes) -> tuple[Statement, ...]:
    """Read every statement of a ``camt.053`` file; a line not booked yet is left for the day when it is.

    Raises ``StatementDoesNotAddUp``, and the refusals of ``statement_files`` and ``statement_lines``.
    """
    return tuple(_statements(data))


def _statements(data: bytes) -> Iterator[Statement]:
    booked: list[Line] = []
    number, position = "", 0
    for name, element in parts(data):
        if name == "Ntry":
            # Asked once, while the statement is short: lxml looks through all of its children.
            number = number or _number(element)
            position += 1
            booked.extend(_booked(element, otherwise=f"{number}/{text(element, 'NtryRef') or position}"))
            element.clear(keep_tail=False)
        elif name == "Stmt":
            yield _statement(element, booked)
            booked, number, position = [], "", 0
            element.clear(keep_tail=False)


def _number(entry: etree._Element) -> str:
    statement = entry.getparent()
    number = None if statement is None else text(statement, "Id")
    if number is None:
        raise StatementIsIncomplete("Id", entry.sourceline or 0)
    return number


def _booked(entry: etree._Element, *, otherwise: str) -> Iterator[Line]:
    if (text(entry, "Sts/Cd") or text(entry, "Sts")) == "BOOK":
        yield from lines(entry, otherwise=otherwise)


def _statement(element: etree._Element, booked: list[Line]) -> Statement:
    number, iban = text(element, "Id"), text(element, "Acct/Id/IBAN")
    if number is None or iban is None:
        raise StatementIsIncomplete("Acct/Id/IBAN" if number else "Id", element.sourceline or 0)
    statement = Statement(number, iban, tuple(_distinct(booked)))
    _refuse_a_hole(element, statement)
    return statement


def _distinct(booked: list[Line]) -> Iterator[Line]:
    # Some banks give one reference to several lines of a day; the second is then known as its second.
    seen: Counter[str] = Counter()
    for line in booked:
        seen[line.bank_reference] += 1
        times = seen[line.bank_reference]
        yield line if times == 1 else replace(line, bank_reference=f"{line.bank_reference}#{times}")


def _refuse_a_hole(element: etree._Element, statement: Statement) -> None:
    balances = {text(balance, "Tp/CdOrPrtry/Cd"): balance for balance in element.iterfind("{*}Bal")}
    opening = balances.get("OPBD", balances.get("PRCD"))
    closing = balances.get("CLBD")
    if opening is None or closing is None:
        return
    moved = sum(line.amount_cents if line.is_credit else -line.amount_cents for line in statement.lines)
    missing = _signed_cents(closing) - _signed_cents(opening) - moved
    if missing:
        raise StatementDoesNotAddUp(statement.id, missing)


def _signed_cents(balance: etree._Element) -> int:
    cents = amount_cents(balance, "Amt")
    return cents if is_credit(balance) else -cents
