"""Watching: each request is counted, timed and written to the log in one line, whatever became of it.

A line says the rule that the request met, never its path or its parameters; and bears a name that the answer
and every other line about this request bear too.
"""

import time

import structlog
from flask import Flask, Response, g, request

from voucher_service.kernel import figures, logs
from voucher_service.kernel.identifiers import new_id
from voucher_service.kernel.logs import Seen
from voucher_service.kernel.refusal import Refusal

NAME = "X-Request-Id"
_NOWHERE = "-"
_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})


def install(app: Flask) -> None:
    """Watch every request of this application."""
    app.before_request(_begin)
    app.after_request(_end)


def _begin() -> None:
    name = str(new_id())
    g.begun, g.request_id = time.perf_counter(), name
    structlog.contextvars.bind_contextvars(request_id=name)


def _end(response: Response) -> Response:
    seconds = time.perf_counter() - g.begun
    rule, method = request.url_rule, request.method
    # A page shows the refusal itself; everywhere else it ends the request.
    refusal: Refusal | None = g.get("refused") or g.get("refusal")
    seen = Seen(
        rule.rule if rule else _NOWHERE,
        method if method in _METHODS else "other",
        response.status_code,
        refusal.code() if refusal else None,
        seconds,
    )
    figures.count(seen)
    logs.tell_request(g.request_id, seen)
    response.headers[NAME] = g.request_id
    return response
