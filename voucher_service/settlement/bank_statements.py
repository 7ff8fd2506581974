"""Bank statements: reading what the bank says of an account, from a file that anybody may have made.

A statement (``camt.053``) tells a day's movements between two balances; a notice (``camt.054``) tells movements as
they happen, and the statement tells them again.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from typing import ClassVar

from lxml import etree

from voucher_service.kernel.refusal import Kind, Refusal
from voucher_service.settlement.statement_files import parts
from voucher_service.settlement.statement_lines import (
    Line,
    StatementIsIncomplete,
    amount_cents,
    day,
    is_credit,
    lines,
    text,
)

_STATEMENTS = ("Stmt", "Ntfctn")
_LONGEST_NAME = 140


@dataclass(eq=False)
class StatementDoesNotAddUp(Refusal):
    """The statement's movements do not lead from its opening to its closing balance: ask the bank again.

    FR: Les mouvements du relevé ne mènent pas du solde d'ouverture au solde de clôture : redemandez-le.
    """

    kind: ClassVar[Kind] = Kind.INVALID
    statement: str
    missing_cents: int


@dataclass(frozen=True, slots=True)
class Balances:
    """What an account held at the beginning and at the end of a statement, in cents; below zero it is overdrawn."""

    opened_on: date
    opening_cents: int
    closed_on: date
    closing_cents: int


@dataclass(frozen=True, slots=True)
class Statement:
    """One account's statement: its number at the bank, the account, what was booked, and its balances if it has any."""

    id: str
    iban: str
    lines: tuple[Line, ...]
    balances: Balances | None = None


def read(data: bytes) -> tuple[Statement, ...]:
    """Read every statement or notice of a file; a line not booked yet is left for the day when it is.

    Raises ``StatementDoesNotAddUp``, and the refusals of ``statement_files`` and ``statement_lines``.
    """
    return tuple(_statements(data))


def _statements(data: bytes) -> Iterator[Statement]:
    booked: list[Line] = []
    number, position = "", 0
    last: etree._Element | None = None
    for name, element in parts(data):
        if name == "Ntry":
            # Asked once, while the statement is short: lxml looks through all of its children.
            number = number or _number(element)
            position += 1
            booked.extend(_booked(element, otherwise=f"{number}/{text(element, 'NtryRef') or position}"))
            element.clear(keep_tail=False)
            # The one before is let go, so that a long statement takes no more memory than a short one.
            if last is not None and last.getparent() is element.getparent() is not None:
                element.getparent().remove(last)  # type: ignore[union-attr]
            last = element
        elif name in _STATEMENTS:
            yield _statement(element, booked)
            booked, number, position, last = [], "", 0, None
            element.clear(keep_tail=False)


def _number(entry: etree._Element) -> str:
    statement = entry.getparent()
    number = None if statement is None else text(statement, "Id")
    if number is None:
        raise StatementIsIncomplete("Id", entry.sourceline or 0)
    return number[:_LONGEST_NAME]


def _booked(entry: etree._Element, *, otherwise: str) -> Iterator[Line]:
    if (text(entry, "Sts/Cd") or text(entry, "Sts")) == "BOOK":
        yield from lines(entry, otherwise=otherwise)


def _statement(element: etree._Element, booked: list[Line]) -> Statement:
    number, iban = text(element, "Id"), text(element, "Acct/Id/IBAN")
    if number is None or iban is None:
        raise StatementIsIncomplete("Acct/Id/IBAN" if number else "Id", element.sourceline or 0)
    balances = _balances(element)
    statement = Statement(number[:_LONGEST_NAME], iban, tuple(_distinct(booked)), balances)
    _refuse_a_hole(statement)
    return statement


def _distinct(booked: list[Line]) -> Iterator[Line]:
    # Some banks give one reference to several lines of a day; the second is then known as its second.
    seen: Counter[str] = Counter()
    for line in booked:
        seen[line.bank_reference] += 1
        times = seen[line.bank_reference]
        yield line if times == 1 else replace(line, bank_reference=f"{line.bank_reference}#{times}")


def _balances(statement: etree._Element) -> Balances | None:
    found = {text(balance, "Tp/CdOrPrtry/Cd"): balance for balance in statement.iterfind("{*}Bal")}
    opening = found.get("OPBD", found.get("PRCD"))
    closing = found.get("CLBD")
    if not found:
        return None
    if opening is None or closing is None:
        raise StatementIsIncomplete("Bal", statement.sourceline or 0)
    return Balances(
        opened_on=_day(opening),
        opening_cents=_signed_cents(opening),
        closed_on=_day(closing),
        closing_cents=_signed_cents(closing),
    )


def _refuse_a_hole(statement: Statement) -> None:
    if statement.balances is None:
        return
    moved = sum(line.amount_cents if line.is_credit else -line.amount_cents for line in statement.lines)
    missing = statement.balances.closing_cents - statement.balances.opening_cents - moved
    if missing:
        raise StatementDoesNotAddUp(statement.id, missing)


def _signed_cents(balance: etree._Element) -> int:
    cents = amount_cents(balance, "Amt")
    return cents if is_credit(balance) else -cents


def _day(balance: etree._Element) -> date:
    return day(balance, "Dt")
