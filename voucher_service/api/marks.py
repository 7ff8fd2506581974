"""Marks: who may ask a view, what it hears, what it answers; its decorators, read once at the start."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, TypeVar

from marshmallow import Schema

from voucher_service.kernel.actor import Role

View = TypeVar("View", bound=Callable[..., Any])

MEBIBYTE = 1024 * 1024
API = "api"
"""What the names of our routes begin with, inside the application: the pages have names of their own."""


class Work(StrEnum):
    """What a view needs of the database."""

    COMMAND = "command"
    QUERY = "query"
    SNAPSHOT = "snapshot"
    NOTHING = "nothing"


@dataclass(slots=True)
class Marks:
    """What the decorators of one view said."""

    roles: frozenset[Role] | None = None
    is_public: bool = False
    work: Work | None = None
    needs_key: bool = False
    edits: bool = False
    hears: Schema | None = None
    asks: Schema | None = None
    uploads: tuple[str, ...] = ()
    largest: int = MEBIBYTE
    status: int = 200
    answers: Schema | None = None
    documents: tuple[str, ...] = ()
    method: str = "GET"

    @property
    def asks_for_key(self) -> bool:
        """Whether the request must bear an Idempotency-Key."""
        return self.needs_key and self.method == "POST" and not self.is_public


def name_of(endpoint: str) -> str:
    """Name an operation as the contract does, and the duties that are remembered."""
    return endpoint.removeprefix(f"{API}.")


def of(view: Callable[..., Any]) -> Marks:
    """Return the marks of this view, none at first."""
    marks: Marks = view.__dict__.setdefault("marks", Marks())
    return marks


def allow(*roles: Role) -> Callable[[View], View]:
    """Let only these roles ask; every role where none is named. Rights are read in the act's first SELECT."""

    def mark(view: View) -> View:
        of(view).roles = frozenset(roles or Role)
        return view

    return mark


def public(view: View) -> View:
    """Let anybody ask, known or not."""
    of(view).is_public = True
    return view


def command(*, key: bool = True, edits: bool = False) -> Callable[[View], View]:
    """Run the view in one transaction, which it may change things in.

    ``key``: the request must bear an Idempotency-Key, and its answer is kept under it.
    ``edits``: the request must bear ``If-Match``; the view is handed that ``version``.
    """

    def mark(view: View) -> View:
        marks = of(view)
        marks.work, marks.needs_key, marks.edits = Work.COMMAND, key and not edits, edits
        return view

    return mark


def query(*, snapshot: bool = False) -> Callable[[View], View]:
    """Run the view in a transaction that only reads; ``snapshot``: everything as of one instant."""

    def mark(view: View) -> View:
        of(view).work = Work.SNAPSHOT if snapshot else Work.QUERY
        return view

    return mark


def plain(view: View) -> View:
    """Run the view without the database."""
    of(view).work = Work.NOTHING
    return view
