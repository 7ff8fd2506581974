"""A worker in a process of its own, which knows one patient work: ``python -m tests.worker.patient URL ROLE KEYS``."""

import sys
from collections.abc import Mapping
from pathlib import Path
from threading import Event
from typing import Any

from voucher_service.kernel.database import Database
from voucher_service.kernel.keys import Keyring
from voucher_service.worker import process, works
from voucher_service.worker.process import Pace
from voucher_service.worker.works import Run

QUICK = Pace(heartbeat_seconds=0.2, dead_after_seconds=1.0, look_for_the_dead="* * * * * *")


@works.work("patient")
def be_patient(run: Run) -> Mapping[str, Any]:
    """Wait for ever the first time, leaving a mark; end at once the second time."""
    mark = Path(run.params["mark"])
    if mark.exists():
        return {"begun": 2}
    run.progress(1, 2)
    mark.touch()
    Event().wait()
    return {}


if __name__ == "__main__":
    url, role, keys = sys.argv[1:]
    keyring = Keyring(Path(keys), may_create=True)
    process.run_until_stopped(Database(url, role=role), keyring, QUICK)
