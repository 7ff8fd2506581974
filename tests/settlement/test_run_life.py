"""Runs in any order of acts: frozen, approved, changed, cancelled, exported, paid, returned; the books stay true."""

from collections.abc import Callable
from contextlib import suppress
from functools import partial
from itertools import cycle
from typing import Any, ClassVar, TypeVar

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test
from sqlalchemy.orm import Session

from tests.settlement.camt import entry
from tests.settlement.office import Office, Scene, opened
from tests.world import NOW, Shop, World
from voucher_service.kernel.database import Database
from voucher_service.kernel.keys import Keyring
from voucher_service.kernel.refusal import Refusal
from voucher_service.network import holds
from voucher_service.reports import findings
from voucher_service.settlement import progress, runs
from voucher_service.settlement.progress import State
from voucher_service.settlement.runs import PaymentRun

T = TypeVar("T")
_PLACE = st.integers(0, 7)


class RunLife(RuleBasedStateMachine):
    """Two people of finance do anything, in any order; what they may not do is refused and changes nothing."""

    database: ClassVar[Database]
    keyring: ClassVar[Keyring]

    def __init__(self) -> None:
        super().__init__()
        self._connection = self.database.engine.connect()
        self._everything = self._connection.begin()
        self.scene: Scene = opened(World(self._do, self.keyring), booklets=2)
        self.office: Office = self.scene.office.within(World(self._attempted, self.keyring))
        self.frozen: list[PaymentRun] = []
        self.redeemed: list[Any] = []
        self.lines = 0
        self._next_check = cycle(findings.CHECKS)

    @rule(first=st.booleans())
    def earn(self, first: bool) -> None:
        """A venue takes the next pass."""
        used = len(self.redeemed)
        if used < len(self.scene.serials):
            shop = self.scene.shop if first else self.scene.other
            self.redeemed += self.scene.office.earned(shop, self.scene.serials[used : used + 1])

    @rule()
    def freeze(self) -> None:
        """Finance freezes what is due."""
        run = self.office.freeze()
        if run is not None:
            self.frozen.append(run)

    @rule(place=_PLACE)
    def approve(self, place: int) -> None:
        """The other person approves a run, as it is now."""
        if self.frozen:
            self.office.approve(self.frozen[place % len(self.frozen)])

    @rule(place=_PLACE, number=st.integers(1, 2))
    def withdraw(self, place: int, number: int) -> None:
        """A payment is taken out."""
        if self.frozen:
            self.office.withdraw(f"PN-2026-R{self.frozen[place % len(self.frozen)].no}-{number}")

    @rule(place=_PLACE)
    def cancel(self, place: int) -> None:
        """A run is cancelled."""
        if self.frozen:
            self.office.cancel(self.frozen[place % len(self.frozen)])

    @rule(place=_PLACE)
    def export(self, place: int) -> None:
        """A run leaves the house."""
        if self.frozen:
            with suppress(Refusal):
                self.scene.office.export(self.frozen[place % len(self.frozen)])

    @rule(place=_PLACE, number=st.integers(0, 1), comes_back=st.booleans())
    def hear(self, place: int, number: int, comes_back: bool) -> None:
        """The bank books a payment, or one that came back."""
        if not self.frozen:
            return
        payments = self._do(lambda s: runs.payments(s, self.frozen[place % len(self.frozen)]))
        payment = payments[number % len(payments)]
        self.lines += 1
        self.office.hear(
            entry(
                f"{payment.amount_cents // 100}.00",
                side="CRDT" if comes_back else "DBIT",
                reference=f"L{self.lines}",
                end_to_end=payment.end_to_end_id,
            ),
            number=f"S{self.lines}",
        )
        self._lift()

    @rule(place=_PLACE)
    def reverse(self, place: int) -> None:
        """Finance gives a redemption back."""
        if self.redeemed:
            self.office.reverse(self.redeemed[place % len(self.redeemed)])

    @invariant()
    def books_are_true(self) -> None:
        """One promise of the service after each step in turn, and every run is where its facts say."""
        check = next(self._next_check)
        assert self._do(lambda session: list(check(session))) == []
        for run in self.frozen:
            come = self._do(partial(progress.of_run, run=run))
            assert (come.state is State.CANCELLED) == (come.standing.payments == 0)
            assert (self.scene.office.world.balance(f"run/{run.no}") == 0) == come.is_closed

    def teardown(self) -> None:
        """Check everything once more, then undo the example."""
        try:
            assert self._do(findings.findings) == []
        finally:
            self._everything.rollback()
            self._connection.close()

    def _do(self, command: Callable[[Session], T]) -> T:
        with (
            Session(
                self._connection, expire_on_commit=False, join_transaction_mode="create_savepoint"
            ) as session,
            session.begin(),
        ):
            return command(session)

    def _attempted(self, command: Callable[[Session], T]) -> T | None:
        try:
            return self._do(command)
        except Refusal:
            return None

    def _lift(self) -> None:
        for shop in (self.scene.shop, self.scene.other):
            self._do(partial(self._lift_all, shop=shop))

    def _lift_all(self, session: Session, shop: Shop) -> None:
        for placed in holds.open_of(session, operator_id=shop.clerk.organisation_id):
            holds.lift(session, hold_id=placed.id, reason="Vérifié", at=NOW, by=self.scene.office.head)


def test_runs_in_any_order_of_acts_leave_the_books_true(database: Database, keyring: Keyring) -> None:
    RunLife.database, RunLife.keyring = database, keyring
    run_state_machine_as_test(
        RunLife,
        settings=settings(
            max_examples=12,
            stateful_step_count=25,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
