"""Server: the service, or the bare route, as processes of their own for the length of a measurement."""

import http.client
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from http import HTTPStatus

from tests import databases
from tests.benchmarks import room
from tests.benchmarks.results import BenchmarkError

_OWN = ("DATABASE_URL", "DATABASE_OWNER_URL", "KEYS_DIR", "VAR_DIR", "PUBLIC_URL", "DEMO", "LOG_LEVEL")
_PATIENCE_SECONDS = 60.0


@contextmanager
def service() -> Iterator[int]:
    """Run the service on the benchmarks' data, as its operator does, and give its port."""
    port = _free_port()
    words = ["-m", "voucher_service.cli", "serve", "--port", str(port)]
    own = {"VAR_DIR": str(room.HOME), "LOG_LEVEL": "WARNING"}
    with _running(words, own, port=port, path="/readyz"):
        yield port


@contextmanager
def bare_route() -> Iterator[int]:
    """Run the bare route, and give its port."""
    port = _free_port()
    with _running(["-m", "tests.benchmarks.bare", str(port)], {}, port=port, path="/"):
        yield port


@contextmanager
def _running(words: list[str], own: dict[str, str], *, port: int, path: str) -> Iterator[None]:
    kept = {name: value for name, value in os.environ.items() if name not in _OWN}
    with (room.HOME / "server.log").open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, *words], cwd=databases.ROOT, env=kept | own, stdout=log, stderr=log
        )
        try:
            _wait_until_ready(process, port, path)
            yield
        finally:
            process.terminate()
            process.wait(timeout=30)


def _wait_until_ready(process: subprocess.Popen[bytes], port: int, path: str) -> None:
    until = time.monotonic() + _PATIENCE_SECONDS
    while process.poll() is None and time.monotonic() < until:
        with suppress(OSError, http.client.HTTPException):
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
            connection.request("GET", path)
            if connection.getresponse().status == HTTPStatus.OK:
                return
        time.sleep(0.1)
    raise BenchmarkError(f"the server did not start: see {room.HOME / 'server.log'}")


def _free_port() -> int:
    with socket.socket() as tried:
        tried.bind(("127.0.0.1", 0))
        return int(tried.getsockname()[1])
