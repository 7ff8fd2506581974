"""Money: funders promise and pay, too little or too much; what nobody understands is cleared; the rest goes back."""

from datetime import date
from functools import partial
from itertools import count
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from tests.vouchers.state_machine.machine import Machine, is_refused, pick
from tests.vouchers.state_machine.purses import Waiting
from tests.vouchers.state_machine.stage import ELSEWHERE, IN_THE_KEY
from tests.world import outcome_of
from voucher_service.funding import deposits, pledges, suspense

_REFERENCES = count(1)
cents = st.sampled_from([1_000, 2_500, 5_000, 10_000])
funder = st.sampled_from([*IN_THE_KEY, ELSEWHERE])


class Money(Machine):
    """What funders and finance do."""

    @rule(cents=st.sampled_from([5_000, 10_000, 15_000]))
    def receive_money(self, cents: int) -> None:
        """Have the métropole promise money and pay it."""
        self.world.pledge(cents)
        self.model.purses["metropole"].promised += cents
        self.deposit("metropole", cents)

    @rule(funder=funder, cents=st.sampled_from([-5_000, -2_500, 2_500, 5_000]))
    def amend_a_promise(self, funder: str, cents: int) -> None:
        """Promise more or less; never less than nothing, and only who is in the key."""
        outcome = outcome_of(
            lambda: self.world.do(
                lambda s: pledges.pledge(
                    s,
                    series=self.world.series,
                    funder=funder,
                    kind=pledges.PledgeKind.AMENDMENT,
                    amount_cents=cents,
                    reference="Avenant",
                    dated_on=self.today,
                    at=self.world.at,
                    by=self.world.finance,
                )
            )
        )
        purse = self.model.purses.get(funder)
        if purse is None:
            assert outcome is pledges.FunderIsNotInTheKey
        elif purse.promised + cents < 0:
            assert outcome is pledges.PledgeIsMostlyPaid
        else:
            assert not is_refused(outcome)
            purse.promised += cents

    @rule(funder=st.none() | funder, cents=cents)
    def deposit(self, funder: str | None, cents: int) -> None:
        """Receive what was promised, more, less, from someone who promised nothing, or from nobody known."""
        reference = f"LIGNE-{next(_REFERENCES)}"
        self.world.deposit(cents, funder, reference)
        purse = self.model.purses.get(funder or "")
        understood = min(purse.promised, cents) if purse else 0
        if purse:
            purse.promised -= understood
            purse.paid += understood
        self.model.money += cents
        self.model.deposits.append(Waiting(reference, funder, cents, cents - understood, self.today))

    @precondition(lambda self: self.model.deposits)
    @rule(which=pick, more=st.sampled_from([0, 500]))
    def deposit_again(self, which: int, more: int) -> None:
        """Read a bank statement twice: the same line changes nothing, another amount under its name is refused."""
        known = self._deposit(which)
        outcome = outcome_of(
            lambda: self.world.deposit(known.cents + more, known.funder, known.reference, known.on)
        )
        assert outcome is (deposits.DepositDiffers if more else None)

    @precondition(lambda self: self.model.deposits)
    @rule(which=pick, funder=funder, cents=cents)
    def attribute(self, which: int, funder: str, cents: int) -> None:
        """Say whose the money in suspense is: at most what waits of that deposit, and what is promised."""
        source, purse = self._deposit(which), self.model.purses.get(funder)
        reference, outcome = self._clear(source, funder, cents)
        if purse is None:
            assert outcome is pledges.FunderIsNotInTheKey
        elif cents > source.left:
            assert outcome is suspense.LessIsWaiting
        elif cents > purse.promised:
            assert outcome is suspense.PledgeIsTooSmall
        else:
            assert not is_refused(outcome)
            source.left -= cents
            source.clearances[reference] = (funder, cents, self.today)
            purse.promised -= cents
            purse.paid += cents

    @precondition(lambda self: self.model.deposits)
    @rule(which=pick, cents=cents)
    def send_money_back(self, which: int, cents: int) -> None:
        """Send money in suspense back to its sender: at most what waits of that deposit."""
        source = self._deposit(which)
        reference, outcome = self._clear(source, None, cents)
        if cents > source.left:
            assert outcome is suspense.LessIsWaiting
        elif cents > self.model.money:
            assert outcome is deposits.MoneyIsShort
        else:
            assert not is_refused(outcome)
            source.left -= cents
            source.clearances[reference] = (None, cents, self.today)
            self.model.money -= cents

    @precondition(lambda self: any(deposit.clearances for deposit in self.model.deposits))
    @rule(which=pick, more=st.sampled_from([0, 500]))
    def clear_again(self, which: int, more: int) -> None:
        """Decide twice under one name: the same decision changes nothing, another one is refused."""
        cleared = [deposit for deposit in self.model.deposits if deposit.clearances]
        source = cleared[which % len(cleared)]
        reference = list(source.clearances)[which % len(source.clearances)]
        funder, cents, on = source.clearances[reference]
        _, outcome = self._clear(source, funder, cents + more, (reference, on))
        if more:
            assert outcome is suspense.ClearanceDiffers
        else:
            assert outcome.reference == reference

    @rule(funder=st.sampled_from(IN_THE_KEY), cents=cents)
    def refund(self, funder: str, cents: int) -> None:
        """Give a funder back what is in no voucher."""
        outcome = outcome_of(
            lambda: self.world.do(
                lambda s: deposits.refund(
                    s,
                    series=self.world.series,
                    funder=funder,
                    amount_cents=cents,
                    reference="restitution",
                    paid_on=self.today,
                    at=self.world.at,
                    by=self.world.finance,
                )
            )
        )
        purse = self.model.purses[funder]
        if cents > purse.paid:
            assert outcome is deposits.FundsAreShort
        elif cents > self.model.money:
            assert outcome is deposits.MoneyIsShort
        else:
            assert not is_refused(outcome)
            purse.paid -= cents
            self.model.money -= cents

    def _deposit(self, which: int) -> Waiting:
        return self.model.deposits[which % len(self.model.deposits)]

    def _clear(
        self, source: Waiting, funder: str | None, cents: int, again: tuple[str, date] | None = None
    ) -> tuple[str, Any]:
        reference, on = again or (f"DEC-{next(_REFERENCES)}", self.today)
        verb = partial(suspense.attribute, funder=funder) if funder else suspense.send_back
        outcome = outcome_of(
            lambda: self.world.do(
                lambda s: verb(
                    s,
                    series=self.world.series,
                    deposit=source.reference,
                    amount_cents=cents,
                    reference=reference,
                    reason="Virement non identifié",
                    decided_on=on,
                    at=self.world.at,
                    by=self.world.finance,
                )
            )
        )
        return reference, outcome
