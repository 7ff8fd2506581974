"""Replay: the SQL of real requests, sent again by pgbench. What PostgreSQL alone allows on this machine."""

import os
import re
import subprocess
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import psycopg
from psycopg import abc, sql
from psycopg.adapt import PyFormat, Transformer
from sqlalchemy import Engine

from tests.benchmarks.rehearsal import Act
from tests.benchmarks.results import BenchmarkError
from voucher_service.kernel.programs import programs

CLIENTS = 16
_THREADS = 2
_PLACEHOLDER = re.compile(r"%\((\w+)\)s|%%")
_TPS = re.compile(r"^tps = ([\d.]+)", re.MULTILINE)
_NEXT = """SELECT said.* FROM (SELECT nextval('bench.said_no') AS no) AS next
JOIN bench.said ON said.no = next.no \\gset
BEGIN;
{statements}
COMMIT;
"""


@dataclass(frozen=True, slots=True)
class _Value:
    """A parameter as text, and the type that the driver would name; None is NULL, and '' no type."""

    text: str | None
    type: str


def replay(owner: Engine, acts: Sequence[Act], *, options: str) -> float:
    """Send the acts again from 16 connections with the service's ``options``; return acts per second.

    Raises ``BenchmarkError`` where the acts are not all of one shape, or pgbench fails.
    """
    address = owner.url.set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(address) as connection:
        valued = [_values(connection, act) for act in acts]
        first = valued[0]
        if any(_shape(each) != _shape(first) for each in valued):
            raise BenchmarkError("these requests do not all say the same statements")
        _store(connection, [name for name, value in first.items() if value.text is not None], valued)
    return _pgbench(address, _script(acts[0], first), len(acts), options)


def _values(connection: psycopg.Connection, act: Act) -> dict[str, _Value]:
    known = Transformer(connection)
    return {
        f"v{place}_{name}": _value(connection, known, value)
        for place, said in enumerate(act)
        for name, value in said.values.items()
    }


def _value(connection: psycopg.Connection, known: abc.Transformer, value: Any) -> _Value:
    if value is None:
        return _Value(None, "")
    dumper = known.get_dumper(value, PyFormat.TEXT)
    dumped = dumper.dump(value)
    info = connection.adapters.types.get(dumper.oid)
    if info is None:
        return _Value(bytes(dumped or b"").decode(), "")
    base = "int8" if info.name in {"int2", "int4"} else info.name
    return _Value(bytes(dumped or b"").decode(), base + "[]" * (info.array_oid == dumper.oid))


def _shape(values: dict[str, _Value]) -> list[tuple[str, bool, str]]:
    return [(name, value.text is None, value.type) for name, value in values.items()]


def _store(connection: psycopg.Connection, names: Sequence[str], valued: Sequence[dict[str, _Value]]) -> None:
    columns = sql.SQL(", ").join(map(sql.Identifier, names))
    typed = sql.SQL(", ").join(sql.SQL("{} text").format(sql.Identifier(name)) for name in names)
    connection.execute("DROP TABLE IF EXISTS bench.said")
    connection.execute("DROP SEQUENCE IF EXISTS bench.said_no")
    connection.execute("CREATE SEQUENCE bench.said_no")
    connection.execute(sql.SQL("CREATE TABLE bench.said (no bigint PRIMARY KEY, {})").format(typed))
    copying = sql.SQL("COPY bench.said (no, {}) FROM STDIN").format(columns)
    with connection.cursor() as cursor, cursor.copy(copying) as copy:
        for number, values in enumerate(valued, start=1):
            copy.write_row([number, *(values[name].text for name in names)])
    connection.execute("GRANT SELECT ON bench.said TO PUBLIC")
    connection.execute("GRANT USAGE ON SEQUENCE bench.said_no TO PUBLIC")
    connection.execute("ANALYZE bench.said")


def _script(act: Act, values: dict[str, _Value]) -> str:
    statements = []
    for place, said in enumerate(act):

        def slot(found: re.Match[str], place: int = place) -> str:
            return _slot(f"v{place}_{found[1]}", values) if found[1] else "%"

        statements.append(_PLACEHOLDER.sub(slot, said.statement) + ";")
    return _NEXT.format(statements="\n".join(statements))


def _slot(name: str, values: dict[str, _Value]) -> str:
    value = values[name]
    if value.text is None:
        return "NULL"
    return f"CAST(:{name} AS {value.type})" if value.type else f":{name}"


def _pgbench(address: str, script: str, acts: int, options: str) -> float:
    with tempfile.NamedTemporaryFile("w", suffix=".sql", encoding="utf-8") as file:
        file.write(script)
        file.flush()
        counts = [f"--client={CLIENTS}", f"--jobs={_THREADS}", f"--transactions={acts // CLIENTS}"]
        done = subprocess.run(
            [programs() / "pgbench", "--no-vacuum", "-M", "prepared", *counts, "-f", file.name, address],
            env=os.environ | {"PGOPTIONS": options},
            capture_output=True,
            text=True,
            check=False,
            timeout=300,
        )
    found = _TPS.search(done.stdout)
    if done.returncode or found is None:
        raise BenchmarkError(f"pgbench failed: {done.stdout}{done.stderr}")
    return float(found[1])
