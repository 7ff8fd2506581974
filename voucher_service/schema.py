"""Schema: every table of the service, gathered for the migrations, and how a database is brought up to it."""

import importlib
import pkgutil
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, MetaData, NullPool, create_engine, text

import voucher_service
from voucher_service.kernel.config import Settings, data_role
from voucher_service.kernel.database import Base, Database
from voucher_service.kernel.embedded import Cluster

_DOMAIN = ("kernel", "ledger", "identity", "funding", "network", "vouchers", "settlement")
_ROOT = Path(__file__).resolve().parent.parent
_EMBEDDED = "voucher_service"
_ONE_AT_A_TIME = 0x50415353


def tables() -> MetaData:
    """Gather every table that the code declares, by reading every module of the domain."""
    for package in _DOMAIN:
        prefix = f"{voucher_service.__name__}.{package}"
        for path in voucher_service.__path__:
            for module in pkgutil.walk_packages([f"{path}/{package}"], f"{prefix}."):
                importlib.import_module(module.name)
    return Base.metadata


def migrate(url: str) -> None:
    """Bring the database up to the newest migration, in one transaction; twice is the same as once.

    ``url`` is the owner's. Two processes that start at once wait for each other; not for threads.
    """
    with _connected(url) as connection, connection.begin():
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _ONE_AT_A_TIME})
        command.upgrade(_config(connection), "head")


def open_database(settings: Settings) -> Database:
    """Connect to the database; where none is named, to the embedded one, started and migrated if need be."""
    if settings.database_url:
        return Database(settings.database_url, role=settings.data_role)
    url = embedded_url(settings)
    migrate(url)
    return Database(url, role=data_role(url))


def embedded_url(settings: Settings) -> str:
    """Return the address of the embedded database as its owner, with its server started if need be."""
    return Cluster(settings.var_dir / "postgresql").create(_EMBEDDED)


def drift(url: str) -> list[Any]:
    """Compare a migrated database with the tables that the code declares; empty means that they agree."""
    with _connected(url) as connection:
        options = {"compare_type": True, "include_name": _is_ours}
        return list(compare_metadata(MigrationContext.configure(connection, opts=options), tables()))


@cache
def head() -> str:
    """Name the newest migration."""
    return str(ScriptDirectory.from_config(_config()).get_current_head())


def knows(migration: str) -> bool:
    """Whether a migration of this name is one of ours, so that a database at it can be brought up to date."""
    return any(
        known.revision == migration for known in ScriptDirectory.from_config(_config()).walk_revisions()
    )


def current(url: str) -> str | None:
    """Name the migration that this database is at; ``None`` where it has none."""
    with _connected(url) as connection:
        return MigrationContext.configure(connection).get_current_revision()


def _is_ours(name: str | None, kind: str, parents: Any) -> bool:
    """Tell Alembic to look at schema ``public`` only: schema ``jobs`` is the queue's own."""
    return (name if kind == "schema" else parents.get("schema_name")) in (None, "public")


@contextmanager
def _connected(url: str) -> Iterator[Connection]:
    options = {"options": "-c search_path=public -c timezone=UTC"}
    engine = create_engine(url, poolclass=NullPool, connect_args=options)
    with engine.connect() as connection:
        yield connection
    engine.dispose()


def _config(connection: Connection | None = None) -> Config:
    config = Config(attributes={"connection": connection})
    config.set_main_option("path_separator", "os")
    config.set_main_option("script_location", str(_ROOT / "migrations").replace("%", "%%"))
    config.set_main_option("prepend_sys_path", str(_ROOT).replace("%", "%%"))
    return config
