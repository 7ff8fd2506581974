"""Tidying: what was kept between two screens is erased when nobody came back for it."""

from datetime import datetime, timedelta
from functools import partial

from voucher_service.kernel.database import Database
from voucher_service.network.directory import keeping
from voucher_service.worker.works import scheduled

FILES_KEPT_FOR = timedelta(days=1)


@scheduled("7 * * * *")
def forget_directories(database: Database, at: datetime) -> None:
    """Erase the directories of venues that were tried more than a day ago."""
    database.run(partial(keeping.forget, before=at - FILES_KEPT_FOR))
