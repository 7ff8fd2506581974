"""Rehearsal: what the service says to PostgreSQL for each request, heard while nothing is kept of it."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Self, TypeVar

import psycopg
from sqlalchemy import event
from sqlalchemy.orm import Session

from tests.benchmarks import inside
from tests.benchmarks.counters import PATH, Counters
from tests.benchmarks.load import Request
from voucher_service.app import create_app
from voucher_service.kernel.database import Database

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Said:
    """One statement as the driver gets it, and its parameters."""

    statement: str
    values: Mapping[str, Any]


Act = list[Said]
"""The statements of one transaction, in their order."""


class _Rehearsed(Database):
    """The service's database, in which every command is undone."""

    def run(self, command: Callable[[Session], T]) -> T:
        with Session(self.engine, expire_on_commit=False) as session:
            done = command(session)
            session.rollback()
            return done


def rehearse(town: Counters, requests: Sequence[Request]) -> list[Act]:
    """Let the service answer each request, and return what it said to the database; nothing is taken."""
    state = town.state
    database = _Rehearsed(state.database.engine.url.render_as_string(hide_password=False), role=None)
    app = create_app(state.settings, database, state.keys)
    acts: list[Act] = []
    with _overheard(database) as said:
        for request in requests:
            said.clear()
            inside.send(app, PATH, request)
            acts.append(said.copy())
    database.engine.dispose()
    return acts


@contextmanager
def _overheard(database: Database) -> Iterator[list[Said]]:
    # At the driver, where everything passes, whoever wrote the statement.
    said: list[Said] = []

    class Overheard(psycopg.Cursor[Any]):
        def execute(self, query: Any, params: Any = None, **options: Any) -> Self:
            said.append(Said(query, dict(params or {})))
            return super().execute(query, params, **options)

    @event.listens_for(database.engine, "connect")
    def _listen(connection: Any, _record: Any) -> None:
        connection.cursor_factory = Overheard

    database.engine.connect().close()
    yield said
