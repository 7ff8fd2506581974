"""Contract: the routes written down as OpenAPI 3.1, from what their decorators said and nothing else."""

import re
from collections.abc import Iterable, Iterator
from http import HTTPStatus
from typing import Any

import yaml
from flask import Flask
from flask_smorest import Api

from voucher_service.api.marks import API, Marks, Work, name_of
from voucher_service.api.problem import CONTENT_TYPE
from voucher_service.api.resource import Resource

TITLE, VERSION = "PASS numérique vouchers", "1"
_ABOUT = """Amounts are integer euro cents, instants RFC 3339 in UTC, dates those of Paris. An act needs an
`Idempotency-Key`: repeated under it, it is answered the same and done once. A refusal is a problem
(RFC 9457) with a stable `code`; its `type` says more. Ignore members of an answer that you do not know."""
# The names of RFC 9110, whatever the version of Python calls them.
_PHRASES = {413: "Content Too Large", 422: "Unprocessable Content"}
_ARGUMENT = re.compile(r"<(?:[^:<>]+:)?([^<>]+)>")

_PROBLEM = {
    "type": "object",
    "description": "Why the request was refused (RFC 9457), with the facts of the case as further members.",
    "required": ["type", "title", "status", "code"],
    "properties": {
        "type": {"type": "string", "format": "uri"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "code": {"type": "string"},
        "instance": {"type": "string", "format": "uri"},
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["pointer", "in", "detail"],
                "properties": {
                    "pointer": {"type": "string", "description": "A JSON Pointer to the member."},
                    "in": {"type": "string", "enum": ["body", "query"]},
                    "detail": {"type": "string"},
                },
            },
        },
    },
    "example": {
        "type": "https://pass.example.fr/api/v1/problems/nothing-is-here",
        "title": "There is nothing at this address: check it against the contract.",
        "status": 404,
        "code": "nothing-is-here",
    },
}

_HEADERS = {
    "IdempotencyKey": {
        "name": "Idempotency-Key",
        "in": "header",
        "required": True,
        "description": "Drawn once per act, and repeated when it is retried.",
        "schema": {"type": "string", "pattern": "^[A-Za-z0-9_.:-]{16,128}$"},
        "example": "0192f0c1-7d5e-7c3a-9b1e-2f4d6a8c0e11",
    },
    "IfMatch": {
        "name": "If-Match",
        "in": "header",
        "required": True,
        "description": "The ETag of the version that was read.",
        "schema": {"type": "string", "pattern": '^"[0-9]{1,18}"$'},
        "example": '"3"',
    },
    "AcceptLanguage": {
        "name": "Accept-Language",
        "in": "header",
        "required": False,
        "description": "The language of refusals: `fr` or `en`; anything else is `en`.",
        "schema": {"type": "string"},
        "example": "fr",
    },
}


class _Api(Api):  # type: ignore[misc]  # flask-smorest is not typed
    DEFAULT_ERROR_RESPONSE_NAME = None


class _Plain(yaml.SafeDumper):
    def ignore_aliases(self, _data: Any) -> bool:
        """Write shared parts out each time: a reader follows no anchors."""
        return True


def write(app: Flask, resources: Iterable[Resource]) -> str:
    """Return ``openapi.yaml`` for these resources, already registered in ``app``."""
    app.config.update(API_TITLE=TITLE, API_VERSION=VERSION, OPENAPI_VERSION="3.1.0")
    api = _Api(app)
    for resource in resources:
        resource.register_views_in_doc(api, app, api.spec, name=f"{API}.{resource.name}", parameters=None)
        api.spec.tag({"name": resource.name, "description": resource.description})
    document = api.spec.to_dict()
    document["info"]["description"] = _ABOUT
    document["info"]["license"] = {"name": "MIT", "identifier": "MIT"}
    document["servers"] = [{"url": "/"}]
    document["components"] = _components(document["components"])
    for operation, marks, path, name in _operations(app, document):
        _complete(operation, marks, path, name)
    return yaml.dump(document, Dumper=_Plain, sort_keys=True, allow_unicode=True, width=110)


