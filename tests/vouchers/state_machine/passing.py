"""Passing: days go by, one or many, past the last day of use and past the tolerance; and months are closed."""

from datetime import date, timedelta

from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from tests.vouchers.state_machine.almanac import LAST_SHOWN, LAST_USE, month_end
from tests.vouchers.state_machine.machine import Machine, is_refused
from tests.world import outcome_of
from voucher_service.ledger import periods

_FIRST_YEAR = 2026


class Passing(Machine):
    """What the calendar does, and who closes the books."""

    @rule(days=st.sampled_from([1, 1, 1, 2, 9, 31]))
    def let_days_pass(self, days: int) -> None:
        """Let some days pass, or some weeks."""
        self.wake_up_on(self.today + timedelta(days=days))

    @precondition(lambda self: self.model.runs)
    @rule(last=st.sampled_from([LAST_USE, LAST_USE, LAST_SHOWN]), days=st.sampled_from([0, 1, 1, 20]))
    def let_the_time_run_out(self, last: date, days: int) -> None:
        """Jump to the last day of use, or of presentation, or beyond; not before anything was frozen."""
        self.wake_up_on(max(self.today, last + timedelta(days=days)))

    @precondition(lambda self: self.today > self.model.almanac.month_after() or self.model.almanac.closed)
    @rule(months=st.sampled_from([0, 0, 0, 1, 2, -1]), days=st.sampled_from([0, 0, 0, 0, -1]))
    def close(self, months: int, days: int) -> None:
        """Close the books through a month that is over, in order; what is closed stays closed."""
        almanac = self.model.almanac
        through = almanac.month_after()
        for _ in range(abs(months)):
            through = month_end(through + timedelta(days=1 if months > 0 else -45))
        through += timedelta(days=days)
        if almanac.open_year and months == 0:
            through = date(almanac.open_year, 12, 31)
        outcome = outcome_of(
            lambda: self.world.do(
                lambda s: periods.close(
                    s,
                    campaign_id=self.stage.campaign_id,
                    through_on=through,
                    on=self.today,
                    at=self.world.at,
                    by=self.office.head,
                )
            )
        )
        refusal = self._objection(through)
        if refusal:
            assert outcome is refusal
        else:
            assert not is_refused(outcome)
            almanac.close(through)

    def _objection(self, through: date) -> type | None:
        almanac = self.model.almanac
        year_is_over = almanac.open_year is not None and self.today >= date(almanac.open_year + 1, 2, 1)
        is_closed = almanac.closed is not None and (
            through < almanac.closed or (through == almanac.closed and not year_is_over)
        )
        year = almanac.open_year or (
            (almanac.closed + timedelta(days=1)).year if almanac.closed else _FIRST_YEAR
        )
        objections = {
            periods.PeriodEndsWithAMonth: through != month_end(through),
            periods.PeriodIsNotOver: through >= self.today,
            periods.PeriodIsClosed: is_closed,
            periods.YearIsStillOpen: through.year > year,
        }
        return next((refusal for refusal, applies in objections.items() if applies), None)

    def wake_up_on(self, day: date) -> None:
        """Let it be another day."""
        self.model.almanac.today = self.world.today = day
