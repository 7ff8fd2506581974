"""Serving: the service and its worker, as processes."""

import os
import shutil
import signal
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
_REST_SECONDS, _LOOK_SECONDS, _STOP_SECONDS = 1.0, 0.1, 10


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
    os.register_at_fork(after_in_child=_stop_when_told)
    server = Granian(
        "wsgi:app",
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        workers=workers,
        blocking_threads=threads,
        working_dir=_ROOT,
        respawn_failed_workers=True,
        workers_kill_timeout=_STOP_SECONDS,
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


def _stop_when_told() -> None:
    # A process that answers copies its parent's way to take signals, and has its own only once it has loaded:
    # meanwhile it would hear that it must stop, do nothing, and hold up everybody for ten seconds.
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, signal.SIG_DFL)


@contextmanager
def _beside(*command: str) -> Iterator[None]:
    """Keep a process running for the length of a ``with`` block, started again whenever it ends."""
    stop = threading.Event()

    def keep() -> None:
        # Started, looked at and ended here alone: nobody ends one while the next is being started.
        while not stop.is_set():
            process = subprocess.Popen(command, cwd=_ROOT)  # noqa: S603 -- our own command
            while process.poll() is None and not stop.wait(_LOOK_SECONDS):
                pass
            _end(process)
            stop.wait(_REST_SECONDS)

    keeper = threading.Thread(target=keep, daemon=True)
    keeper.start()
    try:
        yield
    finally:
        stop.set()
        keeper.join()


def _end(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(_STOP_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
