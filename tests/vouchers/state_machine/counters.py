"""Counters: venues take vouchers, as many as a visit allows, refuse what is no good, and give back."""

from datetime import date, timedelta
from functools import partial
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from tests.vouchers.state_machine.machine import Machine, is_refused, pick
from tests.vouchers.state_machine.model import FACE, PEOPLE, SIZE, STOCK, Carnet, Paper
from tests.world import TODAY, outcome_of
from voucher_service.vouchers.basket import Mode, VisitIsLimited
from voucher_service.vouchers.redemption import Taken

YESTERDAY, TOO_LATE = TODAY - timedelta(days=1), date(2027, 3, 1)
Given = list[tuple[str, Carnet, Paper]]


class Counters(Machine):
    """What the venues do."""

    @precondition(lambda self: self.model.carnets)
    @rule(
        which=pick,
        first=st.integers(0, SIZE - 1),
        many=st.sampled_from([1, 1, 2, 3, SIZE]),
        shop=st.integers(0, 1),
        on=st.sampled_from([TODAY, TODAY, YESTERDAY]),
        mode=st.sampled_from(Mode),
    )
    def redeem(self, which: int, first: int, many: int, shop: int, on: date, mode: Mode) -> None:
        """Take vouchers of one booklet or of two: all, or each that is good; no more than a visit allows."""
        basket = self._papers(which)[first : first + many]
        letters = [self.letters(serial, paper.issue) for serial, _, paper in basket]
        outcome = outcome_of(
            lambda: self.world.redeem_codes(letters, self.shops[shop], mode=mode, served_on=on)
        )
        good = [(carnet, paper) for _, carnet, paper in basket if _is_good(carnet, paper)]
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
        late = partial(show, [self.letters(serial, paper.issue)], served_on=TOO_LATE, today=TOO_LATE)
        old = [partial(show, [self.letters(serial, issue)]) for issue in range(1, paper.issue)]
        assert all(is_refused(outcome_of(present)) for present in (late, *old))

    @precondition(lambda self: self.model.spent())
    @rule(which=pick, late=st.booleans())
    def reverse(self, which: int, late: bool) -> None:
        """Give a voucher back, once; after its time it is expired."""
        spent = self.model.spent()
        carnet, paper = spent[which % len(spent)]
        taken = paper.redemption
        assert taken is not None
        by = self.shops[paper.shop].clerk
        outcome = outcome_of(lambda: self.world.reverse(taken, by, on=TOO_LATE if late else TODAY))
        assert not is_refused(outcome)
        assert is_refused(outcome_of(lambda: self.world.reverse(taken, by)))
        self.model.due[paper.shop] -= FACE
        self.model.expired += FACE * late
        paper.state, carnet.is_touched = "expired" if late else "live", True

    def _papers(self, which: int) -> Given:
        return [
            (serial, carnet, paper)
            for carnet in self.two_carnets(
                which, lambda carnet: carnet.place == PEOPLE and carnet.count("live") > 0
            )
            for serial, paper in carnet.papers.items()
        ]

    def _take(self, basket: Given, items: Any, shop: int, on: date) -> None:
        for (_, carnet, paper), item in zip(basket, items, strict=True):
            assert isinstance(item, Taken) == _is_good(carnet, paper)
            if isinstance(item, Taken):
                paper.redemption, paper.shop, paper.served_on = item.redemption_id, shop, on
        for carnet, paper in [(c, p) for _, c, p in basket if _is_good(c, p)]:
            paper.state, carnet.is_touched = "spent", True
            self.model.due[shop] += FACE
            if carnet.place != PEOPLE:
                carnet.go(PEOPLE)


def _is_good(carnet: Carnet, paper: Paper) -> bool:
    return paper.state == "live" and carnet.place != STOCK
