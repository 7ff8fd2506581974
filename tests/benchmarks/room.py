"""Room: where benchmarks run. A PostgreSQL with production's settings, and empty books in it for each."""

import fcntl
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Engine, NullPool, create_engine, text

from tests import databases, world
from tests.benchmarks.results import BenchmarkError
from voucher_service.kernel.database import Database
from voucher_service.kernel.embedded import Cluster

HOME = databases.ROOT / "var" / "bench"


@dataclass(frozen=True, slots=True)
class Effort:
    """How much is measured: seconds under load, and the share of the rows (1 except to try the harness)."""

    seconds: int = 10
    share: float = 1.0

    def of(self, rows: int) -> int:
        """Return this share of so many rows, and at least ten."""
        return max(10, int(rows * self.share))


@dataclass(frozen=True, slots=True)
class Place:
    """Where books are: all that another process needs to act in them."""

    url: str
    role: str
    keys: Path

    @contextmanager
    def opened(self) -> Iterator[world.World]:
        """Act in these books; each act is committed."""
        database = Database(self.url, role=self.role)
        yield world.in_database(database, world.new_keyring(self.keys))
        database.engine.dispose()


@dataclass(frozen=True, slots=True)
class Books:
    """Migrated, empty books: where they are, as the service sees them, and as their owner does."""

    place: Place
    database: Database
    owner: Engine

    @property
    def world(self) -> world.World:
        """Whoever acts in these books."""
        return world.in_database(self.database, world.new_keyring(self.place.keys))


@contextmanager
def alone() -> Iterator[None]:
    """Refuse to measure beside another benchmark: both would be wrong."""
    HOME.mkdir(parents=True, exist_ok=True)
    with (HOME / ".lock").open("w", encoding="ascii") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise BenchmarkError("another benchmark is running: wait for its end") from None
        yield


@contextmanager
def cluster() -> Iterator[Cluster]:
    """Use the benchmarks' own server, for the length of a ``with`` block."""
    with closing(Cluster(HOME / "postgresql")) as server:
        yield server


@contextmanager
def empty_books(name: str) -> Iterator[Books]:
    """Give new books, removed at the end."""
    with cluster() as server, tempfile.TemporaryDirectory() as keys:
        template = databases.template(server)
        place = Place(databases.copy(server, name, of=template), databases.role(template), Path(keys))
        database = Database(place.url, role=place.role)
        with owner_of(place.url) as owner:
            yield Books(place, database, owner)
        database.engine.dispose()
        databases.drop(server, name)


@contextmanager
def owner_of(url: str) -> Iterator[Engine]:
    """Connect as the owner of a database, with a schema ``bench`` to put floors in."""
    owner = create_engine(url, poolclass=NullPool)
    run(owner, "CREATE SCHEMA IF NOT EXISTS bench", "GRANT USAGE ON SCHEMA bench TO PUBLIC")
    yield owner
    owner.dispose()


def run(owner: Engine, *statements: str) -> float:
    """Run statements in one transaction, and return the seconds that they took."""
    with owner.connect() as connection:
        started = time.perf_counter()
        with connection.begin():
            for statement in statements:
                connection.execute(text(statement))
        return time.perf_counter() - started


def mirror(owner: Engine, tables: Sequence[str]) -> None:
    """Make an empty copy of each table in ``bench``: same columns, keys and indexes."""
    run(owner, *(f"CREATE TABLE bench.{table} (LIKE public.{table} INCLUDING ALL)" for table in tables))


def settle(owner: Engine) -> None:
    """Leave nothing to do for later: statistics are there, and what was written is on the disk."""
    with owner.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("VACUUM ANALYZE"))
        connection.execute(text("CHECKPOINT"))
