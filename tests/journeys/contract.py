"""Contract: whether an answer is one that ``openapi.yaml`` documents for this request."""

import json
import re
from functools import cache
from typing import Any

import jsonschema_rs
import yaml

from tests.journeys.clients import Answer
from voucher_service.cli.contract import PATH

_ARGUMENT = re.compile(r"\\\{[^}]+\\\}")
_JSON = ("application/json", "application/problem+json")


def breach(method: str, path: str, answer: Answer) -> str | None:
    """Say what in an answer the contract does not document; None where it keeps to it."""
    template, operation = _operation(method, path.partition("?")[0])
    documented = _resolved(operation["responses"].get(str(answer.status)))
    if documented is None:
        return f"{method} {template}: {answer.status} is not documented: {answer.body[:300]!r}"
    content = documented.get("content", {})
    kind = answer.headers.get("content-type", "").partition(";")[0]
    if content and kind not in content:
        return f"{method} {template}: {answer.status} as {kind} is not documented"
    if kind in _JSON:
        wrong = list(_validator(json.dumps(content[kind]["schema"])).iter_errors(answer.said))
        return "; ".join(f"{method} {template}: {error}" for error in wrong) or None
    return None


@cache
def _contract() -> dict[str, Any]:
    said: dict[str, Any] = yaml.safe_load(PATH.read_text(encoding="utf-8"))
    return said


@cache
def _operation(method: str, path: str) -> tuple[str, dict[str, Any]]:
    found = [
        (template, methods[method.lower()])
        for template, methods in _contract()["paths"].items()
        if method.lower() in methods and re.fullmatch(_ARGUMENT.sub("[^/]+", re.escape(template)), path)
    ]
    # A path without arguments goes before one whose argument would match it.
    return min(found, key=lambda one: one[0].count("{"))


def _resolved(response: dict[str, Any] | None) -> dict[str, Any] | None:
    if response is None or "$ref" not in response:
        return response
    found: dict[str, Any] = _contract()["components"]["responses"][response["$ref"].rpartition("/")[2]]
    return found


@cache
def _validator(schema: str) -> jsonschema_rs.Draft202012Validator:
    whole = {**json.loads(schema), "components": _contract()["components"]}
    return jsonschema_rs.Draft202012Validator(whole, validate_formats=True)
