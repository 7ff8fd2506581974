"""The bank: it pays, refuses or returns what was ordered, once, whatever it tells and however often."""

from datetime import date
from itertools import count

from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule
from sqlalchemy.orm import Session

from tests.settlement.office import IBAN
from tests.vouchers.state_machine.machine import Machine, alone, is_refused, likely, pick
from tests.vouchers.state_machine.payables import PAID, REJECTED, RETURNED, WAITING, WITHDRAWN, Payment
from tests.world import outcome_of
from voucher_service.identity.separation import DutiesAreIncompatible
from voucher_service.network import holds
from voucher_service.settlement import settling
from voucher_service.settlement.bank import own_payments
from voucher_service.settlement.matching import Booked, Matching
from voucher_service.settlement.outcomes import Fate

_LINES = count(1)
_FITS = {PAID: (WAITING,), REJECTED: (WAITING,), RETURNED: (PAID,)}
shop = st.integers(0, 1)


class Bank(Machine):
    """What the bank, or the public accountant, tells of payments; and the holds that follow."""

    @precondition(lambda self: self.model.runs)
    @rule(
        which=pick,
        fate=st.sampled_from([PAID, PAID, PAID, RETURNED, REJECTED]),
        more=st.sampled_from([0, 0, 0, 0, 500]),
        back=st.sampled_from([0, 0, 1]),
    )
    def hear(self, which: int, fate: str, more: int, back: int) -> None:
        """Hear of a payment: what is certain is written down, anything else moves nothing."""
        fitting = [one for one in self.model.payments if one.run.is_approved and one.state in _FITS[fate]]
        payment = likely(which, fitting, self.model.payments)
        self.hear_of(payment, fate, more=more, on=self.days_ago(back))

    def hear_of(self, payment: Payment, fate: str, *, on: date, more: int = 0) -> None:
        """Hear of one payment that it left, came back or was refused on a day."""
        self.day = on
        iban = IBAN if self.model.side == "bank" and fate != REJECTED else None
        line = Booked(iban, f"L{next(_LINES)}", payment.name, payment.cents + more, Fate(fate), on, "AC04")
        doubt = self._doubt(payment, fate, more)
        found = self._settled(line)
        if fate == REJECTED == payment.state:
            assert (found.known, found.matched, found.unmatched) == (1, [], [])
        elif doubt:
            assert [one.doubt.value for one in found.unmatched] == [doubt]
        else:
            assert [one.booked for one in found.matched] == [line]
            self._ended(payment, fate, line)

    @precondition(lambda self: any(payment.lines for payment in self.model.payments))
    @rule(which=pick)
    def hear_again(self, which: int) -> None:
        """Hear the same again: nothing changes."""
        lines = [line for payment in self.model.payments for line in payment.lines]
        found = self._settled(lines[which % len(lines)])
        assert (found.known, found.matched, found.unmatched) == (1, [], [])

    @rule(shop=shop, by_head=st.booleans())
    def hold(self, shop: int, by_head: bool) -> None:
        """Hold the payments of a shop."""
        by = self.finance(by_head)
        placed = self.world.do(
            lambda s: holds.place(
                s, operator_id=self.operator(shop), cause=holds.Cause.ENQUIRY, at=self.world.at, by=by
            )
        )
        self.model.holds.setdefault(shop, {})[placed.id] = by

    @precondition(lambda self: any(self.model.holds.values()))
    @rule(which=pick, alone=alone)
    def lift(self, which: int, alone: bool) -> None:
        """Lift a hold, which another person or the service placed."""
        standing = [(known, one) for known in self.model.holds.values() for one in known]
        known, hold_id = standing[which % len(standing)]
        by = self.second(known[hold_id], alone=alone)
        outcome = outcome_of(
            lambda: self.world.do(
                lambda s: holds.lift(s, hold_id=hold_id, reason="Vérifié", at=self.world.at, by=by)
            )
        )
        if known[hold_id] == by:
            assert outcome is DutiesAreIncompatible
        else:
            assert not is_refused(outcome)
            del known[hold_id]

    def _doubt(self, payment: Payment, fate: str, more: int) -> str | None:
        was_paid = payment.state in {PAID, RETURNED}
        doubts = {
            "paid-already": fate != RETURNED and was_paid,
            "rejected-already": payment.state == REJECTED,
            "returned-already": fate == RETURNED == payment.state,
            "withdrawn": payment.state == WITHDRAWN,
            "amount-differs": more,
            "not-approved": not payment.run.is_approved,
            "not-paid": fate == RETURNED and not was_paid,
            "money-is-short": fate == PAID and payment.cents > self.model.money,
        }
        return next((doubt for doubt, applies in doubts.items() if applies), None)

    def _ended(self, payment: Payment, fate: str, line: Booked) -> None:
        payment.lines.append(line)
        self.model.money += {PAID: -payment.cents, RETURNED: payment.cents, REJECTED: 0}[fate]
        payment.go(fate)
        known = self.model.holds.setdefault(payment.shop, {})
        if fate != PAID and None not in known.values():
            [placed] = self._returned(payment.shop)
            known[placed] = None

    def _returned(self, shop: int) -> list[int]:
        standing = self.world.do(lambda s: holds.open_of(s, operator_id=self.operator(shop)))
        return [one.id for one in standing if one.cause is holds.Cause.RETURNED_PAYMENT]

    def _settled(self, line: Booked) -> Matching:
        def settle(session: Session) -> Matching:
            found, _ = settling.settle(session, [line], at=self.world.at, by=self.office.clerk)
            own_payments.hold_returned(session, found.matched, at=self.world.at)
            return found

        done: Matching = self.world.do(settle)
        return done
