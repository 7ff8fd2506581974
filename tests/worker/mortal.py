"""An expiry that is killed: ``python -m tests.worker.mortal URL ROLE MARK AT``.

It looks at ten booklets at a time, and is killed with SIGKILL in the middle of the third: the entry is written and
its transaction is open.
"""

import os
import signal
import sys
from datetime import datetime
from functools import partial
from pathlib import Path

from sqlalchemy.orm import Session

from voucher_service.kernel import clock
from voucher_service.kernel.actor import SYSTEM
from voucher_service.kernel.database import Database
from voucher_service.vouchers import expiry
from voucher_service.vouchers.expiry import Stage, Step


def expire(session: Session, *, at: datetime, after: int, mark: Path) -> Step:
    """Expire the next ten booklets; die before the third ten are committed."""
    step = expiry.expire(
        session,
        series="PN-2026",
        stage=Stage.STOCK,
        today=clock.civil_date(at),
        at=at,
        by=SYSTEM,
        after=after,
        booklets=10,
    )
    if after >= 20:
        mark.touch()
        os.kill(os.getpid(), signal.SIGKILL)
    return step


if __name__ == "__main__":
    url, role, mark, at = sys.argv[1:]
    database, through = Database(url, role=role), 0
    while True:
        said = partial(expire, at=datetime.fromisoformat(at), after=through, mark=Path(mark))
        through = database.run(said).through
