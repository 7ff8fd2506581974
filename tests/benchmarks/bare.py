"""Bare: the least that a web service with a database does. One Flask route, one guarded UPDATE, one commit."""

import json
import os
import sys
import threading
from itertools import count, islice

import psycopg
from flask import Flask, request
from granian import Granian
from granian.constants import Interfaces
from sqlalchemy import Engine

from tests.benchmarks import room
from tests.benchmarks.load import Request

PATH = "/spend"
_ADDRESS = "BARE_DATABASE"
_PURSES = """
CREATE TABLE bench.purse AS
SELECT no, CAST(1000 AS bigint) AS balance, CAST(0 AS bigint) AS version FROM generate_series(1, {purses}) AS no"""
_KEY = "ALTER TABLE bench.purse ADD PRIMARY KEY (no)"
_SPEND = """
UPDATE bench.purse SET balance = balance - 1000, version = version + 1
WHERE no = %s AND balance >= 1000 RETURNING version"""

app = Flask(__name__)
_numbers = count(1)
_held = threading.local()


@app.post(PATH)
def spend() -> tuple[dict[str, int | None], int]:
    connection = _connection()
    row = connection.execute(_SPEND, [request.get_json()["no"]]).fetchone()
    connection.commit()
    return {"version": row[0] if row else None}, 201 if row else 409


@app.get("/")
def live() -> dict[str, str]:
    return {"status": "alive"}


def _connection() -> psycopg.Connection:
    if not hasattr(_held, "connection"):
        _held.connection = psycopg.connect(os.environ[_ADDRESS], prepare_threshold=2)
    connection: psycopg.Connection = _held.connection
    return connection


def fill(owner: Engine, *, purses: int) -> None:
    """Make as many rows to spend, in the database of ``owner``, and let this program find them."""
    room.run(owner, _PURSES.format(purses=purses), _KEY)
    room.settle(owner)
    os.environ[_ADDRESS] = owner.url.set(drivername="postgresql").render_as_string(hide_password=False)


def requests(many: int) -> list[Request]:
    """Prepare requests that spend one purse each, none that was spent before."""
    return [Request("", "", json.dumps({"no": no}).encode()) for no in islice(_numbers, many)]


def main() -> None:
    """Serve it as ``voucher-service serve`` serves the service."""
    Granian(
        f"{__spec__.name}:app",
        port=int(sys.argv[1]),
        interface=Interfaces.WSGI,
        workers=2,
        blocking_threads=2,
        workers_kill_timeout=10,
    ).serve()


if __name__ == "__main__":
    main()
