"""Papers, as people would keep them in a notebook: vouchers, booklets, handovers, and what a campaign limits."""

from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from tests.vouchers.state_machine.payables import Taking

SIZE = 5
STOCK, PEOPLE = "stock", "people"


@dataclass
class Paper:
    """A voucher as a person would describe it; ``taking`` says where and for when it was taken last."""

    state: str = "inactive"
    issue: int = 1
    taking: Taking | None = None

    @property
    def is_left(self) -> bool:
        """Say whether the paper still travels with its booklet, and may be lost or replaced."""
        return self.state in {"inactive", "live"}


@dataclass(eq=False)
class Turn:
    """A handover: booklets given to one person at once."""

    handover: UUID
    desk: int
    person: UUID | None
    carnets: "list[Carnet]"


@dataclass(eq=False)
class Carnet:
    """A booklet as a person would describe it: where it is, since when; ``is_touched`` since it came there."""

    number: str
    since: date
    place: str = STOCK
    is_active: bool = False
    turn: Turn | None = None
    is_touched: bool = False
    is_over: bool = False
    papers: dict[str, Paper] = field(default_factory=dict)

    @property
    def left(self) -> int:
        """Papers that still travel with the booklet."""
        return sum(paper.is_left for paper in self.papers.values())

    @property
    def bound(self) -> int:
        """Papers that have not ended: all but the void and the expired."""
        return sum(paper.state not in {"void", "expired"} for paper in self.papers.values())

    def go(self, place: str, on: date, turn: Turn | None = None) -> None:
        """Come to a place on a day: from nobody in particular, or in a handover."""
        self.place, self.since, self.turn, self.is_touched = place, on, turn, False

    def expire(self) -> tuple[int, int]:
        """End what is left, and say how many papers that were, and how many of them were worth something."""
        left, live = self.left, self.count("live")
        for paper in self.papers.values():
            paper.state = "expired" if paper.is_left else paper.state
        self.is_touched = self.is_over = True
        return left, live

    def count(self, state: str) -> int:
        """Count the papers in one state."""
        return sum(paper.state == state for paper in self.papers.values())

    def taken_at(self, shop: int, served_on: date) -> int:
        """Count what one venue took of the booklet for one day, and did not give back."""
        taken = [paper.taking for paper in self.papers.values() if paper.state == "spent"]
        return sum((one.shop, one.served_on) == (shop, served_on) for one in taken if one)


@dataclass
class Limits:
    """What the campaign limits; None: without limit."""

    booklets_per_person: int | None = None
    vouchers_per_visit: int | None = None
    ceiling_cents: int | None = None

    def allows_booklets(self, booklets: int) -> bool:
        """Say whether one person may have so many booklets."""
        return self.booklets_per_person is None or booklets <= self.booklets_per_person

    def allows_vouchers(self, vouchers: int) -> bool:
        """Say whether one visit may take so many vouchers."""
        return self.vouchers_per_visit is None or vouchers <= self.vouchers_per_visit

    def allows_cents(self, cents: int) -> bool:
        """Say whether booklets of so much face value may be produced in all."""
        return self.ceiling_cents is None or cents <= self.ceiling_cents
