"""Answering: from what a view returns to the bytes, status and headers of the response."""

from collections.abc import Iterator
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any
from urllib.parse import quote

from flask import Response, request

from voucher_service.api.marks import Marks
from voucher_service.api.reply import Document, Reply, Stream, as_json
from voucher_service.kernel.idempotency import Answer

_JSON = "application/json"
_RATHER_OFTEN = "1"


@dataclass(frozen=True, slots=True)
class Told:
    """An answer in its last form; ``kept`` differs from it by the secrets that are said once."""

    status: int
    body: bytes | Iterator[bytes]
    location: str | None = None
    etag: str | None = None
    content_type: str = _JSON
    name: str | None = None
    next_cursor: str | None = None
    is_replay: bool = False
    kept: bytes | None = None

    @property
    def to_keep(self) -> Answer:
        """The answer as a replay will give it."""
        body = self.body if self.kept is None else self.kept
        return Answer(self.status, body if isinstance(body, bytes) else b"", self.location, self.etag)


def tell(marks: Marks, said: Any) -> Told:
    """Write down what a view returned, while its session is still open."""
    if isinstance(said, Document):
        return Told(marks.status, said.content, content_type=said.content_type, name=said.name)
    if isinstance(said, Stream):
        return Told(marks.status, said.pieces, content_type=said.content_type, name=said.name)
    reply = said if isinstance(said, Reply) else Reply(said)
    value = marks.answers.dump(reply.value) if marks.answers else reply.value
    return Told(
        reply.status or marks.status,
        b"" if value is None else as_json(value),
        reply.location,
        None if reply.version is None else f'"{reply.version}"',
        next_cursor=reply.next_cursor,
        kept=as_json(value | dict.fromkeys(reply.said_once)) if reply.said_once else None,
    )


def respond(told: Told) -> Response:
    """Make the response."""
    if told.etag and request.method in ("GET", "HEAD") and request.if_none_match.contains(told.etag[1:-1]):
        return Response(status=HTTPStatus.NOT_MODIFIED, headers={"ETag": told.etag})
    response = Response(told.body, told.status, content_type=told.content_type)
    for name, value in _headers(told):
        if value:
            response.headers[name] = value
    return response


def _headers(told: Told) -> tuple[tuple[str, str | None], ...]:
    return (
        ("Location", told.location),
        ("ETag", told.etag),
        ("Idempotent-Replayed", "true" if told.is_replay else None),
        ("Retry-After", _RATHER_OFTEN if told.status == HTTPStatus.ACCEPTED else None),
        ("Link", f'<{_next_page(told.next_cursor)}>; rel="next"' if told.next_cursor else None),
        ("Content-Disposition", f'attachment; filename="{told.name}"' if told.name else None),
    )


def _next_page(cursor: str) -> str:
    args = request.args.copy()
    args["cursor"] = cursor
    query = "&".join(f"{quote(name)}={quote(value)}" for name, value in args.items(multi=True))
    return f"{request.path}?{query}"
