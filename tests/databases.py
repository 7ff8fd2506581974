"""The tests' own PostgreSQL: a migrated template, made once per schema, and one copy of it per worker."""

import hashlib
import os
from pathlib import Path

import psycopg
from psycopg import Connection, sql
from sqlalchemy.engine import make_url

from voucher_service import schema
from voucher_service.kernel.embedded import Cluster

ROOT = Path(__file__).resolve().parent.parent
FAST = {"fsync": "off", "full_page_writes": "off", "autovacuum": "off", "max_connections": "200"}
_KEPT_TEMPLATES = 3
_LOCK = 0x7E57
_EMPTY = """
DO $$ DECLARE one record; BEGIN
    SET LOCAL session_replication_role = replica;
    SET LOCAL lock_timeout = '2s';
    FOR one IN SELECT schemaname, tablename FROM pg_tables
               WHERE schemaname IN ('public', 'jobs')
                 AND tablename NOT IN ('alembic_version', 'incompatible_duties') LOOP
        EXECUTE format('DELETE FROM %I.%I', one.schemaname, one.tablename);
    END LOOP;
    FOR one IN SELECT schemaname, sequencename, start_value FROM pg_sequences WHERE last_value IS NOT NULL LOOP
        PERFORM setval(format('%I.%I', one.schemaname, one.sequencename)::regclass, one.start_value, false);
    END LOOP;
END $$"""


def open_cluster() -> Cluster:
    """Use the cluster that all test processes share; it would not survive a power cut, so it is quick."""
    return Cluster(ROOT / "var" / "tests" / "postgresql", FAST)


def template(cluster: Cluster) -> str:
    """Name the migrated database of the present migrations, made by the first process that asks."""
    digest = hashlib.sha256()
    for path in sorted((ROOT / "migrations").rglob("*.py")):
        digest.update(path.name.encode() + path.read_bytes())
    name = f"template_{digest.hexdigest()[:12]}"
    with _administration(cluster) as connection:
        connection.execute("SELECT pg_advisory_lock(%s)", [_LOCK])
        if name not in _names(connection, "template\\_%"):
            connection.execute(_words("DROP DATABASE IF EXISTS {}", f"new_{name}"))
            schema.migrate(cluster.create(f"new_{name}"))
            # The role bears the name of the database that was migrated: it is not renamed with it.
            connection.execute(_words("ALTER DATABASE {} RENAME TO {}", f"new_{name}", name))
        _drop_leftovers(connection, keep=name)
    return name


def role(template_name: str) -> str:
    """Name the role that the service has in every copy of this template."""
    return f"new_{template_name}_app"


def copy(cluster: Cluster, name: str, *, of: str) -> str:
    """Make a database anew as a copy of a template, and return its owner's URL. It takes some 40 ms."""
    with _administration(cluster) as connection:
        connection.execute(_words("DROP DATABASE IF EXISTS {} WITH (FORCE)", name))
        connection.execute(_words("CREATE DATABASE {} TEMPLATE {} STRATEGY WAL_LOG", name, of))
    return cluster.url(name)


def empty(cluster: Cluster, name: str) -> bool:
    """Take every row out of a database, as its owner and past its triggers; false where someone still holds one.

    What the migrations wrote stays: the pairs of duties.

    It takes some 10 ms, a copy of the template some 600.
    """
    url = make_url(cluster.url(name)).set(drivername="postgresql")
    with psycopg.connect(url.render_as_string(hide_password=False), autocommit=True) as connection:
        try:
            connection.execute(_EMPTY)
        except psycopg.errors.LockNotAvailable:
            return False
    return True


def drop(cluster: Cluster, name: str) -> None:
    """Remove a database."""
    with _administration(cluster) as connection:
        connection.execute(_words("DROP DATABASE IF EXISTS {} WITH (FORCE)", name))


def _administration(cluster: Cluster) -> Connection:
    url = make_url(cluster.url("postgres")).set(drivername="postgresql")
    return psycopg.connect(url.render_as_string(hide_password=False), autocommit=True)


def _names(connection: Connection, like: str) -> list[str]:
    rows = connection.execute("SELECT datname FROM pg_database WHERE datname LIKE %s ORDER BY oid", [like])
    return [row[0] for row in rows]


def _drop_leftovers(connection: Connection, *, keep: str) -> None:
    old = [name for name in _names(connection, "template\\_%") if name != keep][: -_KEPT_TEMPLATES + 1]
    killed = [name for name in _names(connection, "test\\_%") if not _is_alive(int(name.split("_")[1]))]
    for name in old + killed:
        connection.execute(_words("DROP DATABASE IF EXISTS {} WITH (FORCE)", name))


def _is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def _words(statement: str, *names: str) -> sql.Composed:
    return sql.SQL(statement).format(*map(sql.Identifier, names))
