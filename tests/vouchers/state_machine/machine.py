"""The machine: one campaign in a transaction of its own, and the promises that are kept after each of its acts."""

from collections import Counter
from collections.abc import Callable, Sequence
from copy import deepcopy
from dataclasses import replace
from datetime import date, timedelta
from functools import cache
from itertools import cycle
from typing import Any, TypeVar
from uuid import UUID

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule
from sqlalchemy import text
from sqlalchemy.orm import Session

from tests.vouchers.state_machine.almanac import LAST_USE
from tests.vouchers.state_machine.papers import Carnet
from tests.vouchers.state_machine.stage import Stage
from voucher_service.kernel.actor import Actor
from voucher_service.kernel.refusal import Refusal
from voucher_service.ledger import accounts, record
from voucher_service.reports import findings

T = TypeVar("T")
UNTIL_THE_END = -1
pick = st.integers(0, 10_000)
alone = st.sampled_from([False, False, False, True])
days_back = st.sampled_from([0, 0, 0, 1, UNTIL_THE_END])
_MOVES = text("""
SELECT no, debit, credit, amount, colour, effective_on, coalesce(claimed_on, effective_on)
FROM entry JOIN transfer ON transfer.campaign_id = entry.campaign_id AND transfer.entry_no = entry.no
WHERE entry.campaign_id = :campaign_id AND entry.no > :last""")


class Machine(RuleBasedStateMachine):
    """One campaign, two desks, two venues, two funders and one who is none, two people who come back.

    An act that claims another day than today says so in ``day``.
    """

    def __init__(self, stage: Stage) -> None:
        super().__init__()
        self._connection = stage.database.engine.connect()
        self._everything = self._connection.begin()
        self._reader = Session(self._connection, join_transaction_mode="rollback_only")
        self.world = replace(stage.world, runner=self._do)
        self.office = stage.office.within(self.world)
        self.stage, self.model = stage, deepcopy(stage.model)
        self.desks, self.shops, self.people = stage.desks, stage.shops, stage.people
        self.letters = cache(self.world.letters)
        self._booked, self._last_entry = Counter[str](), 0
        self._next_check = cycle(findings.CHECKS)
        self.day: date | None = None
        self._read_on()

    @property
    def today(self) -> date:
        """The day on which everything is done."""
        return self.model.almanac.today

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
            found = findings.findings(self._reader)
            assert not found, found
        finally:
            self._everything.rollback()
            self._connection.close()

    @rule()
    def sequence(self) -> None:
        """Place the entries that wait for their place in the record."""
        self.world.do(lambda s: record.sequence(s, campaign_id=self.stage.campaign_id))

    @invariant()
    def the_books_agree_with_the_model(self) -> None:
        """Every account holds what the model says, and no other; each act counts on the day it claims, if open."""
        self._read_on()
        booked = {address: held for address, held in self._booked.items() if held}
        said = self.model.balances()
        assert booked == said, sorted(booked.items() ^ said.items())

    @invariant()
    def nothing_is_found(self) -> None:
        """The audit finds nothing: one of its checks after each step in turn, all of them at the end.

        What is written stays written, so that a check sees later what an earlier step did.
        """
        check = next(self._next_check)
        found = list(check(self._reader))
        assert not found, found

    def _read_on(self) -> None:
        # What was written stays (the audit adds it all up again), so that only what is new is read.
        last = {"campaign_id": self.stage.campaign_id, "last": self._last_entry}
        claimed = self.day or self.today
        days = (self.model.almanac.lands(claimed), claimed)
        for entry_no, debit, credit, amount, colour, *said in self._connection.execute(_MOVES, last):
            assert tuple(said) == days, (entry_no, said, days)
            self._booked[self._told_apart(debit, colour)] -= amount
            self._booked[self._told_apart(credit, colour)] += amount
            self._last_entry = max(self._last_entry, entry_no)
        self.day = None

    def _told_apart(self, address: str, colour: int) -> str:
        return f"{address} of {self.stage.colours[colour]}" if address == accounts.SUSPENSE else address

    def finance(self, is_head: bool) -> Actor:
        """Name one of the two people of finance."""
        return self.office.head if is_head else self.office.clerk

    def second(self, first: Any, *, alone: bool) -> Actor:
        """Name the other person of finance, or (``alone``) the one who did the first half already."""
        return self.finance((first == self.office.head) == alone)

    def operator(self, shop: int) -> UUID:
        """Name the operator of a shop."""
        return self.shops[shop].clerk.organisation_id

    def days_ago(self, back: int) -> date:
        """Name the day so many days ago; or the last day of use, once that is over."""
        return min(self.today, LAST_USE) if back == UNTIL_THE_END else self.today - timedelta(days=back)

    def carnet(self, which: int, fits: Callable[[Carnet], bool] = lambda _: True) -> Carnet:
        """Choose a booklet: three times in four one that the act is likely to take, if there is one."""
        return likely(which, [one for one in self.model.carnets if fits(one)], self.model.carnets)

    def two_carnets(self, which: int, fits: Callable[[Carnet], bool]) -> list[Carnet]:
        """Choose two booklets in the same way, which may be one."""
        first, second = self.carnet(which, fits), self.carnet(which // 100, fits)
        return [first] if first is second else [first, second]


def likely(which: int, chosen: Sequence[T], every: Sequence[T]) -> T:
    """Choose one of ``every``: three times in four one of the ``chosen``, if there is one."""
    among = (chosen if which % 4 else every) or every
    return among[which // 4 % len(among)]


def is_refused(outcome: Any) -> bool:
    """Say whether an act was refused."""
    return isinstance(outcome, type) and issubclass(outcome, Refusal)
