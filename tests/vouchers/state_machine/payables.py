"""Payables: what each shop took, in which payment it is, and what came of that; as a bookkeeper would note it."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

FACE = 1_000
REPAID, GIVEN_UP = "repaid", "given-up"
WAITING, PAID, RETURNED, REJECTED, WITHDRAWN = "waiting", "paid", "returned", "rejected", "withdrawn"


@dataclass(eq=False)
class Taking:
    """A voucher that a shop took; ``payment`` while it is in one that did not come back.

    Once it is given back and was paid, it ends: ``REPAID`` or ``GIVEN_UP``; or ``taken_by`` a payment that stands.
    """

    redemption: UUID
    serial: str
    shop: int
    served_on: date
    payment: "Payment | None" = None
    given_back_on: date | None = None
    ended: str | None = None
    taken_by: "Payment | None" = None

    @property
    def is_earned(self) -> bool:
        """Say whether the shop is to be paid for it (it was not given back, or its money was too), and is not."""
        gave = self.given_back_on is not None and self.ended != REPAID and self.taken_by is None
        return self.payment is None and not gave

    @property
    def is_claim(self) -> bool:
        """Say whether the shop owes it back: given back after it was frozen, and not ended."""
        return bool(self.payment and self.given_back_on and not self.has_ended)

    @property
    def has_ended(self) -> bool:
        """Say whether what the shop owed for it was repaid, given up or taken from another payment."""
        return self.ended is not None or self.taken_by is not None

    @property
    def is_lost(self) -> bool:
        """Say whether the shop keeps money that it owed."""
        return self.ended == GIVEN_UP and self.payment is not None

    @property
    def cents(self) -> int:
        """What the shop is due for it; below zero where it owes it back."""
        return FACE * (self.is_earned - self.is_claim)


@dataclass(eq=False)
class Payment:
    """What a run pays to one shop less what it owes, how the bank names it, and the lines by which it told of it."""

    run: "Run"
    name: str
    shop: int
    takings: list[Taking]
    claims: list[Taking]
    state: str = WAITING
    lines: list[Any] = field(default_factory=list)
    for_nothing: list[Taking] = field(default_factory=list)

    @property
    def cents(self) -> int:
        """What the shop is paid."""
        return FACE * (len(self.takings) - len(self.claims))

    @property
    def is_repaid(self) -> bool:
        """Say whether the shop gave back any of its money since: not what it had given back for nothing before."""
        return any(taking.has_ended for taking in self.takings if taking not in self.for_nothing)

    def begin(self) -> None:
        """Hold what it pays for, and what it takes back."""
        self.for_nothing = [taking for taking in self.takings if taking.has_ended]
        for taking in self.takings:
            taking.payment = self
        for claim in self.claims:
            claim.taken_by = self

    def go(self, state: str) -> None:
        """Come to an end; unless it is paid, what it was for is earned again, and what it took owed again."""
        self.state = state
        if state != PAID:
            for taking in self.takings:
                taking.payment = None
            for claim in self.claims:
                claim.taken_by = None


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


@dataclass
class Share:
    """What one shop would have of a run: what it earned, what it owes, and whether its payments are held."""

    shop: int
    takings: list[Taking]
    owed: list[Taking]
    is_held: bool
    nets: bool

    @property
    def taken(self) -> list[Taking]:
        """What of the debt is taken: all where a bank pays, nothing where an accountant does."""
        return self.owed if self.nets else []

    @property
    def gross(self) -> int:
        """What was earned, in cents."""
        return FACE * len(self.takings)

    @property
    def net(self) -> int:
        """What would be paid, in cents."""
        return self.gross - FACE * len(self.taken)

    def reason_against(self, least: int) -> str | None:
        """Say why nothing is paid, if the least that is paid is so much."""
        if not self.takings or self.net <= 0:
            return "claim"
        if self.is_held:
            return "hold"
        return "under-minimum" if self.net < least else None


def earned(takings: Iterable[Taking], *, until: date) -> list[Taking]:
    """List what may be paid, of services up to a day."""
    return [one for one in takings if one.is_earned and one.served_on <= until]


def owed(takings: Iterable[Taking]) -> list[Taking]:
    """List what is owed back, the oldest first."""
    return sorted((one for one in takings if one.is_claim), key=claimed)


def claimed(taking: Taking) -> tuple[date | None, str]:
    """Say when a taking became a claim, and of which voucher: claims are settled in this order."""
    return taking.given_back_on, taking.serial
