"""Serving: the service and its worker, as processes."""

import os
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from pathlib import Path

import click
from granian import Granian
from granian.constants import Interfaces

from voucher_service.cli.installation import database, keyring, settings
from voucher_service.kernel import lifeline, logs, postman, watch
from voucher_service.kernel.config import Settings
from voucher_service.worker import process

_ROOT = Path(__file__).resolve().parent.parent.parent
_REST_SECONDS = 1.0


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=8000, show_default=True)
@click.option("--workers", default=2, show_default=True, help="Processes that answer requests.")
@click.option("--threads", default=2, show_default=True, help="Threads in each of them.")
def serve(*, host: str, port: int, workers: int, threads: int) -> None:
    """Serve the API on this machine, with its database and its worker."""
    chosen = settings()
    logs.configure(chosen.log_level)
    keyring(chosen)
    _prepare_figures(chosen)
    # Whoever started this process may hold a lifeline himself, as a test does.
    lifeline.follow()
    lifeline.hold()
    # Held until the end: in embedded mode the server runs as long as this process.
    held = database()
    server = Granian(
        "wsgi:app",
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        workers=workers,
        blocking_threads=threads,
        working_dir=_ROOT,
        respawn_failed_workers=True,
        workers_kill_timeout=10,
    )
    with _database_kept(chosen), _beside(sys.executable, "-m", "voucher_service.cli", "worker"):
        server.serve()
    held.engine.dispose()


@click.command()
def worker() -> None:
    """Run the jobs, until told to stop."""
    lifeline.follow()
    chosen = settings()
    logs.configure(chosen.log_level)
    process.run_until_stopped(
        database(), keyring(chosen), postman=postman.postman(chosen), var_dir=chosen.var_dir
    )


def _prepare_figures(chosen: Settings) -> None:
    """Give the processes a folder to count in, without what earlier ones left."""
    folder = chosen.var_dir / "metrics"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    os.environ["PROMETHEUS_MULTIPROC_DIR"] = str(folder)


def _database_kept(chosen: Settings) -> AbstractContextManager[object]:
    """Keep the embedded PostgreSQL running; a server of the operator's own is his to keep."""
    return watch.kept_running(chosen.var_dir / "postgresql") if chosen.is_embedded else nullcontext()


@contextmanager
def _beside(*command: str) -> Iterator[None]:
    """Keep a process running for the length of a ``with`` block, started again whenever it ends."""
    stop = threading.Event()
    running = [subprocess.Popen(command, cwd=_ROOT)]  # noqa: S603 -- our own command

    def watch() -> None:
        while not stop.is_set():
            running[-1].wait()
            if not stop.wait(_REST_SECONDS):
                running.append(subprocess.Popen(command, cwd=_ROOT))  # noqa: S603

    watcher = threading.Thread(target=watch, daemon=True)
    watcher.start()
    try:
        yield
    finally:
        stop.set()
        running[-1].terminate()
        watcher.join(timeout=10)
