"""Conninfo: where a database is, as PostgreSQL's own programs and its driver are told."""

from typing import Any

from psycopg.conninfo import make_conninfo
from sqlalchemy import URL


def of(url: URL) -> str:
    """Write an address as PostgreSQL reads it, each part quoted; without a password where ``url`` has none."""
    said: dict[str, Any] = url.translate_connect_args(username="user", database="dbname")
    said.update(url.query)
    return make_conninfo(**said)
