"""Pulse: how many jobs there are in each state, and whether a worker lives."""

from datetime import datetime, timedelta

from sqlalchemy import text
from sqlalchemy.orm import Session

SILENT_AFTER = timedelta(seconds=30)

_ALIVE = text("SELECT count(*) FROM procrastinate_workers WHERE last_heartbeat > :since")
_QUEUED = text("""
SELECT status::text, count(*) FROM procrastinate_jobs WHERE status IN ('todo', 'doing', 'failed') GROUP BY status
""")
_JOBS = text("""
SELECT coalesce(outcome, CASE WHEN started_at IS NULL THEN 'queued' ELSE 'running' END) AS state, count(*)
FROM job GROUP BY state
""")

_FAILED = text("SELECT count(*) FROM job WHERE outcome = 'failed' AND finished_at >= :since")


def count_workers(session: Session, *, at: datetime) -> int:
    """Count the workers that said within half a minute that they live."""
    return int(session.execute(_ALIVE, {"since": at - SILENT_AFTER}).scalar_one())


def count_queued(session: Session) -> dict[str, int]:
    """Count the tasks of the queue: those that wait, those under way, those that failed for good."""
    found = {row[0]: row[1] for row in session.execute(_QUEUED)}
    return {state: found.get(state, 0) for state in ("todo", "doing", "failed")}


def count_failed_jobs(session: Session, *, since: datetime) -> int:
    """Count the jobs that failed since an instant."""
    return int(session.execute(_FAILED, {"since": since}).scalar_one())


def count_jobs(session: Session) -> dict[str, int]:
    """Count the jobs that people asked for, by state."""
    return {row[0]: row[1] for row in session.execute(_JOBS)}
