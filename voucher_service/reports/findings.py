"""Findings: every promise of the service, proved again on the whole database; true books have none."""

import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from queue import Empty, SimpleQueue

from sqlalchemy import text
from sqlalchemy.orm import Session

from voucher_service.funding import audit as funding
from voucher_service.identity import audit as identity
from voucher_service.kernel.database import Database
from voucher_service.kernel.finding import Finding
from voucher_service.ledger import audit as ledger
from voucher_service.network import audit as network
from voucher_service.settlement import audit as settlement
from voucher_service.settlement import calls_audit
from voucher_service.settlement.claims import audit as claims
from voucher_service.vouchers import audit as vouchers

Check = Callable[[Session], Iterator[Finding]]

CHECKS: tuple[Check, ...] = (
    *ledger.CHECKS,
    *vouchers.CHECKS,
    *settlement.CHECKS,
    *calls_audit.CHECKS,
    *claims.CHECKS,
    *funding.CHECKS,
    *network.CHECKS,
    *identity.CHECKS,
)
_AT_ONCE = 2
# For the audit's own transaction: hash tables of all accounts fit in memory, a table whose size was misjudged
# is never read once per row, and each connection keeps to one processor, since there are two.
_AT_EASE = text("""
SELECT set_config('work_mem', '128MB', true), set_config('enable_nestloop', 'off', true),
       set_config('max_parallel_workers_per_gather', '0', true)""")


@dataclass(frozen=True, slots=True)
class Examined:
    """One check: its name, the promise it proves, how long it took, and what it found."""

    check: str
    promise: str
    seconds: float
    findings: tuple[Finding, ...]


def findings(session: Session) -> list[Finding]:
    """Run every check in this session; an empty list means that every promise is kept."""
    return [finding for check in CHECKS for finding in _examined(session, check).findings]


def examine(database: Database) -> Iterator[Examined]:
    """Run every check on one instant of the database, two at a time; yield each as it ends."""
    with ExitStack() as views, ThreadPoolExecutor(_AT_ONCE) as workers:
        sessions = [views.enter_context(database.snapshot()) for _ in range(_AT_ONCE)]
        _share_one_instant(sessions)
        waiting: SimpleQueue[Check] = SimpleQueue()
        for check in CHECKS:
            waiting.put(check)
        done: SimpleQueue[Examined | None] = SimpleQueue()
        running = [workers.submit(_work, session, waiting, done) for session in sessions]
        for _ in CHECKS:
            examined = done.get()
            if examined is None:
                break
            yield examined
        for worker in running:
            worker.result()


def name_of(check: Check) -> str:
    """Name a check as people and findings do."""
    return check.__name__.replace("_", "-")


def _share_one_instant(sessions: list[Session]) -> None:
    first, *others = sessions
    instant = first.execute(text("SELECT pg_export_snapshot()")).scalar_one()
    for other in others:
        # The name is PostgreSQL's own, and SET takes no parameters.
        other.execute(text(f"SET TRANSACTION SNAPSHOT '{instant}'"))


def _work(session: Session, waiting: SimpleQueue[Check], done: SimpleQueue[Examined | None]) -> None:
    try:
        while True:
            done.put(_examined(session, waiting.get_nowait()))
    except Empty:
        return
    except BaseException:
        done.put(None)
        raise


def _examined(session: Session, check: Check) -> Examined:
    session.execute(_AT_EASE)
    started = time.perf_counter()
    found = tuple(finding._replace(check=name_of(check)) for finding in check(session))
    promise = (check.__doc__ or "").split("\n")[0]
    return Examined(name_of(check), promise, time.perf_counter() - started, found)
