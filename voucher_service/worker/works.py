"""Works: what kinds of long work there are, and what is done by the clock."""

import importlib
import pkgutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from voucher_service import worker
from voucher_service.kernel import jobs
from voucher_service.kernel.actor import Actor
from voucher_service.kernel.database import Database
from voucher_service.kernel.keys import Keyring


class CalledOff(Exception):  # noqa: N818 -- not an error: someone asked for it
    """Somebody asked that the job stop, and it has not done everything."""


@dataclass(frozen=True, slots=True)
class Run:
    """One run of a job. A worker may die at any instant: the work is begun anew, and must find what is done.

    The work opens its own transactions on ``database``, a bounded number of things in each.
    """

    database: Database
    keyring: Keyring
    job_id: UUID
    params: Mapping[str, Any]
    by: Actor
    var_dir: Path = Path("var")

    def progress(self, done: int, total: int | None = None) -> None:
        """Write down how far the job is; raises ``CalledOff`` when somebody asked that it stop."""
        stop = self.database.run(
            lambda session: jobs.advance(session, job_id=self.job_id, done=done, total=total)
        )
        if stop and done != total:
            raise CalledOff


Work = Callable[[Run], Mapping[str, Any]]
Duty = Callable[[Database, datetime], None]

WORKS: dict[str, Work] = {}
DUTIES: dict[str, tuple[str, Duty]] = {}


def work(kind: str) -> Callable[[Work], Work]:
    """Register what is done for jobs of this kind; what it returns becomes the job's result."""

    def register(function: Work) -> Work:
        WORKS[kind] = function
        return function

    return register


def scheduled(cron: str) -> Callable[[Duty], Duty]:
    """Register what is done by the clock (cron, UTC); it must be harmless to do twice."""

    def register(function: Duty) -> Duty:
        DUTIES[f"{function.__module__}.{function.__name__}"] = (cron, function)
        return function

    return register


def gather() -> None:
    """Import every module of this package, so that their works are registered."""
    for module in pkgutil.iter_modules(worker.__path__, f"{worker.__name__}."):
        importlib.import_module(module.name)
