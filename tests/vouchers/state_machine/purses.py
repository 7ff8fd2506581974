"""Purses: what each funder promised and paid, what nobody understands yet, and what is to go back."""

from dataclasses import dataclass, field
from datetime import date
from typing import Any

PREPARED, APPROVED, PAID, WITHDRAWN = "prepared", "approved", "paid", "withdrawn"


@dataclass
class Purse:
    """One funder's money: what it promises still, what it paid that is in no voucher, and what goes back to it."""

    promised: int = 0
    paid: int = 0
    going_back: int = 0


@dataclass
class Waiting:
    """A deposit of a day, and what of it is not understood yet; decisions by their reference."""

    reference: str
    funder: str | None
    cents: int
    left: int
    on: date
    clearances: dict[str, tuple[str | None, int, date]] = field(default_factory=dict)


@dataclass(eq=False)
class Refund:
    """What somebody prepared to go back to a funder, out of what expired or (``is_unspent``) was never used."""

    no: int
    funder: str
    cents: int
    is_unspent: bool
    by: Any
    state: str = PREPARED

    @property
    def is_under_way(self) -> bool:
        """Say whether it is neither paid nor withdrawn."""
        return self.state in {PREPARED, APPROVED}
