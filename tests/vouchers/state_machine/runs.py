"""Runs: what shops earned is frozen, approved by another person, changed, and leaves the house."""

from datetime import date
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from tests.vouchers.state_machine.machine import Machine, alone, is_refused, likely, pick
from tests.vouchers.state_machine.payables import FACE, WITHDRAWN, Payment, Run, Share, earned, owed
from tests.world import outcome_of
from voucher_service.funding.deposits import MoneyIsShort
from voucher_service.identity.separation import DutiesAreIncompatible
from voucher_service.kernel.actor import Actor
from voucher_service.settlement import approval, changes, exports, freezing, orders, withdrawing
from voucher_service.settlement.exports import Form, Written


class Runs(Machine):
    """What finance does with what is due."""

    @precondition(lambda self: self.model.takings)
    @rule(
        back=st.sampled_from([0, 0, 0, 1]),
        least=st.sampled_from([None, None, 2 * FACE, 3 * FACE]),
        is_last=st.sampled_from([False, False, True]),
        by_head=st.booleans(),
        looks=st.booleans(),
    )
    def freeze(self, back: int, least: int | None, is_last: bool, by_head: bool, looks: bool) -> None:
        """Freeze what is due up to a day, as it was foreseen; who is held, owes more or earned too little waits."""
        wanted: dict[str, Any] = {"minimum_cents": least, "is_last": is_last}
        self.freeze_up_to(self.days_ago(back), self.finance(by_head), wanted, looks=looks)

    def freeze_up_to(self, until: date, by: Actor, wanted: dict[str, Any], *, looks: bool = False) -> None:
        """Freeze what is due up to a day, as this person."""
        least = 0 if wanted["is_last"] else wanted["minimum_cents"] or 0
        shares = [self._share(shop, until) for shop in range(len(self.shops))]
        reasons = {share.shop: share.reason_against(least) for share in shares if share.owed or share.takings}
        chosen = [share for share in shares if reasons.get(share.shop, "nothing") is None]
        if looks:
            self._foresee(self.office.look(until, **wanted), chosen, reasons)
        outcome = outcome_of(lambda: self.office.freeze(until, by=by, **wanted))
        if not chosen:
            assert outcome is freezing.NothingIsDue
        elif self.model.waiting + sum(share.net for share in chosen) > self.model.money:
            assert outcome is MoneyIsShort
        else:
            assert (outcome.payments, outcome.redemptions) == (
                len(chosen),
                sum(len(one.takings) for one in chosen),
            )
            assert (outcome.total_cents, outcome.net_cents) == _sums(chosen)
            self._frozen(Run(outcome.no, by, outcome), chosen)

    @precondition(lambda self: self.model.runs)
    @rule(which=pick, alone=alone, looks=st.sampled_from([True, True, True, False]))
    def approve(self, which: int, alone: bool, looks: bool) -> None:
        """Approve a run, as another person than who froze it, for what it holds now."""
        waiting = [run for run in self.model.runs if run.staying and not run.is_approved]
        run = likely(which, waiting, self.model.runs)
        self.approve_as(run, self.second(run.by, alone=alone), looks=looks)

    def approve_as(self, run: Run, by: Actor, *, looks: bool = True) -> None:
        """Approve a run as this person, who looked at it or not."""
        seen = None if looks else bytes(32)
        outcome = outcome_of(lambda: self.office.approve(run.order, by, seen))
        if by == run.by:
            assert outcome is DutiesAreIncompatible
        elif not run.staying:
            assert outcome is changes.RunIsCancelled
        elif run.is_approved:
            assert outcome is approval.RunIsApproved
        elif not looks:
            assert outcome is approval.RunContentDiffers
        elif self.model.waiting > self.model.money:
            assert outcome is MoneyIsShort
        else:
            assert not is_refused(outcome)
            run.is_approved = True

    @precondition(lambda self: self.model.runs)
    @rule(which=pick)
    def withdraw(self, which: int) -> None:
        """Take one payment out of a run that has not left: what it was for is due again, once."""
        payments = self.model.payments
        payment = likely(which, [one for one in payments if not one.run.has_left], payments)
        outcome = outcome_of(lambda: self.office.withdraw(payment.name))
        if not payment.run.has_left and payment.state == WITHDRAWN:
            assert outcome is withdrawing.PaymentIsWithdrawn
        else:
            self._taken_out(payment.run, [payment], outcome)

    @precondition(lambda self: self.model.runs)
    @rule(which=pick)
    def cancel(self, which: int) -> None:
        """Take all payments out of a run that has not left."""
        run = likely(which, [run for run in self.model.runs if not run.has_left], self.model.runs)
        outcome = outcome_of(lambda: self.office.cancel(run.order))
        if not run.has_left and not run.staying:
            assert outcome is changes.RunIsCancelled
        else:
            self._taken_out(run, run.staying, outcome)

    @precondition(lambda self: self.model.runs)
    @rule(which=pick)
    def export(self, which: int) -> None:
        """Take an approved run out of the house, once or again."""
        run = likely(which, [run for run in self.model.runs if run.is_approved], self.model.runs)
        outcome = outcome_of(lambda: self.world.do(lambda s: self._export(s, run)))
        if not run.staying:
            assert outcome is changes.RunIsCancelled
        elif not run.is_approved:
            assert outcome is approval.RunIsNotApproved
        else:
            assert outcome.is_again == run.is_exported
            run.is_exported = True

    def _share(self, shop: int, until: date) -> Share:
        takings = self.model.of_shop(shop)
        is_held = bool(self.model.holds.get(shop))
        return Share(
            shop, earned(takings, until=until), owed(takings), is_held, nets=self.model.side == "bank"
        )

    def _foresee(self, seen: Any, chosen: list[Share], reasons: dict[int, str | None]) -> None:
        paid = {one.operator_id: (one.amount_cents, one.net_cents) for one in seen.payments}
        assert paid == {self.operator(share.shop): (share.gross, share.net) for share in chosen}
        left_out = {one.operator_id: one.reason.value for one in seen.left_out}
        assert left_out == {self.operator(shop): reason for shop, reason in reasons.items() if reason}
        assert seen.is_covered == (self.model.waiting + seen.net_cents <= self.model.money)

    def _frozen(self, run: Run, chosen: list[Share]) -> None:
        self.model.runs.append(run)
        for place, share in enumerate(chosen, 1):
            name = f"{self.world.series}-R{run.no}-{place}"
            run.payments.append(Payment(run, name, share.shop, share.takings, share.taken))
            run.payments[-1].begin()

    def _taken_out(self, run: Run, payments: list[Payment], outcome: Any) -> None:
        if run.has_left:
            assert outcome is withdrawing.RunHasLeft
        elif any(payment.is_repaid for payment in payments):
            assert outcome is withdrawing.PaymentIsRepaid
        else:
            assert not is_refused(outcome)
            run.is_approved = False
            for payment in payments:
                payment.go(WITHDRAWN)

    def _export(self, session: Any, run: Run) -> Any:
        said: dict[str, Any] = {"at": self.world.at, "by": self.office.clerk}
        if self.model.side == "bank":
            return orders.export(session, series=self.world.series, run=run.no, **said)
        sent = Written(f"L{run.no}", len(run.staying), sum(one.cents for one in run.staying), b"liste")
        return exports.export(session, run.order, form=Form.MANDATE_LIST, write=lambda: [sent], **said)


def _sums(shares: list[Share]) -> tuple[int, int]:
    return sum(share.gross for share in shares), sum(share.net for share in shares)
