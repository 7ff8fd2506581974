"""Filled: a form as it came, what was understood of it, and what is to be put right."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from typing import Any

from flask_babel import gettext
from marshmallow import Schema, ValidationError, fields
from werkzeug.datastructures import FileStorage, MultiDict

from voucher_service.web.forms import Attached, Secret, Several


@dataclass(frozen=True, slots=True)
class Fault:
    """Something to put right: in which field (none: the whole form), in which words."""

    name: str
    words: str


@dataclass(slots=True)
class Form:
    """What was typed and what is wrong with it, for the page that shows it again."""

    typed: MultiDict[str, str] = field(default_factory=MultiDict)
    errors: Sequence[Fault] = ()
    was_sent: bool = False

    def value(self, name: str, default: Any = "") -> str:
        """Return what was typed in a field, the default where nothing was sent."""
        found: Any = self.typed.get(name) if name in self.typed or self.was_sent else default
        return "" if found is None else str(found.value if isinstance(found, Enum) else found)

    def values(self, name: str, default: Sequence[Any] = ()) -> list[str]:
        """Return all that was ticked or typed under a name."""
        found = self.typed.getlist(name) if name in self.typed or self.was_sent else default
        return [str(one.value if isinstance(one, Enum) else one) for one in found]

    def error(self, name: str) -> str:
        """Return what is wrong with a field, nothing where it is right."""
        return next((fault.words for fault in self.errors if fault.name == name), "")


def read(
    schema: Schema, typed: MultiDict[str, str], files: Mapping[str, FileStorage] | None = None
) -> tuple[dict[str, Any], list[Fault]]:
    """Return what was understood, and what is to be put right, field by field in the form's order."""
    raw = {name: found for name, kind in schema.fields.items() if (found := _raw(kind, name, typed, files))}
    try:
        return dict(schema.load(raw)), []
    except ValidationError as error:
        said = error.messages if isinstance(error.messages, dict) else {"_schema": error.messages}
        faults = [
            Fault("" if name == "_schema" else str(name), gettext(_first(words)))
            for name, words in said.items()
        ]
        order = list(schema.fields)
        faults.sort(key=lambda fault: order.index(fault.name) if fault.name in order else -1)
        return dict(error.valid_data or {}), faults


def defaults(schema: Schema) -> dict[str, Any]:
    """Return what the form means when nothing of it was sent."""
    return {name: kind.load_default for name, kind in schema.fields.items() if not kind.required}


def _raw(
    kind: fields.Field[Any], name: str, typed: MultiDict[str, str], files: Mapping[str, FileStorage] | None
) -> Any:
    if isinstance(kind, Several):
        return [one for one in typed.getlist(name) if one]
    if isinstance(kind, Attached):
        sent = (files or {}).get(name)
        return sent if sent is not None and sent.filename else None
    if isinstance(kind, Secret):
        return typed.get(name)
    return (typed.get(name) or "").strip()


def _first(words: Any) -> str:
    while isinstance(words, Mapping):
        words = next(iter(words.values()))
    return str(words[0] if isinstance(words, Sequence) and not isinstance(words, str) else words)
