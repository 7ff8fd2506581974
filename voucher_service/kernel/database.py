"""Database: the one door. One command is one transaction; nothing else commits."""

import enum
import random
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import date, datetime
from typing import Annotated, Any, ClassVar, TypeVar
from uuid import UUID

import psycopg
from psycopg.rows import dict_row
from sqlalchemy import BigInteger, Date, DateTime, Dialect, Enum, MetaData, Text, Uuid, create_engine, text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.dialects.postgresql.psycopg import PGDialect_psycopg
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import DeclarativeBase, Session, mapped_column
from sqlalchemy.sql import ClauseElement

from voucher_service.kernel.refusal import Kind, Refusal

T = TypeVar("T")

Code = Annotated[str, mapped_column(Text(collation="C"))]
"""A column of codes or addresses: compared byte by byte, whatever the server's locale."""

_TRIES = 8
_WORTH_ANOTHER_TRY = frozenset({"40001", "40P01", "23505"})
"""Serialization failure, deadlock, unique violation."""


class Base(DeclarativeBase):
    """The declarative base; constraints are named by convention, so that migrations can name them."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map: ClassVar[dict[Any, Any]] = {
        int: BigInteger(),
        str: Text(),
        date: Date(),
        datetime: DateTime(timezone=True),
        UUID: Uuid(),
        dict[str, Any]: JSONB(),
        list[str]: ARRAY(Text()),
        enum.Enum: Enum(
            enum.Enum,
            native_enum=False,
            create_constraint=False,
            length=40,
            values_callable=lambda members: [member.value for member in members],
        ),
    }


class Outrun(Exception):  # noqa: N818 -- not an error: the command reads again and runs once more
    """A row that this command had read was changed by another before it could act."""


class SomeoneWasFaster(Refusal):
    """Other people keep changing the same objects: try again in a moment.

    FR: D'autres personnes modifient ces objets en ce moment : recommencez dans un instant.
    """

    kind = Kind.CONFLICT


class Database:
    """A PostgreSQL database, and the only place where transactions open and close."""

    def __init__(self, url: str, *, role: str | None = None, pool_size: int = 4) -> None:
        """Prepare to connect to ``url``, acting as ``role`` where one is named; nothing is opened yet."""
        options = ["-c timezone=UTC", "-c search_path=public,jobs", "-c plan_cache_mode=force_generic_plan"]
        # A report sums a campaign in memory; a spill to the disk costs it twice the time.
        options.append("-c work_mem=32MB")
        if role:
            options.append(f"-c role={role}")
        self.options = " ".join(options)
        self.engine = create_engine(
            url,
            pool_size=pool_size,
            max_overflow=pool_size,
            pool_timeout=10,
            connect_args={"options": self.options, "prepare_threshold": 2, "connect_timeout": 5},
        )

    def run(self, command: Callable[[Session], T]) -> T:
        """Run ``command`` in one transaction: committed when it returns, undone when it raises.

        A command that was outrun, that met a deadlock, or whose fact was already written by a twin, is run
        again from the start: it then reads what the other did, and refuses or answers by the rules.
        A refusal that must be remembered writes its fact in a transaction of its own, after the rollback.
        """
        for attempt in range(1, _TRIES + 1):
            try:
                with self.transaction() as session:
                    return command(session)
            except Refusal as refusal:
                self._remember(refusal)
                raise
            except Outrun:
                _let_others_pass(attempt - 1)
            except DBAPIError as error:
                state = getattr(error.orig, "sqlstate", None)
                if state not in _WORTH_ANOTHER_TRY or attempt == _TRIES:
                    raise
                _let_others_pass(attempt)
        raise SomeoneWasFaster

    @contextmanager
    def transaction(self) -> Iterator[Session]:
        """Open one transaction without retries, for a command that streams or runs for long."""
        with Session(self.engine, expire_on_commit=False) as session, session.begin():
            yield session

    @contextmanager
    def snapshot(self) -> Iterator[Session]:
        """Open a read-only view of one instant, so that a report's totals agree with its rows."""
        with Session(self.engine, expire_on_commit=False) as session, session.begin():
            session.execute(text("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY"))
            yield session

    def _remember(self, refusal: Refusal) -> None:
        if refusal.memory is not None or type(refusal).remember is not Refusal.remember:
            with self.transaction() as session:
                refusal.remember(session)


def _let_others_pass(times: int) -> None:
    time.sleep(random.uniform(0.001, 0.01) * times)  # noqa: S311 -- jitter, not a secret


def directly(session: Session, statement: str, parameters: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Run a statement in the session's transaction with the driver itself, for the few that every act needs.

    Columns come back by name, as the driver reads them: a wide row costs a quarter of what it costs otherwise.
    ``statement`` is what ``for_the_driver`` returned. Errors are those of any other statement.
    """
    connection = session.connection()
    connection.dispatch.before_cursor_execute(connection, None, statement, parameters, None, False)  # noqa: FBT003
    driver: Any = connection.connection.driver_connection
    try:
        with driver.cursor(row_factory=dict_row) as cursor:
            rows: list[dict[str, Any]] = cursor.execute(statement, parameters).fetchall()
            return rows
    except psycopg.Error as error:
        if driver.closed:
            connection.invalidate(error)
        raise DBAPIError.instance(statement, dict(parameters), error, psycopg.Error) from error


def for_the_driver(statement: ClauseElement) -> str:
    """Write a statement as the driver reads it, once, with its parameters by name."""
    dialect: Dialect = PGDialect_psycopg()  # type: ignore[no-untyped-call]
    return str(statement.compile(dialect=dialect))
