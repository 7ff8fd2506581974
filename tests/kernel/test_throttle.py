"""Waits that grow and never bar; buckets that fill again."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voucher_service.kernel import throttle
from voucher_service.kernel.throttle import Allowance, Buckets, Limit

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
LIMIT = Limit(failures=5, within=timedelta(minutes=15))


@pytest.mark.parametrize(
    ("failures", "seconds"), [(0, 0), (4, 0), (5, 30), (6, 60), (9, 480), (10, 900), (10**9, 900)]
)
def test_a_wait_doubles_with_each_failure_up_to_its_bound(failures: int, seconds: int) -> None:
    assert LIMIT.wait(failures=failures, last_at=NOON, at=NOON) == timedelta(seconds=seconds)


@given(failures=st.integers(0, 10**6), passed=st.integers(0, 2000))
def test_a_wait_never_outlasts_its_bound_and_never_grows_with_time(failures: int, passed: int) -> None:
    at = NOON + timedelta(seconds=passed)
    wait = LIMIT.wait(failures=failures, last_at=NOON, at=at)

    assert timedelta(0) <= wait <= LIMIT.longest_wait
    assert LIMIT.wait(failures=failures, last_at=NOON, at=at + wait) == timedelta(0)


def test_who_obeys_a_wait_never_comes_too_early() -> None:
    assert throttle.in_seconds(timedelta(milliseconds=1)) == 1
    assert throttle.in_seconds(timedelta(seconds=30)) == 30


def test_a_bucket_gives_its_quota_at_once_then_one_by_one() -> None:
    buckets = Buckets(quota=3, window_seconds=60)

    outcomes = [buckets.take("venue", at=NOON) for _ in range(4)]

    assert [outcome.allowed for outcome in outcomes] == [True, True, True, False]
    assert [outcome.remaining for outcome in outcomes] == [2, 1, 0, 0]
    assert outcomes[-1] == Allowance(allowed=False, remaining=0, reset_seconds=20)
    assert not buckets.take("venue", at=NOON + timedelta(seconds=19)).allowed
    assert buckets.take("venue", at=NOON + timedelta(seconds=20)).allowed


def test_each_caller_has_a_bucket_of_his_own() -> None:
    buckets = Buckets(quota=1, window_seconds=60)

    assert buckets.take("venue", at=NOON).allowed
    assert buckets.take("prescriber", at=NOON).allowed
    assert not buckets.take("venue", at=NOON).allowed


def test_a_bucket_never_holds_more_than_its_quota() -> None:
    buckets = Buckets(quota=2, window_seconds=60)
    buckets.take("venue", at=NOON)

    a_day_later = NOON + timedelta(days=1)

    assert [buckets.take("venue", at=a_day_later).allowed for _ in range(3)] == [True, True, False]


def test_a_clock_set_back_gives_nothing_away() -> None:
    buckets = Buckets(quota=1, window_seconds=60)
    buckets.take("venue", at=NOON)

    assert not buckets.take("venue", at=NOON - timedelta(hours=1)).allowed
    assert not buckets.take("venue", at=NOON + timedelta(seconds=59)).allowed


def test_the_callers_seen_longest_ago_are_forgotten() -> None:
    buckets = Buckets(quota=1, window_seconds=60, callers=2)
    for caller in ("first", "second", "third"):
        buckets.take(caller, at=NOON)

    assert not buckets.take("third", at=NOON).allowed
    assert buckets.take("first", at=NOON).allowed
