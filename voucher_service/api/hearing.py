"""Hearing: from the bytes of a request to what a view is handed."""

import hashlib
import hmac
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NoReturn

from flask import request
from marshmallow import Schema, ValidationError, fields

from voucher_service.api.context import state
from voucher_service.api.marks import Marks
from voucher_service.api.troubles import (
    BodyIsNotJson,
    BodyIsNotUtf8,
    ContentTypeIsNotAccepted,
    IfMatchIsMalformed,
    IfMatchIsMissing,
    ObjectHasChanged,
    RequestIsInvalid,
)
from voucher_service.api.wire import Wire

_JSON = "application/json"
_NOTHING = Wire()
_INTEGER = re.compile(r"-?[0-9]{1,19}", re.ASCII)
_TAG = re.compile(r'(?:W/)?"[\x21\x23-\x7e\x80-\xff]*"|\*')
_VERSION = re.compile(r'"([0-9]{1,18})"', re.ASCII)
_BOOLEANS = {"true": True, "false": False}


@dataclass(frozen=True, slots=True)
class Upload:
    """A file as it was sent."""

    content: bytes
    content_type: str


@dataclass(frozen=True, slots=True)
class Heard:
    """A request taken in but not yet understood; ``digest`` is the fingerprint of all that it says."""

    body: Any
    parameters: Mapping[str, Any]
    version: int | None
    digest: bytes


def hear(marks: Marks, path: Mapping[str, Any], *, is_write: bool) -> Heard:
    """Take the request in: 400, 413 and 415 are raised here, before the database is asked anything."""
    body = _body(marks) if is_write else None
    parameters = _parameters(marks.asks) if request.query_string else {}
    version = _version() if marks.edits else None
    return Heard(body, parameters, version, _digest(path, body) if is_write else b"")


def understand(marks: Marks, heard: Heard) -> tuple[list[Any], dict[str, Any]]:
    """Return the arguments of the view; raises ``RequestIsInvalid`` with one error per member."""
    positional: list[Any] = []
    named: dict[str, Any] = {}
    if marks.asks or heard.parameters:
        positional.append(_load(marks.asks or _NOTHING, heard.parameters, "query"))
    if marks.uploads:
        positional.append(heard.body)
    elif marks.hears or heard.body:
        positional.append(_load(marks.hears or _NOTHING, heard.body, "body"))
    if marks.edits:
        named["version"] = heard.version
    return positional, named


def _body(marks: Marks) -> Any:
    if marks.largest != request.max_content_length:
        request.max_content_length = marks.largest
    raw = request.get_data(cache=False)
    if marks.uploads:
        return Upload(raw, _content_type(marks.uploads))
    if not raw and not marks.hears:
        return {}
    _content_type((_JSON,))
    return _parsed(raw)


def _content_type(accepted: tuple[str, ...]) -> str:
    said = request.content_type or ""
    if said in accepted:
        return said
    charset = request.mimetype_params.get("charset", "utf-8").lower()
    if request.mimetype not in accepted or (request.mimetype == _JSON and charset not in ("utf-8", "utf8")):
        raise ContentTypeIsNotAccepted(list(accepted))
    return request.mimetype


def _parsed(raw: bytes) -> Any:
    try:
        return json.loads(raw.decode(), object_pairs_hook=_distinct, parse_constant=_refuse)
    except UnicodeDecodeError as error:
        raise BodyIsNotUtf8 from error
    except (ValueError, RecursionError) as error:
        raise BodyIsNotJson from error


def _distinct(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) != len(pairs):
        raise ValueError
    return members


def _refuse(constant: str) -> NoReturn:
    raise ValueError(constant)


def _parameters(schema: Schema | None) -> dict[str, Any]:
    asked = (schema or _NOTHING).fields
    return {name: _parameter(asked.get(name), name, values) for name, values in request.args.lists()}


def _parameter(field: fields.Field[Any] | None, name: str, values: list[str]) -> Any:
    if isinstance(field, fields.List):
        return [_typed(field.inner, value) for value in values]
    if len(values) > 1:
        raise RequestIsInvalid([{"pointer": f"/{name}", "in": "query", "detail": "Given twice."}])
    return _typed(field, values[0])


def _typed(field: fields.Field[Any] | None, value: str) -> Any:
    if isinstance(field, fields.Integer) and _INTEGER.fullmatch(value):
        return int(value)
    if isinstance(field, fields.Boolean):
        return _BOOLEANS.get(value, value)
    return value


def _version() -> int:
    said = request.headers.get("If-Match")
    if said is None:
        raise IfMatchIsMissing
    if not _TAG.fullmatch(said.strip()):
        raise IfMatchIsMalformed
    version = _VERSION.fullmatch(said.strip())
    if version is None:
        raise ObjectHasChanged
    return int(version[1])


def _digest(path: Mapping[str, Any], body: Any) -> bytes:
    content = body.content.hex() if isinstance(body, Upload) else body
    said = [path, request.query_string.decode("latin-1"), content]
    # Keyed: a body may hold codes, which a copy of the database must not let anybody guess.
    return hmac.digest(
        state().answers_key, json.dumps(said, sort_keys=True, default=str).encode(), hashlib.sha256
    )


def _load(schema: Schema, raw: Any, where: str) -> Any:
    try:
        return schema.load(raw)
    except ValidationError as error:
        raise RequestIsInvalid(list(_errors(error.messages, where))) from error


def _errors(messages: Any, where: str, pointer: str = "") -> list[dict[str, Any]]:
    if isinstance(messages, Mapping):
        return [
            one
            for name, inner in messages.items()
            for one in _errors(inner, where, pointer if name == "_schema" else f"{pointer}/{_escaped(name)}")
        ]
    return [{"pointer": pointer, "in": where, "detail": str(message)} for message in messages]


def _escaped(name: object) -> str:
    return str(name).replace("~", "~0").replace("/", "~1")
