"""Payables: what each shop took, in which payment it is, and what came of that; as a bookkeeper would note it."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

FACE = 1_000
WAITING, PAID, RETURNED, REJECTED, WITHDRAWN = "waiting", "paid", "returned", "rejected", "withdrawn"


@dataclass(eq=False)
class Taking:
    """A voucher that a shop took; ``payment`` while it is in one that did not come back."""

    redemption: UUID
    serial: str
    shop: int
    served_on: date
    payment: "Payment | None" = None
    given_back_on: date | None = None
    is_settled: bool = False

    @property
    def is_earned(self) -> bool:
        """Say whether the shop is to be paid for it, and it is in no payment."""
        return self.payment is None and self.given_back_on is None

    @property
    def is_claim(self) -> bool:
        """Say whether the shop owes it back: given back after it was frozen, and not settled."""
        return self.payment is not None and self.given_back_on is not None and not self.is_settled

    @property
    def cents(self) -> int:
        """What the shop is due for it; below zero where it owes it back."""
        given_back = self.given_back_on is not None
        return FACE * (1 - (self.payment is not None) - given_back + self.is_settled)


@dataclass(eq=False)
class Payment:
    """What a run pays to one shop, how the bank names it, and the lines by which the bank told of it."""

    run: "Run"
    name: str
    shop: int
    takings: list[Taking]
    state: str = WAITING
    lines: list[Any] = field(default_factory=list)

    @property
    def cents(self) -> int:
        """What the shop is paid."""
        return FACE * len(self.takings)

    def go(self, state: str) -> None:
        """Come to an end; unless it is paid, what it was for is earned again."""
        self.state = state
        if state != PAID:
            for taking in self.takings:
                taking.payment = None


@dataclass(eq=False)
class Run:
    """What was frozen on one day, by whom; ``order`` is what the office calls it by."""

    no: int
    by: Any
    order: Any
    payments: list[Payment] = field(default_factory=list)
    is_approved: bool = False
    is_exported: bool = False

    @property
    def staying(self) -> list[Payment]:
        """The payments that were not taken out."""
        return [payment for payment in self.payments if payment.state != WITHDRAWN]

    @property
    def has_left(self) -> bool:
        """Say whether it is too late to take anything out."""
        return self.is_exported or any(one.state not in {WAITING, WITHDRAWN} for one in self.payments)

    @property
    def waiting(self) -> int:
        """What is frozen and neither paid nor refused, in cents."""
        return sum(payment.cents for payment in self.payments if payment.state == WAITING)


def earned(takings: Iterable[Taking], *, until: date) -> list[Taking]:
    """List what may be paid, of services up to a day."""
    return [one for one in takings if one.is_earned and one.served_on <= until]


def owed(takings: Iterable[Taking]) -> list[Taking]:
    """List what is owed back, the oldest first."""
    return sorted((one for one in takings if one.is_claim), key=claimed)


def claimed(taking: Taking) -> tuple[date | None, str]:
    """Say when a taking became a claim, and of which voucher: claims are settled in this order."""
    return taking.given_back_on, taking.serial
