"""Booklets: produced up to a ceiling, activated with money, sent, handed to people, given back, lost and replaced."""

from datetime import date
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from tests.vouchers import acts
from tests.vouchers.state_machine.machine import Machine, days_back, is_refused, pick
from tests.vouchers.state_machine.papers import PEOPLE, SIZE, STOCK, Carnet, Limits, Paper, Turn
from tests.vouchers.state_machine.payables import FACE
from tests.world import outcome_of, serials_of
from voucher_service.funding import campaigns
from voucher_service.funding.terms import Terms
from voucher_service.vouchers import handover
from voucher_service.vouchers.allowance import PersonHasEnoughBooklets
from voucher_service.vouchers.ceiling import CeilingIsReached
from voucher_service.vouchers.handover import DayOfHandoverIsOutOfBounds

desk = st.integers(0, 1)
limits = st.builds(
    Limits,
    booklets_per_person=st.sampled_from([None, None, 1, 2]),
    vouchers_per_visit=st.sampled_from([None, None, 1, 3]),
    ceiling_cents=st.sampled_from([None, None, 7 * SIZE * FACE + 999, 9 * SIZE * FACE]),
)


class Booklets(Machine):
    """What the operator and the desks do."""

    @rule(limits=limits)
    def amend_the_limits(self, limits: Limits) -> None:
        """Change the campaign's limits; what was done before stays done, and counts."""
        self.world.do(lambda s: self._amend(s, vars(limits)))
        self.model.limits = limits

    @rule(booklets=st.integers(1, 2))
    def produce(self, booklets: int) -> None:
        """Produce booklets, up to the ceiling."""
        outcome = outcome_of(lambda: self.world.produced(booklets))
        if not self.model.limits.allows_cents((len(self.model.carnets) + booklets) * SIZE * FACE):
            assert outcome is CeilingIsReached
            return
        for number in outcome:
            papers = {serial: Paper() for serial in serials_of(number, SIZE)}
            self.model.carnets.append(Carnet(number, self.today, papers=papers))

    @precondition(lambda self: self.model.carnets)
    @rule(which=pick)
    def activate(self, which: int) -> None:
        """Activate a booklet, where what is left of it is paid for."""
        carnet = self.carnet(which, lambda carnet: not carnet.is_active)
        purse = self.model.purses["metropole"]
        cost = FACE * carnet.left
        outcome = outcome_of(lambda: self.world.activate([carnet.number]))
        expected = not carnet.is_active and 0 < cost <= purse.paid
        assert is_refused(outcome) != expected
        if expected:
            purse.paid -= cost
            carnet.is_active = True
            for paper in carnet.papers.values():
                paper.state = "live" if paper.state == "inactive" else paper.state

    @precondition(lambda self: self.model.carnets)
    @rule(which=pick, desk=desk)
    def allocate(self, which: int, desk: int) -> None:
        """Send a booklet from the stock to a desk, which counts it."""
        carnet = self.carnet(which, lambda carnet: carnet.place == STOCK)
        outcome = outcome_of(lambda: self.world.allocate([carnet.number], self.desks[desk]))
        expected = carnet.place == STOCK and carnet.left > 0
        assert is_refused(outcome) != expected
        if expected:
            carnet.go(f"desk{desk}", self.today)

    @precondition(lambda self: self.model.carnets)
    @rule(which=pick, desk=desk)
    def send_back(self, which: int, desk: int) -> None:
        """Send a booklet from a desk back to the stock."""
        carnet, site = self.carnet(which, lambda carnet: carnet.place == f"desk{desk}"), self.desks[desk]
        outcome = outcome_of(lambda: acts.send_back(self.world, [carnet.number], site))
        expected = carnet.place == f"desk{desk}" and carnet.left > 0
        assert is_refused(outcome) != expected
        if expected:
            carnet.go(STOCK, self.today)

    @precondition(lambda self: self.model.carnets)
    @rule(
        which=pick, many=st.integers(1, 2), desk=desk, person=st.sampled_from([None, 0, 0, 1]), back=days_back
    )
    def hand_over(self, which: int, many: int, desk: int, person: int | None, back: int) -> None:
        """Hand one or two booklets to somebody new, or to a person who came before; or note it some days later."""
        whom = None if person is None else self.people[person]
        carnets = self.two_carnets(which, lambda carnet: carnet.place == f"desk{desk}" and carnet.is_active)[
            :many
        ]
        numbers = [carnet.number for carnet in carnets]
        self.day = on = self.days_ago(back)
        outcome = outcome_of(lambda: self.world.hand_over(numbers, self.desks[desk], on, person_id=whom))
        if not self.model.almanac.may_hand_over(on):
            assert outcome is DayOfHandoverIsOutOfBounds
            return
        if not self.model.limits.allows_booklets(self.model.held_by(whom) + len(carnets)):
            assert outcome is PersonHasEnoughBooklets
            return
        expected = all(c.place == f"desk{desk}" and c.is_active and c.left > 0 for c in carnets)
        assert is_refused(outcome) != expected
        if expected:
            self._handed(Turn(outcome.id, desk, whom, carnets), on)

    @precondition(lambda self: self.model.turns)
    @rule(which=pick)
    def undo(self, which: int) -> None:
        """Undo a handover while nothing happened to its booklets; only once."""
        turn = self.model.turns[which % len(self.model.turns)]
        worker = self.desks[turn.desk].worker
        outcome = outcome_of(
            lambda: self.world.do(
                lambda s: handover.undo(
                    s, handover_id=turn.handover, on=self.today, at=self.world.at, by=worker
                )
            )
        )
        expected = all(
            carnet.turn is turn and not carnet.is_touched and not carnet.count("spent")
            for carnet in turn.carnets
        )
        assert is_refused(outcome) != expected
        if expected:
            for carnet in turn.carnets:
                carnet.go(f"desk{turn.desk}", self.today)

    @precondition(lambda self: self.model.carnets)
    @rule(which=pick, desk=desk)
    def give_back(self, which: int, desk: int) -> None:
        """Take back what is left of a booklet that a person has."""
        carnet = self.carnet(which, lambda carnet: carnet.place == PEOPLE)
        outcome = outcome_of(lambda: acts.give_back(self.world, carnet.number, self.desks[desk]))
        expected = carnet.place == PEOPLE and carnet.left > 0
        assert is_refused(outcome) != expected
        if expected:
            assert outcome.papers == carnet.left
            carnet.go(f"desk{desk}", self.today)

    @precondition(lambda self: self.model.carnets)
    @rule(which=pick, place=st.integers(-1, SIZE - 1))
    def void(self, which: int, place: int) -> None:
        """Declare a voucher lost, or all that is left of a booklet: what it was worth is the funder's again."""
        carnet, chosen, target = self._target(which, place)
        outcome = outcome_of(lambda: self.world.void(**target))
        assert is_refused(outcome) != bool(chosen)
        self.model.purses["metropole"].paid += FACE * sum(paper.state == "live" for paper in chosen)
        for paper in chosen:
            paper.state, carnet.is_touched = "void", True

    @precondition(lambda self: self.model.carnets)
    @rule(which=pick, place=st.integers(-1, SIZE - 1))
    def replace(self, which: int, place: int) -> None:
        """Replace a voucher, or all that is left of a booklet, by new papers."""
        carnet, chosen, target = self._target(which, place)
        outcome = outcome_of(lambda: self.world.replace(**target))
        assert is_refused(outcome) != bool(chosen)
        for paper in chosen:
            paper.issue, carnet.is_touched = paper.issue + 1, True

    def _handed(self, turn: Turn, on: date) -> None:
        self.model.turns.append(turn)
        for carnet in turn.carnets:
            carnet.go(PEOPLE, on, turn)

    def _target(self, which: int, place: int) -> tuple[Carnet, list[Paper], dict[str, Any]]:
        carnet = self.carnet(which)
        if place < 0:
            target: dict[str, Any] = {"booklets": [carnet.number]}
            return carnet, [paper for paper in carnet.papers.values() if paper.is_left], target
        serial, paper = list(carnet.papers.items())[place]
        return carnet, [paper] * paper.is_left, {"serials": [serial]}

    def _amend(self, session: Any, changed: dict[str, Any]) -> None:
        campaign = campaigns.get(session, self.world.series)
        kept = {name: getattr(campaign, name) for name in Terms.__dataclass_fields__}
        campaigns.amend(
            session, series=campaign.series, version=campaign.version, terms=Terms(**kept | changed)
        )
