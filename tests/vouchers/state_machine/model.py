"""The model: a campaign as people would keep it on paper, without a ledger; what the books are compared with."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from uuid import UUID

from tests.vouchers.state_machine.almanac import Almanac
from tests.vouchers.state_machine.papers import PEOPLE, SIZE, STOCK, Carnet, Limits, Paper, Turn
from tests.vouchers.state_machine.payables import FACE, Payment, Run, Taking
from tests.vouchers.state_machine.purses import Purse, Refund, Waiting
from voucher_service.ledger import accounts


@dataclass
class Model:
    """All that is known of the campaign; ``desks`` and ``shops`` are the numbers of the sites and the venues.

    ``side`` names the account of its money; ``holds`` are those of each shop, by number, with who placed them;
    ``proposals`` to give claims up name who proposed it, and what.
    """

    almanac: Almanac
    side: str
    desks: tuple[int, ...]
    shops: tuple[int, ...]
    purses: dict[str, Purse]
    limits: Limits = field(default_factory=Limits)
    deposits: list[Waiting] = field(default_factory=list)
    carnets: list[Carnet] = field(default_factory=list)
    turns: list[Turn] = field(default_factory=list)
    takings: list[Taking] = field(default_factory=list)
    runs: list[Run] = field(default_factory=list)
    refunds: list[Refund] = field(default_factory=list)
    holds: dict[int, dict[int, object]] = field(default_factory=dict)
    proposals: list[tuple[UUID, object, list[Taking]]] = field(default_factory=list)
    given_up: set[UUID] = field(default_factory=set)
    money: int = 0
    expired: int = 0

    @property
    def payments(self) -> list[Payment]:
        """All payments of all runs."""
        return [payment for run in self.runs for payment in run.payments]

    @property
    def waiting(self) -> int:
        """What all runs hold for payment, in cents."""
        return sum(run.waiting for run in self.runs)

    def of_shop(self, shop: int) -> list[Taking]:
        """List what one shop took."""
        return [taking for taking in self.takings if taking.shop == shop]

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

    def promised_back(self, funder: str) -> int:
        """Sum what refunds under way take of what goes back to a funder."""
        return sum(one.cents for one in self.refunds if one.is_under_way and one.funder == funder)

    def balances(self) -> dict[str, int]:
        """Say what each account of the books must hold; an account that holds nothing is left out."""
        balances = _sum(self._money())
        for moves in (self._payables(), self._vouchers(), self._papers()):
            balances.update(_sum(moves))
        return {address: balance for address, balance in balances.items() if balance}

    def _money(self) -> Iterator[tuple[str, int]]:
        yield self.side, -self.money
        yield accounts.EXPIRED, self.expired
        for deposit in self.deposits:
            yield f"{accounts.SUSPENSE} of {deposit.funder}", deposit.left
        for funder, purse in self.purses.items():
            yield accounts.funds(funder), purse.paid
            yield accounts.pledged(funder), purse.promised
            yield accounts.receivable(funder), -purse.promised
            yield accounts.refund(funder), purse.going_back

    def _payables(self) -> Iterator[tuple[str, int]]:
        for taking in self.takings:
            yield accounts.LOSS, -FACE * taking.is_lost
            yield accounts.due(self.shops[taking.shop]), taking.cents
        for run in self.runs:
            yield accounts.run(run.no), run.waiting

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
