"""Paging: long lists in pages of 50, each with an authenticated cursor to the next."""

import base64
import hashlib
import hmac
import json
from collections.abc import Callable, Sequence
from functools import cache
from typing import Any

from flask import request

from voucher_service.api.context import state
from voucher_service.api.reply import Reply, as_json
from voucher_service.api.troubles import CursorIsNotOurs
from voucher_service.api.wire import Many, Text, Whole, Wire

USUAL, LONGEST = 50, 200
_TAG = 16


class Page(Wire):
    """What every list may be asked; add its filters in a subclass."""

    limit = Whole(least=1, most=LONGEST, load_default=USUAL)
    cursor = Text(longest=800, pattern=r"[A-Za-z0-9_-]+")


@cache
def listing(item: type[Wire]) -> type[Wire]:
    """Return the schema of a page of these items."""
    name = f"{item.__name__}List"
    return type(name, (Wire,), {"items": Many(item, required=True), "next_cursor": Text(allow_none=True)})


def position(wanted: dict[str, Any]) -> list[Any] | None:
    """Return the sort key that the page begins after, None for the first; takes the cursor out of ``wanted``.

    Raises ``CursorIsNotOurs`` when it was not made by this service for this list and these filters.
    """
    cursor = wanted.pop("cursor", None)
    if cursor is None:
        return None
    try:
        raw = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4))
    except ValueError as error:
        raise CursorIsNotOurs from error
    tag, said = raw[:_TAG], raw[_TAG:]
    if not hmac.compare_digest(tag, _tag(said)):
        raise CursorIsNotOurs
    key: list[Any] = json.loads(said)
    return key


def page(rows: Sequence[Any], *, limit: int, key: Callable[[Any], Sequence[Any]]) -> Reply:
    """Return a page of ``rows``, of which the caller read one more than ``limit`` to know if there is a next.

    ``key`` gives the sort key of a row, in values that JSON can hold.
    """
    shown = rows[:limit]
    following = _cursor(key(shown[-1])) if len(rows) > limit else None
    return Reply({"items": shown, "next_cursor": following}, next_cursor=following)


def _cursor(key: Sequence[Any]) -> str:
    said = as_json(list(key))
    return base64.urlsafe_b64encode(_tag(said) + said).rstrip(b"=").decode()


def _tag(said: bytes) -> bytes:
    # The filters are part of what is signed: a cursor never slips into another list.
    filters = sorted(
        (name, value) for name, value in request.args.items(multi=True) if name not in ("cursor", "limit")
    )
    signed = as_json(["page", request.path, filters]) + said
    return hmac.digest(state().keys.code_pepper(), signed, hashlib.sha256)[:_TAG]
