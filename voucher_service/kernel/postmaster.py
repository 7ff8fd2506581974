"""Postmaster: one PostgreSQL data folder, its server, and which of the server's processes live."""

import hashlib
import os
import shlex
import shutil
import signal
import time
from collections.abc import Iterator, Mapping
from pathlib import Path

from voucher_service.kernel.config import ConfigurationError
from voucher_service.kernel.programs import Programs

_PATIENCE_SECONDS = 300
_SOCKET = ".s.PGSQL.5432"


class Postmaster:
    """A data folder and its server. The caller sees to it that nobody else starts or stops it meanwhile."""

    def __init__(self, data: Path, socket_folder: Path, settings: Mapping[str, str]) -> None:
        """Prepare; nothing is made or started yet. ``settings`` are PostgreSQL's own."""
        self._data = data
        self._programs = Programs(data)
        self._name = f"voucher-{hashlib.sha256(os.fsencode(data)).hexdigest()[:12]}"
        self._socket_folder = socket_folder
        self._settings = {
            "cluster_name": self._name,
            "unix_socket_directories": str(socket_folder),
            "unix_socket_permissions": "0700",
            **settings,
        }

    def ensure(self) -> None:
        """Make the data folder where there is none, and leave the server running and ready."""
        if not self._data.exists():
            self._initialise()
        if self.is_running():
            if self._pid_file()[-1:] == ["ready"]:
                return
            self.stop()
        self._sweep()
        self._own_socket_folder()
        options = " ".join(f"-c {shlex.quote(f'{key}={value}')}" for key, value in self._settings.items())
        log = str(self._data / "server.log")
        self._programs.run(
            "pg_ctl",
            "start",
            "-s",
            "-w",
            f"-t{_PATIENCE_SECONDS}",
            "-D",
            str(self._data),
            "-l",
            log,
            "-o",
            options,
        )

    def stop(self) -> None:
        """Stop the server, cleanly, ending whatever is connected; does nothing where none runs."""
        if self.is_running():
            self._programs.run(
                "pg_ctl", "stop", "-s", "-w", f"-t{_PATIENCE_SECONDS}", "-m", "fast", "-D", str(self._data)
            )

    def is_running(self) -> bool:
        """Whether ``postmaster.pid`` names this server: not a zombie, not a number used again by another."""
        return self.pid() in set(self._living())

    def pid(self) -> int | None:
        """Return the server's process number as written at its last start."""
        lines = self._pid_file()
        return int(lines[0]) if lines else None

    def _pid_file(self) -> list[str]:
        try:
            return [line.strip() for line in (self._data / "postmaster.pid").read_text().splitlines()]
        except FileNotFoundError:
            return []

    def _living(self) -> Iterator[int]:
        # Only the command line is readable for every user inside a container; a zombie's is empty.
        for folder in Path("/proc").glob("[0-9]*"):
            try:
                words = (folder / "cmdline").read_bytes().split(b"\0")
            except OSError:
                continue
            is_child = words[0].startswith(f"postgres: {self._name}:".encode())
            is_server = words[0].endswith(b"/postgres") and f"cluster_name={self._name}".encode() in words
            if is_child or is_server:
                yield int(folder.name)

    def _sweep(self) -> None:
        # The server would refuse to start beside a zombie or a stranger that bears its old number, and
        # must not start beside its own orphans: end these first, as a power cut would.
        deadline = time.monotonic() + 10
        while orphans := list(self._living()):
            for pid in orphans:
                _kill(pid)
            if time.monotonic() > deadline:
                raise ConfigurationError(
                    f"processes {orphans} still hold {self._data}: end them, then start again"
                )
            time.sleep(0.02)
        for left in (
            self._data / "postmaster.pid",
            self._socket_folder / _SOCKET,
            self._socket_folder / f"{_SOCKET}.lock",
        ):
            left.unlink(missing_ok=True)

    def _initialise(self) -> None:
        fresh = self._data.with_name(f"{self._data.name}.new")
        shutil.rmtree(fresh, ignore_errors=True)
        fresh.mkdir(mode=0o700)
        self._programs.give(fresh)
        sync = ["--no-sync"] if self._settings.get("fsync") == "off" else []
        options = ["--username=postgres", "--auth=trust", "--encoding=UTF8", "--locale=C", *sync]
        self._programs.run("initdb", "-D", str(fresh), *options)
        fresh.rename(self._data)

    def _own_socket_folder(self) -> None:
        self._socket_folder.mkdir(mode=0o700, exist_ok=True)
        seen = self._socket_folder.lstat()
        owners = (os.geteuid(), self._programs.account()[0])
        if self._socket_folder.is_symlink() or seen.st_uid not in owners:
            raise ConfigurationError(
                f"{self._socket_folder} belongs to somebody else: remove it, or set DATABASE_URL"
            )
        self._socket_folder.chmod(0o700)
        self._programs.give(self._socket_folder)


def _kill(pid: int) -> None:
    try:
        os.kill(pid, signal.SIGKILL)
    except ProcessLookupError:
        return
