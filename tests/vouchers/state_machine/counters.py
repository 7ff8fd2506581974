"""Counters: venues take vouchers, as many as a visit allows, refuse what is no good, and give back."""

from datetime import date, timedelta
from functools import partial
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from tests.vouchers.state_machine.almanac import LAST_SHOWN
from tests.vouchers.state_machine.machine import Machine, days_back, is_refused, pick
from tests.vouchers.state_machine.papers import PEOPLE, SIZE, STOCK, Carnet, Paper
from tests.vouchers.state_machine.payables import FACE, Taking
from tests.world import outcome_of
from voucher_service.vouchers.basket import Mode, VisitIsLimited
from voucher_service.vouchers.redemption import Taken
from voucher_service.vouchers.reversal import RedemptionIsFrozen

Given = list[tuple[str, Carnet, Paper]]


class Counters(Machine):
    """What the venues do."""

    @precondition(lambda self: self.model.carnets)
    @rule(
        which=pick,
        first=st.integers(0, SIZE - 1),
        many=st.sampled_from([1, 1, 2, 3, SIZE]),
        shop=st.integers(0, 1),
        back=days_back,
        mode=st.sampled_from(Mode),
    )
    def redeem(self, which: int, first: int, many: int, shop: int, back: int, mode: Mode) -> None:
        """Take vouchers of one booklet or of two: all, or each that is good; no more than a visit allows."""
        self.day = on = self.days_ago(back)
        basket = self._papers(which)[first : first + many]
        letters = [self.letters(serial, paper.issue) for serial, _, paper in basket]
        outcome = outcome_of(
            lambda: self.world.redeem_codes(letters, self.shops[shop], mode=mode, served_on=on)
        )
        good = [(carnet, paper) for _, carnet, paper in basket if self._is_good(carnet, paper, on)]
        carnets = {carnet.number: carnet for carnet, _ in good}.values()
        visit = len(good) + sum(carnet.taken_at(shop, on) for carnet in carnets)
        if not good or (mode is Mode.ALL and len(good) < len(basket)):
            assert is_refused(outcome)
            assert outcome is not VisitIsLimited
        elif not self.model.limits.allows_vouchers(visit):
            assert outcome is VisitIsLimited
        else:
            self._take(basket, outcome.items, shop, on)

    @precondition(lambda self: self.model.carnets)
    @rule(which=pick, place=st.integers(0, SIZE - 1))
    def present_what_is_no_good(self, which: int, place: int) -> None:
        """Show a paper after its time, then the papers that it replaced: nobody takes them."""
        serial, _, paper = self._papers(which)[place]
        show = partial(self.world.redeem_codes, shop=self.shops[0])
        too_late = max(self.today, LAST_SHOWN + timedelta(days=1))
        late = partial(show, [self.letters(serial, paper.issue)], served_on=too_late, today=too_late)
        old = [partial(show, [self.letters(serial, issue)]) for issue in range(1, paper.issue)]
        assert all(is_refused(outcome_of(present)) for present in (late, *old))

    @precondition(lambda self: self.model.spent())
    @rule(which=pick, by_finance=st.booleans())
    def reverse(self, which: int, by_finance: bool) -> None:
        """Give a voucher back, once: what is frozen by finance only. After its time it is expired."""
        spent = self.model.spent()
        carnet, paper = spent[which % len(spent)]
        self.reverse_one(carnet, paper, by_finance=by_finance)

    def reverse_one(self, carnet: Carnet, paper: Paper, *, by_finance: bool) -> None:
        """Give one voucher back: its shop does, or finance."""
        taking = paper.taking
        assert taking is not None
        by = self.office.clerk if by_finance else self.shops[taking.shop].clerk
        outcome = outcome_of(lambda: self.office.reverse(taking.redemption, by))
        if taking.payment is not None and not by_finance:
            assert outcome is RedemptionIsFrozen
            return
        assert not is_refused(outcome)
        assert is_refused(outcome_of(lambda: self.office.reverse(taking.redemption, by)))
        is_over = carnet.is_over or self.today > LAST_SHOWN
        taking.given_back_on = self.today
        self.model.expired += FACE * is_over
        paper.state, carnet.is_touched = "expired" if is_over else "live", True

    def _papers(self, which: int) -> Given:
        return [
            (serial, carnet, paper)
            for carnet in self.two_carnets(
                which, lambda carnet: carnet.place == PEOPLE and carnet.count("live") > 0
            )
            for serial, paper in carnet.papers.items()
        ]

    def _take(self, basket: Given, items: Any, shop: int, on: date) -> None:
        good = [self._is_good(carnet, paper, on) for _, carnet, paper in basket]
        assert [isinstance(item, Taken) for item in items] == good
        for (serial, carnet, paper), item in zip(basket, items, strict=True):
            if isinstance(item, Taken):
                paper.taking = Taking(item.redemption_id, serial, shop, on)
                paper.state, carnet.is_touched = "spent", True
                self.model.takings.append(paper.taking)
                if carnet.place != PEOPLE:
                    carnet.go(PEOPLE, on)

    def _is_good(self, carnet: Carnet, paper: Paper, on: date) -> bool:
        return paper.state == "live" and carnet.place != STOCK and self.model.almanac.may_serve(on)
