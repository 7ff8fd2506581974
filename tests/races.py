"""Races made certain: the second act has read everything before the first one commits, and waits for it."""

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import replace
from threading import Event
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from tests.world import World, outcome_of
from voucher_service.kernel.database import Database

Act = Callable[[World], Any]
_BLOCKED = text(
    "SELECT count(*) FROM pg_locks JOIN pg_stat_activity USING (pid) WHERE NOT granted AND datname = current_database()"
)
_PATIENCE_SECONDS = 10


def overtaken(database: Database, world: World, *, first: Act, second: Act) -> Any:
    """Start ``second`` while ``first`` is done and not committed; return what became of ``second``.

    It returns the refusal's class where ``second`` was refused.
    """
    with ThreadPoolExecutor(1) as pool:
        with database.transaction() as session:
            first(replace(world, runner=lambda command: command(session)))
            late = pool.submit(outcome_of, lambda: second(world))
            _wait_until_blocked(database, late)
        return late.result(timeout=_PATIENCE_SECONDS)


def together(world: World, acts: list[Act]) -> list[Any]:
    """Run acts at the same time, each on a thread of its own, and return what became of each."""
    with ThreadPoolExecutor(len(acts)) as pool:
        ready = Event()
        outcomes = [pool.submit(_when, ready, lambda act=act: outcome_of(lambda: act(world))) for act in acts]  # type: ignore[misc]
        ready.set()
        return [outcome.result(timeout=60) for outcome in outcomes]


def _when(ready: Event, act: Callable[[], Any]) -> Any:
    ready.wait()
    return act()


def _wait_until_blocked(database: Database, late: Future[Any]) -> None:
    # The second act blocks on a row that the first holds: seen in the server, not guessed from a clock.
    rounds = Event()
    with Session(database.engine) as watch:
        for _ in range(_PATIENCE_SECONDS * 200):
            if late.done() or watch.execute(_BLOCKED).scalar_one():
                return
            watch.rollback()
            rounds.wait(0.005)
    raise AssertionError("the second act neither blocked nor ended")
