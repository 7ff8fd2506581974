"""Keyset: a long list a page at a time; each page begins after the last row of the one before."""

from typing import Any, TypeVar

from sqlalchemy import ColumnElement, Select
from sqlalchemy.orm import InstrumentedAttribute

S = TypeVar("S", bound=Select[*tuple[Any, ...]])


def page(
    wanted: S,
    order: ColumnElement[Any] | InstrumentedAttribute[Any],
    *,
    after: Any = None,
    limit: int | None = None,
    newest_first: bool = False,
) -> S:
    """Sort a SELECT by a column of distinct values, and keep at most ``limit`` rows that come after ``after``."""
    wanted = wanted.order_by(order.desc() if newest_first else order).limit(limit)
    if after is None:
        return wanted
    return wanted.where(order < after if newest_first else order > after)
