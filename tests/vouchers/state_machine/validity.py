"""Validity: what is left when the time is over expires, in steps; it is shared out, and goes back to the funders."""

from datetime import date
from functools import partial
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from tests.vouchers.state_machine.almanac import LAST_SHOWN, LAST_USE
from tests.vouchers.state_machine.machine import Machine, alone, is_refused, likely, pick
from tests.vouchers.state_machine.papers import STOCK, Carnet
from tests.vouchers.state_machine.payables import FACE
from tests.vouchers.state_machine.purses import APPROVED, PAID, PREPARED, WITHDRAWN, Refund
from tests.vouchers.state_machine.stage import ELSEWHERE, IN_THE_KEY
from tests.world import outcome_of
from voucher_service.funding import refunding, releases
from voucher_service.funding.deposits import FundsAreShort, MoneyIsShort
from voucher_service.funding.pledges import FunderIsNotInTheKey
from voucher_service.funding.refunds import RefundIsElsewhere, Source
from voucher_service.identity.separation import DutiesAreIncompatible
from voucher_service.vouchers import expiry
from voucher_service.vouchers.expiry import Stage

_LAST = {Stage.STOCK: LAST_USE, Stage.EVERYTHING: LAST_SHOWN}


class Validity(Machine):
    """What finance does at the end of a campaign."""

    @precondition(lambda self: self.today >= LAST_USE)
    @rule(stage=st.sampled_from(Stage), after=st.integers(0, 3), many=st.sampled_from([2, 4, 100]))
    def expire(self, stage: Stage, after: int, many: int) -> None:
        """Expire what is left of some booklets: of the stock, or wherever they are; once, and not before its time."""
        ended = [one for one in self.model.carnets[after : after + many] if self._is_ending(one, stage)]
        outcome = outcome_of(lambda: self._say(expiry.expire, stage=stage, after=after, booklets=many))
        if self.today <= _LAST[stage]:
            assert outcome is expiry.TimeIsNotOver
            return
        self.day = max([_LAST[stage], *(carnet.since for carnet in ended)])
        sums = [carnet.expire() for carnet in ended]
        papers, live = sum(one for one, _ in sums), sum(one for _, one in sums)
        assert (outcome.papers, outcome.value_cents) == (papers, live * FACE)
        self.model.expired += live * FACE

    @precondition(lambda self: self.today > LAST_USE)
    @rule()
    def share_out(self) -> None:
        """Share out what expired: the métropole advanced all of it."""
        outcome = outcome_of(lambda: self._say(releases.release, on=self.today))
        if not self.model.expired:
            assert outcome is releases.NothingHasExpired
            return
        assert outcome.shares == {"metropole": self.model.expired}
        self.model.purses["metropole"].going_back += self.model.expired
        self.model.expired = 0

    @rule(
        funder=st.sampled_from([*IN_THE_KEY, ELSEWHERE, "metropole", "metropole"]),
        cents=st.sampled_from([1_000, 4_000, 10_000]),
        is_unspent=st.booleans(),
        by_head=st.booleans(),
    )
    def prepare_a_refund(self, funder: str, cents: int, is_unspent: bool, by_head: bool) -> None:
        """Prepare that money goes back: what expired and waits, or what is in no voucher, set aside at once."""
        source, by = Source.UNSPENT if is_unspent else Source.EXPIRED, self.finance(by_head)
        given = {"source": source, "funder": funder, "amount_cents": cents, "reason": "Fin", "on": self.today}
        outcome = outcome_of(lambda: self._say(refunding.prepare, by=by, **given))
        purse = self.model.purses.get(funder)
        if purse is None:
            assert outcome is FunderIsNotInTheKey
        elif is_unspent and purse.paid < cents:
            assert outcome is FundsAreShort
        elif not is_unspent and purse.going_back - self.model.promised_back(funder) < cents:
            assert outcome is refunding.LessIsToBeRefunded
        else:
            assert not is_refused(outcome)
            purse.paid -= cents * is_unspent
            purse.going_back += cents * is_unspent
            self.model.refunds.append(Refund(outcome.no, funder, cents, is_unspent, by))

    @precondition(lambda self: self.model.refunds)
    @rule(which=pick, alone=alone)
    def approve_a_refund(self, which: int, alone: bool) -> None:
        """Approve a refund, as another person than who prepared it."""
        refund = self._refund(which, PREPARED)
        by = self.second(refund.by, alone=alone)
        outcome = outcome_of(lambda: self._say(refunding.approve, no=refund.no, on=self.today, by=by))
        if refund.state != PREPARED:
            assert outcome is RefundIsElsewhere
        elif by == refund.by:
            assert outcome is DutiesAreIncompatible
        else:
            assert not is_refused(outcome)
            refund.state = APPROVED

    @precondition(lambda self: self.model.refunds)
    @rule(which=pick)
    def pay_a_refund(self, which: int) -> None:
        """Pay a refund that was approved, once, from money that is there."""
        refund = self._refund(which, APPROVED)
        given = {"no": refund.no, "reference": "VIR-SORTANT", "paid_on": self.today}
        outcome = outcome_of(lambda: self._say(refunding.pay, **given))
        if refund.state != APPROVED:
            assert outcome is RefundIsElsewhere
        elif refund.cents > self.model.money:
            assert outcome is MoneyIsShort
        else:
            assert not is_refused(outcome)
            refund.state = PAID
            self.model.money -= refund.cents
            self.model.purses[refund.funder].going_back -= refund.cents

    @precondition(lambda self: self.model.refunds)
    @rule(which=pick)
    def withdraw_a_refund(self, which: int) -> None:
        """Withdraw a refund that was not paid: what was set aside for it is available again."""
        refund = self._refund(which, PREPARED)
        outcome = outcome_of(
            lambda: self._say(refunding.withdraw, no=refund.no, reason="Erreur", on=self.today)
        )
        if not refund.is_under_way:
            assert outcome is RefundIsElsewhere
            return
        assert not is_refused(outcome)
        refund.state = WITHDRAWN
        purse = self.model.purses[refund.funder]
        purse.going_back -= refund.cents * refund.is_unspent
        purse.paid += refund.cents * refund.is_unspent

    def _say(self, verb: Any, *, by: Any = None, **said: Any) -> Any:
        today: dict[str, date] = {"today": self.today} if verb is expiry.expire else {}
        who = {"at": self.world.at, "by": by or self.office.clerk}
        return self.world.do(partial(verb, series=self.world.series, **said, **today, **who))

    def _is_ending(self, carnet: Carnet, stage: Stage) -> bool:
        return carnet.left > 0 and not carnet.is_over and (stage is Stage.EVERYTHING or carnet.place == STOCK)

    def _refund(self, which: int, state: str) -> Refund:
        return likely(which, [one for one in self.model.refunds if one.state == state], self.model.refunds)