def _components(generated: dict[str, Any]) -> dict[str, Any]:
    statuses = (400, 401, 403, 404, 409, 412, 413, 415, 422, 428, 429, 503)
    return {
        "schemas": generated["schemas"] | {"Problem": _PROBLEM},
        "parameters": _HEADERS,
        "responses": {f"Problem{status}": _refusal(status) for status in statuses},
        "securitySchemes": {"bearer": {"type": "http", "scheme": "bearer", "bearerFormat": "at+jwt"}},
    }


def _refusal(status: int) -> dict[str, Any]:
    headers = {429: ["Retry-After"], 503: ["Retry-After"], 401: ["WWW-Authenticate"]}.get(status, [])
    return {
        "description": _PHRASES.get(status) or HTTPStatus(status).phrase,
        "content": {CONTENT_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}},
        "headers": {name: {"schema": {"type": "string"}} for name in headers},
    }


def _operations(app: Flask, document: dict[str, Any]) -> Iterator[tuple[dict[str, Any], Marks, str, str]]:
    for rule in app.url_map.iter_rules():
        marks = getattr(app.view_functions[rule.endpoint], "marks", None)
        path = _ARGUMENT.sub(r"{\1}", rule.rule)
        if marks is not None:
            for method in (rule.methods or set()) & {"GET", "POST", "PUT", "PATCH", "DELETE"}:
                yield document["paths"][path][method.lower()], marks, path, name_of(rule.endpoint)


def _complete(operation: dict[str, Any], marks: Marks, path: str, name: str) -> None:
    operation["tags"] = [name_of(tag) for tag in operation["tags"]]
    operation["operationId"] = re.sub("[.-]", "_", name)
    operation["security"] = [] if marks.is_public else [{"bearer": []}]
    operation["parameters"] = operation.get("parameters", []) + list(_header_parameters(marks))
    if marks.uploads:
        file = {"schema": {"type": "string", "format": "binary"}}
        operation["requestBody"] = {"required": True, "content": dict.fromkeys(marks.uploads, file)}
    answers = {
        code: answer for code, answer in operation["responses"].items() if int(code) < HTTPStatus.BAD_REQUEST
    }
    for answer in answers.values():
        answer.setdefault("headers", {}).update(_answer_headers(marks))
    refusals = {
        str(status): {"$ref": f"#/components/responses/Problem{status}"} for status in _refusals(marks, path)
    }
    operation["responses"] = answers | refusals


def _header_parameters(marks: Marks) -> Iterator[dict[str, str]]:
    wanted = {"IdempotencyKey": marks.asks_for_key, "IfMatch": marks.edits, "AcceptLanguage": True}
    for name, is_wanted in wanted.items():
        if is_wanted:
            yield {"$ref": f"#/components/parameters/{name}"}


def _answer_headers(marks: Marks) -> dict[str, Any]:
    said = {
        "Idempotent-Replayed": marks.asks_for_key,
        "Retry-After": marks.status == HTTPStatus.ACCEPTED,
        "RateLimit": True,
        "RateLimit-Policy": True,
    }
    return {name: {"schema": {"type": "string"}} for name, is_said in said.items() if is_said}


def _refusals(marks: Marks, path: str) -> list[int]:
    is_command = marks.work is Work.COMMAND
    possible = {
        400: is_command or marks.asks is not None,
        401: not marks.is_public or is_command,
        403: not marks.is_public or is_command,
        404: is_command or "{" in path or marks.asks is not None,
        409: is_command,
        412: marks.edits,
        413: is_command,
        415: is_command,
        422: True,
        428: marks.edits,
        429: True,
        503: marks.work is not Work.NOTHING,
    }
    return [status for status, is_possible in possible.items() if is_possible]
