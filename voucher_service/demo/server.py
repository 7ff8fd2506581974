"""Server: the service itself, started as its operator starts it, with books of the demonstration's own."""

import fcntl
import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from http.client import HTTPException
from itertools import count
from pathlib import Path
from typing import IO

from voucher_service.demo import DemonstrationError
from voucher_service.demo.client import Caller, Line, RefusedError

_ROOT = Path(__file__).resolve().parent.parent.parent
_HOST, _LOG = "127.0.0.1", "server.log"
_PATIENCE_SECONDS = 60.0
_OWN = ("DATABASE_URL", "DATABASE_OWNER_URL", "KEYS_DIR", "VAR_DIR", "PUBLIC_URL", "DEMO", "LOG_LEVEL")


class ServerError(DemonstrationError):
    """The service did not start, or a command of it failed: the message says what it printed."""


@dataclass(frozen=True, slots=True)
class Server:
    """A running service: where its data are, how its commands are run, how it is spoken to."""

    home: Path
    environment: dict[str, str]
    line: Line
    process: subprocess.Popen[bytes]

    @property
    def anyone(self) -> Caller:
        """Someone who has not signed in."""
        return Caller(self.line)

    def command(self, *arguments: str) -> str:
        """Run a command of the operator's and return what it printed; raises ``ServerError``."""
        done = subprocess.run(  # noqa: S603 -- our own command
            _command(*arguments), cwd=_ROOT, env=self.environment, capture_output=True, text=True, check=False
        )
        if done.returncode:
            raise ServerError(f"{' '.join(arguments)}: {done.stdout}{done.stderr}")
        return done.stdout

    def wait_until_ready(self) -> None:
        """Return once the service takes writes; raises ``ServerError`` with the end of its log."""
        until = time.monotonic() + _PATIENCE_SECONDS
        while self.process.poll() is None and time.monotonic() < until:
            with suppress(HTTPException, OSError, RefusedError):
                self.line.ask("GET", "/readyz", None, {})
                return
            time.sleep(0.1)
        said = (self.home / _LOG).read_text(encoding="utf-8", errors="replace")
        raise ServerError(f"the service did not start:\n{said[-2000:]}")


@contextmanager
def running(folder: Path) -> Iterator[Server]:
    """Run the service for the length of a ``with`` block, on an empty database under ``folder``.

    What an earlier demonstration left is removed; where one still runs or is served, the next name is taken.
    """
    with _room(folder) as (home, lock), (home / _LOG).open("wb") as log:
        port = _free_port()
        environment = _environment(home, port)
        process = subprocess.Popen(  # noqa: S603 -- our own command
            _command("serve", "--host", _HOST, "--port", str(port)),
            cwd=_ROOT,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            # Ctrl-C is for the demonstration, which then stops the service; the lock is held by both.
            start_new_session=True,
            pass_fds=[lock.fileno()],
        )
        server = Server(home, environment, Line(_HOST, port), process)
        try:
            yield server
        finally:
            server.line.hang_up()
            _stop(process)


@contextmanager
def _room(folder: Path) -> Iterator[tuple[Path, IO[str]]]:
    """Make an empty folder that no other demonstration uses."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    for number in count(1):
        home = folder if number == 1 else folder.with_name(f"{folder.name}-{number}")
        lock = home.with_name(f".{home.name}.lock").open("w", encoding="ascii")
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.close()
            continue
        if _is_looked_at(home):
            lock.close()
            continue
        with lock:
            shutil.rmtree(home, ignore_errors=True)
            home.mkdir()
            yield home, lock
        return


def _is_looked_at(home: Path) -> bool:
    """Tell whether somebody serves what an earlier demonstration left here."""
    try:
        number = (home / "postgresql" / "data" / "postmaster.pid").read_text("ascii").split()[0]
        os.kill(int(number), 0)
    except (OSError, ValueError, IndexError):
        return False
    return True


def _environment(home: Path, port: int) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if name not in _OWN}
    own = {"VAR_DIR": str(home), "PUBLIC_URL": f"http://{_HOST}:{port}", "DEMO": "1", "LOG_LEVEL": "WARNING"}
    return kept | own


def _free_port() -> int:
    with socket.socket() as tried:
        tried.bind((_HOST, 0))
        return int(tried.getsockname()[1])


def _command(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "voucher_service.cli", *arguments]


def _stop(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(timeout=20)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
