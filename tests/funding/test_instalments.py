"""A convention's instalments: from which day which part of the promise is called, never more than was promised."""

from datetime import date

import pytest

from tests.expiring import schedule
from tests.world import World, outcome_of
from voucher_service.funding import instalments
from voucher_service.funding.instalments import ScheduleExceedsThePledge, ScheduleIsOutOfBounds
from voucher_service.funding.pledges import AmountIsNotPositive, FunderIsNotInTheKey

MAY, SEPTEMBER = date(2026, 5, 1), date(2026, 9, 1)


def test_instalments_are_numbered_by_their_days(given: World) -> None:
    given.campaign()
    given.pledge(10_000)

    made = schedule(given, [(SEPTEMBER, 3_000), (MAY, 6_000)])
    more = schedule(given, [(MAY, 1_000)])

    assert [(one.no, one.due_on, one.amount_cents) for one in made] == [
        (1, MAY, 6_000),
        (2, SEPTEMBER, 3_000),
    ]
    assert [one.no for one in more] == [3]
    listed = given.do(lambda s: instalments.search(s, series=given.series, by=given.finance))
    assert [one.no for one in listed] == [1, 2, 3]


def test_a_schedule_stays_within_the_pledge(given: World) -> None:
    given.campaign()
    given.pledge(10_000)
    schedule(given, [(MAY, 6_000)])

    with pytest.raises(ScheduleExceedsThePledge) as refused:
        schedule(given, [(MAY, 4_001)])

    assert (refused.value.promised_cents, refused.value.scheduled_cents) == (10_000, 10_001)


def test_schedules_that_make_no_sense_are_refused(given: World) -> None:
    given.campaign()
    given.pledge(10_000)
    given.funder("caf")

    assert outcome_of(lambda: schedule(given, [])) is ScheduleIsOutOfBounds
    assert outcome_of(lambda: schedule(given, [(MAY, 1)] * 61)) is ScheduleIsOutOfBounds
    assert outcome_of(lambda: schedule(given, [(MAY, 0)])) is AmountIsNotPositive
    assert outcome_of(lambda: schedule(given, [(MAY, 1)], "caf")) is FunderIsNotInTheKey
