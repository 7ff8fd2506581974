"""Throttle: how long someone who failed too often, or asks too much, has to wait."""

import math
from collections import OrderedDict
from dataclasses import dataclass
from datetime import datetime, timedelta
from threading import Lock


@dataclass(frozen=True, slots=True)
class Limit:
    """So many failures in so much time; beyond them each costs a wait twice as long as the one before.

    The wait is bounded: a third party who fails on purpose delays the rightful person, never bars him.
    """

    failures: int
    within: timedelta
    first_wait: timedelta = timedelta(seconds=30)
    longest_wait: timedelta = timedelta(minutes=15)

    def wait(self, *, failures: int, last_at: datetime | None, at: datetime) -> timedelta:
        """Return what is left to wait at ``at`` after ``failures`` in the window, the last at ``last_at``."""
        excess = failures - self.failures
        if excess < 0 or last_at is None:
            return timedelta(0)
        doublings = min(excess, 16)
        delay = min(self.first_wait * (1 << doublings), self.longest_wait)
        return max(last_at + delay - at, timedelta(0))


def in_seconds(wait: timedelta) -> int:
    """Return a wait in whole seconds, rounded up, so that who obeys ``Retry-After`` never comes too early."""
    return math.ceil(wait.total_seconds())


@dataclass(frozen=True, slots=True)
class Allowance:
    """What a caller may still ask for: whether this request passes, how many are left, when one more is."""

    allowed: bool
    remaining: int
    reset_seconds: int


class Buckets:
    """A bucket of requests per caller, in this process's memory: a shield from floods, not a security limit.

    ``quota`` requests may come at once; they are given back evenly over ``window_seconds``. The callers seen
    longest ago are forgotten beyond ``callers``, which only ever gives them a full bucket again.
    """

    def __init__(self, *, quota: int, window_seconds: int, callers: int = 10_000) -> None:
        """Start with every bucket full."""
        self.quota = quota
        self.window_seconds = window_seconds
        self._callers = callers
        self._levels: OrderedDict[str, tuple[float, datetime]] = OrderedDict()
        self._lock = Lock()

    def take(self, caller: str, *, at: datetime, cost: int = 1) -> Allowance:
        """Take ``cost`` requests out of the caller's bucket, if it holds that many."""
        rate = self.quota / self.window_seconds
        with self._lock:
            level, since = self._levels.pop(caller, (float(self.quota), at))
            level = min(self.quota, level + max((at - since).total_seconds(), 0.0) * rate)
            allowed = level >= cost
            level -= cost if allowed else 0
            self._levels[caller] = (level, max(at, since))
            if len(self._levels) > self._callers:
                self._levels.popitem(last=False)
        missing = max(cost - level, 0.0)
        return Allowance(allowed, math.floor(level), math.ceil(missing / rate))
