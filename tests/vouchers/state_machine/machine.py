"""The machine: one campaign in a transaction of its own, and the promises that are kept after each of its acts."""

from collections import Counter
from collections.abc import Callable
from copy import deepcopy
from dataclasses import replace
from functools import cache
from itertools import cycle
from typing import Any, TypeVar

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule
from sqlalchemy import text
from sqlalchemy.orm import Session

from tests.vouchers.state_machine.model import Carnet
from tests.vouchers.state_machine.stage import Stage
from voucher_service.kernel.refusal import Refusal
from voucher_service.ledger import accounts, record
from voucher_service.reports import findings

T = TypeVar("T")
pick = st.integers(0, 10_000)
_MOVES = text("""
SELECT entry_no, debit, credit, amount, colour FROM transfer
WHERE campaign_id = :campaign_id AND entry_no > :last""")


class Machine(RuleBasedStateMachine):
    """One campaign, two desks, two venues, two funders and one who is none, two people who come back."""

    def __init__(self, stage: Stage) -> None:
        super().__init__()
        self._connection = stage.database.engine.connect()
        self._everything = self._connection.begin()
        self._reader = Session(self._connection, join_transaction_mode="rollback_only")
        self.world = replace(stage.world, runner=self._do)
        self.stage, self.model = stage, deepcopy(stage.model)
        self.desks, self.shops, self.people = stage.desks, stage.shops, stage.people
        self.letters = cache(self.world.letters)
        self._booked, self._last_entry = Counter[str](), 0
        self._next_check = cycle(findings.CHECKS)

    def _do(self, command: Callable[[Session], T]) -> T:
        with (
            Session(
                self._connection, expire_on_commit=False, join_transaction_mode="create_savepoint"
            ) as session,
            session.begin(),
        ):
            return command(session)

    def teardown(self) -> None:
        """Check everything once more, all entries in their order, then undo the example."""
        try:
            self.sequence()
            assert findings.findings(self._reader) == []
        finally:
            self._everything.rollback()
            self._connection.close()

    @rule()
    def sequence(self) -> None:
        """Place the entries that wait for their place in the record."""
        self.world.do(lambda s: record.sequence(s, campaign_id=self.stage.campaign_id))

    @invariant()
    def the_books_agree_with_the_model(self) -> None:
        """Every account holds what the model says, and no other account holds anything."""
        self._read_on()
        assert {address: held for address, held in self._booked.items() if held} == self.model.balances()

    @invariant()
    def nothing_is_found(self) -> None:
        """The audit finds nothing: one of its checks after each step in turn, all of them at the end.

        What is written stays written, so that a check sees later what an earlier step did.
        """
        check = next(self._next_check)
        assert list(check(self._reader)) == []

    def _read_on(self) -> None:
        # What was written stays (the audit adds it all up again), so that only what is new is read.
        last = {"campaign_id": self.stage.campaign_id, "last": self._last_entry}
        for entry_no, debit, credit, amount, colour in self._connection.execute(_MOVES, last):
            self._booked[self._told_apart(debit, colour)] -= amount
            self._booked[self._told_apart(credit, colour)] += amount
            self._last_entry = max(self._last_entry, entry_no)

    def _told_apart(self, address: str, colour: int) -> str:
        return f"{address} of {self.stage.colours[colour]}" if address == accounts.SUSPENSE else address

    def carnet(self, which: int, likely: Callable[[Carnet], bool] = lambda _: True) -> Carnet:
        """Choose a booklet: three times in four one that the act is likely to take, if there is one."""
        chosen = [carnet for carnet in self.model.carnets if which % 4 == 0 or likely(carnet)]
        every = chosen or self.model.carnets
        return every[which // 4 % len(every)]

    def two_carnets(self, which: int, likely: Callable[[Carnet], bool]) -> list[Carnet]:
        """Choose two booklets in the same way, which may be one."""
        first, second = self.carnet(which, likely), self.carnet(which // 100, likely)
        return [first] if first is second else [first, second]


def is_refused(outcome: Any) -> bool:
    """Say whether an act was refused."""
    return isinstance(outcome, type) and issubclass(outcome, Refusal)
