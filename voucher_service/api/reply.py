"""Reply: what a view hands back when the answer is more than its body."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from typing import Any
from uuid import UUID

from voucher_service.api.wire import rfc3339


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer with more than its body: where the new thing is, its version, where the next page is.

    ``version`` becomes the ``ETag``, which ``If-Match`` must repeat before an edition. ``said_once`` names
    members that a replay shows as null, because they are secrets and are not kept.
    """

    value: Any = None
    location: str | None = None
    version: int | None = None
    next_cursor: str | None = None
    status: int | None = None
    said_once: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Document:
    """A file to keep: its bytes, their type and the name it should be saved under."""

    content: bytes
    content_type: str
    name: str


@dataclass(frozen=True, slots=True)
class Stream:
    """A file too long to hold at once; its session stays open until the last piece is sent."""

    pieces: Iterator[bytes]
    content_type: str
    name: str


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return rfc3339(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, (UUID, Decimal)):
        return str(value)
    if isinstance(value, (set, frozenset)):
        return sorted(value)
    raise TypeError(type(value).__name__)


_ENCODER = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), allow_nan=False, default=_plain)


def as_json(value: Any) -> bytes:
    """Write ``value`` as compact JSON in UTF-8; a lone surrogate, which UTF-8 lacks, as its escape."""
    return _ENCODER.encode(value).encode("utf-8", "backslashreplace")
