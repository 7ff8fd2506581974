"""The almanac: which day it is, what may still be done on it, and which months the books have behind them."""

from dataclasses import dataclass
from datetime import date, timedelta

LAST_USE, LAST_SHOWN = date(2026, 12, 31), date(2027, 1, 31)
LATE_DAYS = 31
_DAY = timedelta(days=1)


@dataclass
class Almanac:
    """The campaign's calendar: the books are closed up to a day, but ``open_year`` still takes acts of December."""

    today: date
    closed: date | None = None
    open_year: int | None = None

    def may_serve(self, on: date) -> bool:
        """Say whether a service of this day may be paid with a voucher today."""
        return self._is_near(on) and self.today <= LAST_SHOWN

    def may_hand_over(self, on: date) -> bool:
        """Say whether a handover of this day may be noted today."""
        return self._is_near(on)

    def lands(self, on: date) -> date:
        """Say on which day an act of this day counts: on the first one that is open, if it is closed."""
        if self.closed is None or on > self.closed:
            return on
        if on.year != self.open_year:
            return self.closed + _DAY
        return on if on.month == 12 else self.closed

    def month_after(self) -> date:
        """Name the last day of the month after those that are closed; the first is the campaign's June."""
        first = date(2026, 6, 1) if self.closed is None else self.closed + _DAY
        return month_end(first)

    def close(self, through: date) -> None:
        """Close the books through a day; those of December stay half open in January."""
        half = through.month == 12 and self.today < date(through.year + 1, 2, 1)
        self.closed, self.open_year = through, through.year if half else None

    def _is_near(self, on: date) -> bool:
        return self.today - LATE_DAYS * _DAY <= on <= min(self.today, LAST_USE)


def month_end(day: date) -> date:
    """Name the last day of a month."""
    return date(day.year + day.month // 12, day.month % 12 + 1, 1) - _DAY
