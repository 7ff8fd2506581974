"""Embedded: a real PostgreSQL of the service's own, for machines where nobody installed one.

Its home (``var/postgresql``) holds ``data``, the ``gate`` that whoever starts or stops the server must
hold alone, and ``users``, which every process that uses the server holds with the others: the last one
out stops it. Both are kernel locks, so a process killed with -9 leaves nothing behind. A process that is
copied (``fork``) shares the locks that its parent held at that moment: none is, while the gate is held.
"""

import atexit
import fcntl
import hashlib
import os
import threading
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager, suppress
from pathlib import Path

import psycopg
from psycopg import sql
from sqlalchemy.engine import URL

from voucher_service.kernel.postmaster import Postmaster

_SETTINGS = {
    "listen_addresses": "",
    "max_connections": "100",
    "shared_buffers": "256MB",
    "max_wal_size": "2GB",
    "fsync": "on",
    "synchronous_commit": "on",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_checkpoints": "off",
}
_AT_THE_GATE = threading.Lock()
_LONGEST_SOCKET_FOLDER = 90
_TEMPORARY = Path("/tmp")  # noqa: S108 -- the same for every process, whatever its TMPDIR; its owner is checked


class Cluster:
    """A PostgreSQL server that lives as long as some process uses it."""

    def __init__(self, home: Path, settings: Mapping[str, str] | None = None) -> None:
        """Use the server of this home, made and started where needed.

        ``settings`` are PostgreSQL's own, and count only for the process that starts it. Raises
        ``ConfigurationError`` where this machine cannot run it, with what to do.
        """
        self.home = home.resolve()
        self.home.mkdir(parents=True, exist_ok=True)
        self._socket_folder = _socket_folder(self.home)
        self._postmaster = Postmaster(
            self.home / "data", self._socket_folder, {**_SETTINGS, **(settings or {})}
        )
        self._opened_by = os.getpid()
        self._users: int | None = os.open(self.home / "users", os.O_RDONLY | os.O_CREAT, 0o644)
        with self._gate():
            fcntl.flock(self._users, fcntl.LOCK_SH)
            self._postmaster.ensure()
        atexit.register(self.close)

    @property
    def pid(self) -> int | None:
        """The server's process number."""
        return self._postmaster.pid()

    def ensure_running(self) -> None:
        """Start the server again if something ended it; costs a millisecond if it runs."""
        with self._gate():
            self._postmaster.ensure()

    def url(self, database: str) -> str:
        """Return the address of a database as its owner, for SQLAlchemy with psycopg."""
        return URL.create(
            "postgresql+psycopg",
            username="postgres",
            database=database,
            query={"host": str(self._socket_folder)},
        ).render_as_string(hide_password=False)

    def create(self, database: str) -> str:
        """Create a database where it is missing, and return its address."""
        with psycopg.connect(host=str(self._socket_folder), user="postgres", autocommit=True) as connection:
            known = "SELECT 1 FROM pg_database WHERE datname = %s"
            if not connection.execute(known, [database]).fetchone():
                # Another process was faster: by a moment, or by less.
                with suppress(psycopg.errors.DuplicateDatabase, psycopg.errors.UniqueViolation):
                    connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(database)))
        return self.url(database)

    def close(self) -> None:
        """Stop using the server; the last process to do so stops it. May be called twice."""
        if self._users is None or self._opened_by != os.getpid():
            return
        users, self._users = self._users, None
        atexit.unregister(self.close)
        with self._gate():
            try:
                fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                return
            else:
                self._postmaster.stop()
            finally:
                os.close(users)

    @contextmanager
    def _gate(self) -> Iterator[None]:
        with _AT_THE_GATE:
            gate = os.open(self.home / "gate", os.O_RDONLY | os.O_CREAT, 0o644)
            try:
                fcntl.flock(gate, fcntl.LOCK_EX)
                yield
            finally:
                os.close(gate)


os.register_at_fork(
    before=_AT_THE_GATE.acquire,
    after_in_parent=_AT_THE_GATE.release,
    after_in_child=_AT_THE_GATE.release,
)


@contextmanager
def running(
    home: Path = Path("var/postgresql"), settings: Mapping[str, str] | None = None
) -> Iterator[Cluster]:
    """Use the server of this home for the length of a ``with`` block."""
    with closing(Cluster(home, settings)) as cluster:
        yield cluster


def _socket_folder(home: Path) -> Path:
    """A socket's path may have 107 bytes: a deep home keeps its socket under the temporary folder."""
    inside = home / "socket"
    if len(os.fsencode(inside)) <= _LONGEST_SOCKET_FOLDER:
        return inside
    return _TEMPORARY / f"voucher-{hashlib.sha256(os.fsencode(home)).hexdigest()[:12]}"
