"""Carrying: what was typed on one screen goes to the next in its form, and comes back from there."""

from datetime import date
from enum import Enum
from typing import Any

from flask import request
from marshmallow import Schema
from werkzeug.datastructures import MultiDict

from voucher_service.web import filled
from voucher_service.web.pages import typed


def put(said: dict[str, Any]) -> None:
    """Let the next screen carry what was said, as a form would have sent it."""
    form = typed()
    form.typed = MultiDict(form.typed)
    for name, value in said.items():
        form.typed[name] = _written(value)


def put_as_typed(schema: type[Schema]) -> None:
    """Let the next screen carry what was typed, letter for letter: an amount is read there as it was here."""
    form = typed()
    form.typed = MultiDict(form.typed)
    for name in schema().fields:
        form.typed[name] = request.form.get(name, "")


def taken(schema: type[Schema]) -> dict[str, Any]:
    """Return what the screen that is shown again carries; None for what is missing or wrong."""
    form = schema()
    said, _ = filled.read(form, typed().typed)
    return dict.fromkeys(form.fields) | filled.defaults(form) | said


def _written(value: Any) -> str:
    if value is None or value is False:
        return ""
    if value is True:
        return "1"
    if isinstance(value, Enum):
        return str(value.value)
    return value.isoformat() if isinstance(value, date) else str(value)
