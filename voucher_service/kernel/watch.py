"""Watch: the embedded PostgreSQL is started again whenever something ends it, while the service runs on."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import structlog

from voucher_service.kernel import embedded
from voucher_service.kernel.config import ConfigurationError
from voucher_service.kernel.embedded import Cluster

_EVERY_SECONDS = 0.5
_log = structlog.get_logger(__name__)


@contextmanager
def kept_running(home: Path) -> Iterator[Cluster]:
    """Use the server of this home, and see to it that it runs, for the length of a ``with`` block."""
    stop = threading.Event()
    with embedded.running(home) as cluster:
        watcher = threading.Thread(target=_watch, args=(cluster, stop), daemon=True)
        watcher.start()
        try:
            yield cluster
        finally:
            # Nobody may start the server again once the last one out has stopped it.
            stop.set()
            watcher.join()


def _watch(cluster: Cluster, stop: threading.Event) -> None:
    while not stop.wait(_EVERY_SECONDS):
        try:
            cluster.ensure_running()
        except ConfigurationError as error:
            _log.error("the database does not start", error=str(error))
