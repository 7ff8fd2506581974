"""Wire: what may be said in JSON, field by field; nothing that the database could not hold gets past it."""

import re
from collections.abc import Callable
from datetime import UTC, date, datetime
from enum import Enum
from typing import Any, TypeVar
from uuid import UUID

from marshmallow import RAISE, Schema, fields, validate
from marshmallow.exceptions import ValidationError

T = TypeVar("T")

LARGEST = 2**63 - 1
"""The largest number of a ``bigint`` column."""

_FORBIDDEN = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_INSTANT = re.compile(r"\d{4}-\d{2}-\d{2}[Tt]\d{2}:\d{2}:\d{2}(\.\d{1,9})?([Zz]|[+-]\d{2}:\d{2})", re.ASCII)
_UUID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}", re.ASCII)
_FIRST_DAY, _LAST_DAY = date(1900, 1, 1), date(2199, 12, 31)


class Wire(Schema):
    """The base of everything said or heard: unknown members are refused, order is kept."""

    class Meta:
        """Refuse what is not in the contract."""

        unknown = RAISE


class Text(fields.String):
    """A string of printable characters and line ends, 1 to ``longest`` characters unless said otherwise."""

    def __init__(
        self, *, longest: int = 500, shortest: int = 1, pattern: str | None = None, **kwargs: Any
    ) -> None:
        """Bound the length, and the form where a ``pattern`` (of the whole string) is given."""
        rules: list[validate.Validator] = [validate.Length(min=shortest, max=longest)]
        if pattern:
            rules.append(validate.Regexp(f"^(?:{pattern})\\Z", error="Not in the expected form."))
            kwargs["metadata"] = {"pattern": f"^(?:{pattern})$", **kwargs.get("metadata", {})}
        super().__init__(validate=rules, **kwargs)

    def _deserialize(self, value: Any, *_: Any, **__: Any) -> str:
        if not isinstance(value, str):
            raise ValidationError("Not a valid string.")
        if _FORBIDDEN.search(value):
            raise ValidationError("Control characters and lone surrogates are not allowed.")
        return value


class Whole(fields.Integer):
    """A whole number between ``least`` and ``most``; neither a boolean nor a string is one."""

    def __init__(self, *, least: int = 0, most: int = LARGEST, **kwargs: Any) -> None:
        """Bound the number."""
        kwargs["metadata"] = {"format": "int64", **kwargs.get("metadata", {})}
        super().__init__(validate=validate.Range(min=least, max=most), **kwargs)

    def _deserialize(self, value: Any, *_: Any, **__: Any) -> int:
        if type(value) is not int:
            raise ValidationError("Not a valid integer.")
        return value


class Cents(Whole):
    """An amount in euro cents, from 1 to a hundred billion euros unless said otherwise."""

    def __init__(self, *, least: int = 1, most: int = 10**13, **kwargs: Any) -> None:
        """Bound the amount."""
        kwargs["metadata"] = {"description": "Euro cents.", **kwargs.get("metadata", {})}
        super().__init__(least=least, most=most, **kwargs)


class Degrees(fields.Float):
    """Degrees of latitude or longitude (WGS84), from ``-most`` to ``most``; neither a boolean nor a string."""

    def __init__(self, *, most: int, **kwargs: Any) -> None:
        """Bound the number."""
        super().__init__(validate=validate.Range(min=-most, max=most), **kwargs)

    def _deserialize(self, value: Any, *_: Any, **__: Any) -> float:
        if type(value) not in {int, float}:
            raise ValidationError("Not a valid number.")
        number: float = value
        return number


class Flag(fields.Boolean):
    """True or false, and nothing that looks like them."""

    def _deserialize(self, value: Any, *_: Any, **__: Any) -> bool:
        if type(value) is not bool:
            raise ValidationError("Not a valid boolean.")
        return value


class Day(fields.Date):
    """A civil date of Paris, ``YYYY-MM-DD``, from 1900 to 2199."""

    def _serialize(self, value: Any, *_: Any, **__: Any) -> str | None:
        return None if value is None else value.isoformat()

    def _deserialize(self, value: Any, *_: Any, **__: Any) -> date:
        day = _parsed(date.fromisoformat, value, _DAY)
        if day is None or not _FIRST_DAY <= day <= _LAST_DAY:
            raise ValidationError("Not a valid date.")
        return day


class Instant(fields.AwareDateTime):
    """An instant, RFC 3339; always answered in UTC with ``Z``."""

    def _serialize(self, value: Any, *_: Any, **__: Any) -> str | None:
        return None if value is None else rfc3339(value)

    def _deserialize(self, value: Any, *_: Any, **__: Any) -> datetime:
        instant = _parsed(_in_utc, value, _INSTANT)
        if instant is None or not _FIRST_DAY <= instant.date() <= _LAST_DAY:
            raise ValidationError("Not a valid RFC 3339 instant.")
        return instant


class Id(fields.UUID):
    """A UUID in its usual form."""

    def _serialize(self, value: Any, *_: Any, **__: Any) -> str | None:
        return None if value is None else str(value)

    def _deserialize(self, value: Any, *_: Any, **__: Any) -> UUID:
        identifier = _parsed(UUID, value, _UUID)
        if identifier is None:
            raise ValidationError("Not a valid UUID.")
        return identifier


class Choice(fields.Enum[Any]):
    """One of the values of an enumeration."""

    def __init__(self, enum: type[Enum], **kwargs: Any) -> None:
        """Say the values, not the names."""
        super().__init__(enum, by_value=Text(), **kwargs)


class Many(fields.List[Any]):
    """A list of ``least`` to ``most`` things; a schema stands for a nested object."""

    def __init__(self, inner: Any, *, least: int = 0, most: int = 1000, **kwargs: Any) -> None:
        """Bound the number of things."""
        each = inner if isinstance(inner, fields.Field) else fields.Nested(inner)
        super().__init__(each, validate=validate.Length(min=least, max=most), **kwargs)


class One(fields.Nested):
    """A nested object."""


class Facts(fields.Dict):
    """An object whose members depend on what it tells of; only ever shown."""

    def __init__(self, **kwargs: Any) -> None:
        """Forbid that one be sent."""
        super().__init__(dump_only=True, **kwargs)


def rfc3339(instant: datetime) -> str:
    """Write an aware instant in UTC with ``Z``."""
    return instant.astimezone(UTC).isoformat().replace("+00:00", "Z")


def _in_utc(value: str) -> datetime:
    return datetime.fromisoformat(value.upper()).astimezone(UTC)


def _parsed(parse: Callable[[str], T], value: Any, form: re.Pattern[str]) -> T | None:
    if not isinstance(value, str) or not form.fullmatch(value):
        return None
    try:
        return parse(value)
    except (ValueError, OverflowError):
        return None
