"""Served: the service as its operator starts it, in processes that a test may kill."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Mapping
from contextlib import closing
from http.client import HTTPException
from pathlib import Path
from threading import Event

from tests.databases import ROOT
from tests.journeys.clients import Client
from voucher_service.kernel import lifeline

HOST = "127.0.0.1"
_OWN = (
    *("DATABASE_URL", "DATABASE_OWNER_URL", "KEYS_DIR", "VAR_DIR", "PUBLIC_URL", "DEMO", "LOG_LEVEL"),
    *("SMTP_URL", "MAIL_FROM", "METRICS_TOKEN", "PROXIES"),
)
_PATIENCE_SECONDS = 60
_STOPPED_AFTER_SECONDS = 30
"""More than twice what ``serve`` grants: first to the processes that answer, then to the worker."""


class Served:
    """One ``voucher-service serve``: two processes of two threads, and the worker beside them."""

    def __init__(self, port: int, environment: Mapping[str, str], log: Path) -> None:
        """Prepare; nothing is started yet."""
        kept = {name: value for name, value in os.environ.items() if name not in _OWN}
        self.port, self._log = port, log
        own = {"PUBLIC_URL": address(port), "LOG_LEVEL": "WARNING", lifeline.NAME: str(os.getpid())}
        self._environment = kept | own | dict(environment)
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start the service, and return once it takes writes."""
        command = [
            sys.executable,
            "-m",
            "voucher_service.cli",
            "serve",
            "--host",
            HOST,
            "--port",
            str(self.port),
        ]
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(
                command,
                cwd=ROOT,
                env=self._environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        self.wait_until_ready()

    def wait_until_ready(self) -> None:
        """Return once the service takes writes, or fail with what it said."""
        until = time.monotonic() + _PATIENCE_SECONDS
        with closing(Client(self.port)) as client:
            while time.monotonic() < until and self._runs():
                try:
                    if client.ask("GET", "/readyz").status == 200:
                        return
                except (HTTPException, OSError):
                    Event().wait(0.05)
        raise AssertionError(f"the service is not ready: {self.said()[-3000:]}")

    def stop(self) -> int:
        """Ask the service to stop, as its operator does, and return its exit code."""
        assert self._process
        self._process.terminate()
        try:
            return self._process.wait(timeout=_STOPPED_AFTER_SECONDS)
        finally:
            self.kill()

    def kill(self) -> None:
        """Kill every process of the service at once, as a power cut would."""
        if self._process is not None:
            for pid in self._members():
                _end(pid)
            self._process.wait(timeout=10)

    def kill_the_parent(self) -> list[int]:
        """Kill the process that was started, alone; return those that it had started."""
        assert self._process
        children = [pid for pid in self._members() if pid != self._process.pid]
        _end(self._process.pid)
        self._process.wait(timeout=10)
        return children

    def living(self) -> list[int]:
        """Name every process of the service that lives."""
        return [pid for pid in self._members() if command_line(pid)]

    def kill_a_process_that_answers(self) -> None:
        """Kill one of the processes that answer requests."""
        [first, *others] = self.answering()
        assert others
        _end(first)

    def answering(self) -> list[int]:
        """Name the processes that answer requests, their parent apart."""
        assert self._process
        serving = [pid for pid in self._members() if b"\0serve\0" in command_line(pid)]
        return [pid for pid in serving if pid != self._process.pid]

    def said(self) -> str:
        """Read what the service wrote to its log."""
        return self._log.read_text(encoding="utf-8", errors="replace")

    def _runs(self) -> bool:
        return self._process is not None and self._process.poll() is None

    def _members(self) -> list[int]:
        # All processes of the session that ``start`` opened, those whose parent is dead included.
        assert self._process
        found = (int(folder.name) for folder in Path("/proc").glob("[0-9]*"))
        return [pid for pid in found if _session(pid) == self._process.pid]


def free_port() -> int:
    """Find a port that nobody listens on."""
    with socket.socket() as tried:
        tried.bind((HOST, 0))
        return int(tried.getsockname()[1])


def address(port: int) -> str:
    """Return where the service is reached."""
    return f"http://{HOST}:{port}"


def _end(pid: int) -> None:
    try:
        os.kill(pid, signal.SIGKILL)
    except ProcessLookupError:
        return


def _session(pid: int) -> int | None:
    try:
        return os.getsid(pid)
    except ProcessLookupError:
        return None


def command_line(pid: int) -> bytes:
    """Read how a process was started; nothing where it has ended."""
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return b""
