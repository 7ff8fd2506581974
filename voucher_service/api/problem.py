"""Problem: every no of the API, as RFC 9457 asks, in French or English."""

from collections.abc import Iterator, Mapping
from functools import cache
from http import HTTPStatus
from typing import Any

import structlog
from flask import Response, g, request
from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as NoConnectionLeft
from werkzeug.exceptions import HTTPException, MethodNotAllowed

from voucher_service.api import troubles, words
from voucher_service.api.context import state
from voucher_service.api.reply import as_json
from voucher_service.kernel.refusal import Refusal

CONTENT_TYPE = "application/problem+json"

_BEARER = 'Bearer realm="voucher-service"'
_log = structlog.get_logger(__name__)


def status_of(refusal: type[Refusal]) -> int:
    """Return the HTTP status of this refusal."""
    return refusal.status if issubclass(refusal, troubles.Trouble) else refusal.kind.http_status


@cache
def catalogue() -> dict[str, type[Refusal]]:
    """Return every refusal of the service by its code."""
    return {refusal.code(): refusal for refusal in sorted(_below(Refusal), key=lambda one: one.code())}


def type_of(code: str) -> str:
    """Return the address that explains this code."""
    return f"{state().settings.public_url}/api/v1/problems/{code}"


def language() -> str:
    """Return the language that the reader prefers, English where he does not say."""
    return request.accept_languages.best_match(("en", "fr"), default="en")


def problem(refusal: Refusal, *, status: int | None = None) -> Response:
    """Make the response that says this refusal."""
    status, spoken = status or status_of(type(refusal)), language()
    facts = refusal.facts()
    body = {
        "type": type_of(refusal.code()),
        "title": refusal.title(spoken),
        "status": status,
        "code": refusal.code(),
        **facts,
    }
    if "errors" in facts:
        body["errors"] = [
            {**error, "detail": words.say(error["detail"], spoken)} for error in facts["errors"]
        ]
    if "refused" in facts:
        body["refused"] = [
            {**one, "title": catalogue()[one["code"]].title(spoken)} for one in facts["refused"]
        ]
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        body["instance"] = f"urn:uuid:{g.request_id}"
    response = Response(as_json(body), status, content_type=CONTENT_TYPE)
    response.headers.update(_headers(refusal, status, facts))
    response.headers["Content-Language"] = spoken
    response.headers["Vary"] = "Accept-Language"
    return response


def answer(error: Exception) -> Response:
    """Return the problem that says what went wrong, whatever it was."""
    if isinstance(error, Refusal):
        return problem(error)
    if isinstance(error, HTTPException):
        return _http(error)
    is_away = isinstance(error, OperationalError | InterfaceError | NoConnectionLeft)
    return _away(error) if is_away else _broken(error)


def _headers(refusal: Refusal, status: int, facts: Mapping[str, Any]) -> dict[str, str]:
    headers = refusal.headers() if isinstance(refusal, troubles.Trouble) else {}
    if status == HTTPStatus.UNAUTHORIZED:
        sent = "Authorization" in request.headers
        headers["WWW-Authenticate"] = f'{_BEARER}, error="invalid_token"' if sent else _BEARER
    if "retry_after_seconds" in facts:
        headers["Retry-After"] = str(facts["retry_after_seconds"])
    return headers


def _http(error: HTTPException) -> Response:
    status = error.code or HTTPStatus.INTERNAL_SERVER_ERROR
    if status < HTTPStatus.BAD_REQUEST:
        return Response(status=status, headers=dict(error.get_headers()))
    return problem(_trouble(error), status=status)


def _trouble(error: HTTPException) -> troubles.Trouble:
    if isinstance(error, MethodNotAllowed):
        return troubles.MethodIsNotAllowed(sorted(error.valid_methods or ()))
    if error.code == HTTPStatus.NOT_FOUND:
        return troubles.NothingIsHere()
    if error.code == HTTPStatus.REQUEST_ENTITY_TOO_LARGE:
        return troubles.BodyIsTooLarge()
    return troubles.RequestIsMalformed()


def _away(error: Exception) -> Response:
    response = problem(troubles.DatabaseIsAway())
    _log.warning("the database is away", error=str(error).splitlines()[0])
    return response


def _broken(error: Exception) -> Response:
    response = problem(troubles.SomethingBroke())
    # The line of this request says what it met: a path may end in a secret.
    _log.error("something broke", exc_info=error)
    return response


def _below(refusal: type[Refusal]) -> Iterator[type[Refusal]]:
    for inner in refusal.__subclasses__():
        if inner is not troubles.Trouble:
            yield inner
        yield from _below(inner)
