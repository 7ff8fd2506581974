"""Keyset: a long list a page at a time; each page begins after the last row of the one before, or at a line."""

from enum import StrEnum
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, Select
from sqlalchemy.orm import InstrumentedAttribute

S = TypeVar("S", bound=Select[*tuple[Any, ...]])


class Order(StrEnum):
    """In which order what happened is listed."""

    NEWEST = "newest"
    OLDEST = "oldest"


def page(
    wanted: S,
    order: ColumnElement[Any] | InstrumentedAttribute[Any],
    *,
    after: Any = None,
    start: int = 0,
    limit: int | None = None,
    newest_first: bool = False,
) -> S:
    """Sort a SELECT by a column of distinct values, and keep at most ``limit`` rows.

    Programs go on ``after`` the last row that they read; people go to a page, from the ``start`` th row (the first
    is 0).
    """
    wanted = wanted.order_by(order.desc() if newest_first else order).offset(start or None).limit(limit)
    if after is None:
        return wanted
    return wanted.where(order < after if newest_first else order > after)
