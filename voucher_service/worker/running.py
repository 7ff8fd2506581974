"""Running: one job from its queue to its end."""

from pathlib import Path
from typing import Any
from uuid import UUID

import structlog
from sqlalchemy.exc import InterfaceError, OperationalError

from voucher_service.kernel import clock, jobs
from voucher_service.kernel.database import Database
from voucher_service.kernel.jobs import Job, Outcome
from voucher_service.kernel.keys import Keyring
from voucher_service.kernel.refusal import Refusal
from voucher_service.worker.works import WORKS, CalledOff, Run

_log = structlog.get_logger(__name__)


def run(database: Database, keyring: Keyring, job_id: UUID, *, var_dir: Path) -> None:
    """Do the job, and write down how it ended; a database that goes away leaves it to be done anew."""
    job = database.run(lambda session: jobs.start(session, job_id=job_id, at=clock.now()))
    if job is not None:
        _finish(database, job_id, **_ended(database, keyring, job, var_dir))


def _ended(database: Database, keyring: Keyring, job: Job, var_dir: Path) -> dict[str, Any]:
    if job.cancel_requested_at is not None:
        return {"outcome": Outcome.CANCELLED}
    try:
        result = WORKS[job.kind](Run(database, keyring, job.id, job.params, job.by, var_dir))
    except CalledOff:
        return {"outcome": Outcome.CANCELLED}
    except Refusal as refusal:
        return {"outcome": Outcome.FAILED, "failure": _told(refusal)}
    except (OperationalError, InterfaceError):
        raise
    except Exception:  # noqa: BLE001 -- whatever broke, the one who waits for the job is told
        _log.exception("a job broke", job_id=str(job.id), kind=job.kind)
        return {"outcome": Outcome.FAILED, "failure": {"code": "something-broke"}}
    return {"outcome": Outcome.SUCCEEDED, "result": dict(result)}


def _finish(database: Database, job_id: UUID, **ended: Any) -> None:
    database.run(lambda session: jobs.finish(session, job_id=job_id, at=clock.now(), **ended))


def _told(refusal: Refusal) -> dict[str, Any]:
    title = {"en": refusal.title("en"), "fr": refusal.title("fr")}
    facts = {name: value if isinstance(value, int) else str(value) for name, value in refusal.facts().items()}
    return {"code": refusal.code(), "title": title, **facts}
