"""The model: a campaign as people would keep it on paper, without a ledger; what the books are compared with."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from voucher_service.ledger import accounts

FACE, SIZE = 1_000, 5
STOCK, PEOPLE = "stock", "people"


@dataclass
class Paper:
    """A voucher as a person would describe it; ``shop`` and ``served_on`` say where and for when it was taken."""

    state: str = "inactive"
    issue: int = 1
    redemption: UUID | None = None
    shop: int = 0
    served_on: date | None = None

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
    """A booklet as a person would describe it; ``is_touched`` since it was handed over in this ``turn``."""

    number: str
    place: str = STOCK
    is_active: bool = False
    turn: Turn | None = None
    is_touched: bool = False
    papers: dict[str, Paper] = field(default_factory=dict)

    @property
    def left(self) -> int:
        """Papers that still travel with the booklet."""
        return sum(paper.is_left for paper in self.papers.values())

    @property
    def bound(self) -> int:
        """Papers that have not ended: all but the void and the expired."""
        return sum(paper.state not in {"void", "expired"} for paper in self.papers.values())

    def go(self, place: str, turn: Turn | None = None) -> None:
        """Come to a place: from nobody in particular, or in a handover."""
        self.place, self.turn, self.is_touched = place, turn, False

    def count(self, state: str) -> int:
        """Count the papers in one state."""
        return sum(paper.state == state for paper in self.papers.values())

    def taken_at(self, shop: int, served_on: date) -> int:
        """Count what one venue took of the booklet for one day, and did not give back."""
        return sum(
            (paper.state, paper.shop, paper.served_on) == ("spent", shop, served_on)
            for paper in self.papers.values()
        )


@dataclass
class Purse:
    """One funder's money: what it promises still, and what it paid that is in no voucher."""

    promised: int = 0
    paid: int = 0


@dataclass
class Waiting:
    """A deposit, and what of it is not understood yet."""

    reference: str
    funder: str | None
    cents: int
    left: int
    clearances: "dict[str, tuple[str | None, int]]" = field(default_factory=dict)


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

    def allows_face(self, booklets: int) -> bool:
        """Say whether so many booklets may be produced in all."""
        return self.ceiling_cents is None or booklets * SIZE * FACE <= self.ceiling_cents


@dataclass
class Model:
    """All that is known of the campaign; ``desks`` and ``shops`` are the numbers of the sites and the venues."""

    desks: tuple[int, ...]
    shops: tuple[int, ...]
    purses: dict[str, Purse]
    limits: Limits = field(default_factory=Limits)
    deposits: list[Waiting] = field(default_factory=list)
    carnets: list[Carnet] = field(default_factory=list)
    turns: list[Turn] = field(default_factory=list)
    money: int = 0
    expired: int = 0
    due: Counter[int] = field(default_factory=Counter)

    def spent(self) -> list[tuple[Carnet, Paper]]:
        """List what was taken and not given back."""
        return [
            (carnet, paper)
            for carnet in self.carnets
            for paper in carnet.papers.values()
            if paper.state == "spent"
        ]

    def held_by(self, person: UUID | None) -> int:
        """Count the booklets that one person has; nobody knows this of a person who is not named."""
        if person is None:
            return 0
        return sum(
            carnet.place == PEOPLE and carnet.bound > 0
            for turn in self.turns
            for carnet in turn.carnets
            if turn.person == person and carnet.turn is turn
        )

    def balances(self) -> dict[str, int]:
        """Say what each account of the books must hold; an account that holds nothing is left out."""
        balances = {**_sum(self._money()), **_sum(self._vouchers()), **_sum(self._papers())}
        return {address: balance for address, balance in balances.items() if balance}

    def _money(self) -> Iterator[tuple[str, int]]:
        yield "bank", -self.money
        yield accounts.EXPIRED, self.expired
        for deposit in self.deposits:
            yield f"{accounts.SUSPENSE} of {deposit.funder}", deposit.left
        for funder, purse in self.purses.items():
            yield accounts.funds(funder), purse.paid
            yield accounts.pledged(funder), purse.promised
            yield accounts.receivable(funder), -purse.promised
        for shop, cents in self.due.items():
            yield accounts.due(self.shops[shop]), cents

    def _vouchers(self) -> Iterator[tuple[str, int]]:
        for carnet in self.carnets:
            yield accounts.booklet(carnet.number), carnet.bound
            yield accounts.BOUND, -carnet.bound
            for serial, paper in carnet.papers.items():
                if paper.state == "live":
                    yield accounts.voucher(serial, paper.issue), FACE

    def _papers(self) -> Iterator[tuple[str, int]]:
        places = {STOCK: accounts.STOCK, PEOPLE: accounts.BENEFICIARIES}
        places |= {f"desk{desk}": accounts.prescriber(no) for desk, no in enumerate(self.desks)}
        for carnet in self.carnets:
            replaced = sum(paper.issue - 1 for paper in carnet.papers.values())
            yield places[carnet.place], carnet.left
            yield accounts.USED, carnet.count("spent")
            yield accounts.EXPIRED_PAPERS, carnet.count("expired")
            yield accounts.VOID, carnet.count("void") + replaced
            yield accounts.TAKEN_IN_CHARGE, -SIZE - replaced


def _sum(moves: Iterable[tuple[str, int]]) -> Counter[str]:
    balances = Counter[str]()
    for address, amount in moves:
        balances[address] += amount
    return balances
